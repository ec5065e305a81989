#include "platform/run/pass_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/text/text_table.h"

namespace tensordash {

std::string pass_table(const RunReport& report) {
  std::vector<TextRow> rows = {
      {"layer", "operation", "passes", "rows a block", "partial writes", "partial reads"}};
  bool blocked = false;
  for (const LayerReport& layer : report.layers) {
    std::string name = layer.name;
    for (const OperationReport& operation : layer.operations) {
      blocked = blocked || operation.reduction_rows > 0;
      const auto partial = [&](std::uint64_t MemoryTraffic::*count) {
        return operation.memory ? grouped(operation.memory->traffic.*count) : std::string("-");
      };
      rows.push_back({name, std::string(name_of(operation.operation)), grouped(operation.passes),
                      operation.reduction_rows == 0 ? "all" : grouped(operation.reduction_rows),
                      partial(&MemoryTraffic::partial_writes),
                      partial(&MemoryTraffic::partial_reads)});
      name.clear();
    }
  }
  if (!blocked) return {};
  return fmt::format(
      "\nPasses, a block of a reduction each, and passes whose partial sums were written to CM and "
      "read from it:\n\n{}",
      text_table(rows, 2, rows.size()));
}

}  // namespace tensordash
