#include "hw/dram/monitor/monitor_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tensordash {

void merge_rules(std::vector<BusRuleRecord>& into, const std::vector<BusRuleRecord>& from) {
  const auto same = [](const BusRuleRecord& a, const BusRuleRecord& b) {
    return a.rule.name == b.rule.name && a.rule.required == b.rule.required;
  };
  if (!std::equal(into.begin(), into.end(), from.begin(), from.end(), same)) {
    throw DramError("rules of channels with different timings cannot be merged");
  }
  for (std::size_t i = 0; i < into.size(); ++i) {
    if (from[i].pairs == 0) continue;
    into[i].least = into[i].pairs == 0 ? from[i].least : std::min(into[i].least, from[i].least);
    into[i].pairs += from[i].pairs;
  }
}

std::string monitor_table(const std::vector<BusRuleRecord>& rules) {
  using Row = std::array<std::string, 8>;
  std::vector<Row> rows = {{"rule", "from", "to", "scope", "required", "least", "pairs", ""}};
  for (const BusRuleRecord& record : rules) {
    const std::optional<std::int64_t> seen = record.seen();
    rows.push_back({std::string(record.rule.name), record.rule.from.names(), record.rule.to.names(),
                    std::string(name_of(record.rule.scope)), fmt::to_string(record.rule.required),
                    seen ? fmt::to_string(*seen) : "-", fmt::to_string(record.pairs),
                    record.reached() ? "exact" : ""});
  }
  std::array<std::size_t, 8> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string table;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool number = i >= 4 && i <= 6;
      line += number ? fmt::format("{:>{}}  ", row[i], widths[i])
                     : fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    table += line + '\n';
  }
  return table;
}

}  // namespace tensordash
