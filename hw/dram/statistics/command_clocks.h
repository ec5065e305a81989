#pragma once

#include "hw/dram/command.h"
#include "hw/dram/spec.h"

namespace tensordash {

/// Clocks for which a command occupies the CA bus (JESD209-4, command truth table): ACT and column
/// commands are two commands of two clocks, the edges of CKE none.
constexpr unsigned ca_clocks(DramCommand command) {
  if (command == DramCommand::pde || command == DramCommand::pdx) return 0;
  return command == DramCommand::act || is_column_command(command) ? 4 : 2;
}

/// Clocks from the first edge of rda to that of a PRE that would close the bank as early
/// (JESD209-4, auto-precharge: tRTP + BL/2 - 8 from last edge to last edge).
inline unsigned rda_close_clocks(const DramSpec& spec) {
  return spec.timings.trtp + spec.burst_clocks() - 8 + ca_clocks(DramCommand::rda) -
         ca_clocks(DramCommand::pre);
}

/// The same of wra: WL + tDQSS + BL/2 + nWR from last edge to last edge.
inline unsigned wra_close_clocks(const DramSpec& spec) {
  return spec.timings.wl + spec.timings.tdqss + spec.burst_clocks() + spec.timings.nwr +
         ca_clocks(DramCommand::wra) - ca_clocks(DramCommand::pre);
}

}  // namespace tensordash
