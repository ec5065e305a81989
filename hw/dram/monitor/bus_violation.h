#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hw/dram/command.h"

namespace tensordash {

/// A command that the standard forbids where it stands.
struct BusViolation {
  std::string_view rule;  ///< static storage
  DramCommandRecord command;
  std::optional<DramCommandRecord> earlier;    ///< which the rule measures from, if there is one
  std::optional<std::int64_t> required, seen;  ///< clocks, of rules about distances
};

/// One line: the rule, both commands with rank, bank and clock, the required and the seen distance.
std::string describe(const BusViolation& violation);

/// Names of the rules that are not distances between two commands.
namespace bus_rule {
constexpr std::string_view act_open = "ACT to an open bank";
constexpr std::string_view column_closed = "column command to a closed bank";
constexpr std::string_view ref_open = "REF with an open bank";
constexpr std::string_view refpb_open = "REFPB to an open bank";
constexpr std::string_view sre_open = "SRE with an open bank";
constexpr std::string_view sre_again = "SRE before a refresh since SRX";
constexpr std::string_view refpb_twice = "REFPB twice in a round of banks";
constexpr std::string_view powered_down = "command in power-down";
constexpr std::string_view self_refreshing = "command in self-refresh";
constexpr std::string_view pdx_awake = "PDX without power-down";
constexpr std::string_view srx_awake = "SRX without self-refresh";
constexpr std::string_view rank_range = "rank out of range";
constexpr std::string_view bank_range = "bank out of range";
constexpr std::string_view row_range = "row out of range";
constexpr std::string_view column_range = "column out of range";
constexpr std::string_view burst_boundary = "column not at a burst boundary";
constexpr std::string_view order = "out of order";
constexpr std::string_view starved = "refresh starved";
}  // namespace bus_rule

}  // namespace tensordash
