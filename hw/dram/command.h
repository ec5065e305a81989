#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tensordash {

/// A clock of the DRAM's command bus, counted from the start of the simulation.
using DramClock = std::uint64_t;

/// What can stand on a channel's command bus (JESD209-4, command truth table). mwr is a masked
/// write; rda and wra precharge their bank by themselves; pde and pdx are edges of CKE.
enum class DramCommand : std::uint8_t {
  act,
  pre,
  prea,
  rd,
  wr,
  mwr,
  rda,
  wra,
  ref,
  refpb,
  pde,
  pdx,
  sre,
  srx,
};

constexpr std::size_t dram_command_count = 14;

constexpr std::array<DramCommand, dram_command_count> all_dram_commands = {
    DramCommand::act, DramCommand::pre, DramCommand::prea, DramCommand::rd,  DramCommand::wr,
    DramCommand::mwr, DramCommand::rda, DramCommand::wra,  DramCommand::ref, DramCommand::refpb,
    DramCommand::pde, DramCommand::pdx, DramCommand::sre,  DramCommand::srx};

constexpr std::size_t index_of(DramCommand command) {
  return static_cast<std::size_t>(command);
}

/// As written in command traces: ACT, PRE, PREA, RD, WR, MWR, RDA, WRA, REF, REFPB, PDE, PDX, SRE,
/// SRX.
constexpr std::string_view name_of(DramCommand command) {
  constexpr std::array<std::string_view, dram_command_count> names = {
      "ACT", "PRE", "PREA",  "RD",  "WR",  "MWR", "RDA",
      "WRA", "REF", "REFPB", "PDE", "PDX", "SRE", "SRX"};
  return names[index_of(command)];
}

/// The command moves data: rd, wr, mwr, rda, wra.
constexpr bool is_column_command(DramCommand command) {
  return command == DramCommand::rd || command == DramCommand::wr || command == DramCommand::mwr ||
         command == DramCommand::rda || command == DramCommand::wra;
}

constexpr bool is_read_command(DramCommand command) {
  return command == DramCommand::rd || command == DramCommand::rda;
}

/// Clocks for which a command occupies the CA bus (JESD209-4, command truth table): ACT and column
/// commands are two commands of two clocks each, the edges of CKE none.
constexpr unsigned ca_clocks(DramCommand command) {
  if (command == DramCommand::pde || command == DramCommand::pdx) return 0;
  return command == DramCommand::act || is_column_command(command) ? 4 : 2;
}

/// The command names a bank.
constexpr bool has_bank(DramCommand command) {
  return command == DramCommand::act || command == DramCommand::pre ||
         command == DramCommand::refpb || is_column_command(command);
}

/// A command as it stood on the bus of one channel.
struct DramCommandRecord {
  DramClock clock = 0;  ///< of the first edge
  DramCommand command = DramCommand::act;
  std::uint8_t rank = 0;
  std::uint8_t bank = 0;     ///< when has_bank
  std::uint32_t row = 0;     ///< of act
  std::uint32_t column = 0;  ///< of column commands: the first column of the burst
};

/// The memory was reset: commands given before do not count for those that follow.
struct DramReset {
  DramClock clock = 0;  ///< the first clock after it
};

}  // namespace tensordash
