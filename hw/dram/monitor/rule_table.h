#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hw/dram/command.h"
#include "hw/dram/spec.h"

namespace tensordash {

/// A set of commands.
class CommandSet {
 public:
  constexpr CommandSet() = default;
  constexpr CommandSet(std::initializer_list<DramCommand> commands) {
    for (const DramCommand command : commands) bits_ |= 1U << index_of(command);
  }

  constexpr bool contains(DramCommand command) const {
    return ((bits_ >> index_of(command)) & 1U) != 0;
  }

  /// As in command traces, with spaces between: "RD RDA".
  std::string names() const;

 private:
  std::uint32_t bits_ = 0;
};

/// Which earlier commands a rule looks at, seen from the later one.
enum class RuleScope : std::uint8_t {
  same_bank,     ///< the latest in the same bank
  same_rank,     ///< the latest in any bank of the same rank
  other_bank,    ///< the latest in another bank of the same rank
  other_rank,    ///< the latest in another rank
  channel,       ///< the latest in any rank
  fourth_before  ///< of the rank's ACTs and REFPBs the one four before: a rolling window
};

/// "same bank", "other rank"...
std::string_view name_of(RuleScope scope);

/// A least distance between two commands.
struct BusRule {
  std::string_view name;  ///< unique; static storage
  CommandSet from, to;
  RuleScope scope = RuleScope::same_bank;
  std::int64_t required = 0;  ///< clocks, first edge to first edge; between data for the data bus
};

/// A rule and what a run showed of it.
struct BusRuleRecord {
  BusRule rule;
  std::uint64_t pairs = 0;  ///< later commands that had an earlier one to be measured from
  std::int64_t least = 0;   ///< least distance of those pairs; means nothing without a pair

  void see(std::int64_t distance) {
    if (pairs++ == 0 || distance < least) least = distance;
  }
  std::optional<std::int64_t> seen() const {
    return pairs == 0 ? std::nullopt : std::optional<std::int64_t>(least);
  }
  bool reached() const { return pairs != 0 && least == rule.required; }
};

/// Clocks that a command occupies the command bus (JESD209-4, command truth table: two or four
/// edges). PDE and PDX are an edge of CKE and occupy none.
constexpr unsigned command_bus_clocks(DramCommand command) {
  if (command == DramCommand::pde || command == DramCommand::pdx) return 0;
  return command == DramCommand::act || is_column_command(command) ? 4 : 2;
}

/// Every least distance between two commands of a channel, from JESD209-4.
std::vector<BusRule> bus_rules(const DramSpec& spec);

/// The two rules of the data bus: clocks from the end of one burst's data to the start of
/// another's, negative when they overlap. First that within a rank, then that between ranks.
std::vector<BusRule> data_bus_rules(const DramSpec& spec);

}  // namespace tensordash
