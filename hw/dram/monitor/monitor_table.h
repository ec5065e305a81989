#pragma once

#include <string>
#include <vector>

#include "hw/dram/monitor/rule_table.h"

namespace tensordash {

/// Adds what another channel showed. Throws DramError unless both hold the same rules.
void merge_rules(std::vector<BusRuleRecord>& into, const std::vector<BusRuleRecord>& from);

/// A line a rule: name, earlier and later commands, scope, required distance, least distance seen
/// (or -), pairs, and "exact" when the least is the required one.
std::string monitor_table(const std::vector<BusRuleRecord>& rules);

}  // namespace tensordash
