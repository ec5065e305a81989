#include "platform/run/report_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "platform/run/text_table.h"

namespace tensordash {
namespace {

std::string speedup(std::uint64_t dense, std::uint64_t sparse, std::uint64_t steps) {
  if (steps == 0) return "-";
  return fmt::format("{:.2f}x", static_cast<double>(dense) / static_cast<double>(sparse));
}

std::string percent(double part, double whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100 * part / whole);
}

std::string verified(const Totals& totals) {
  if (totals.verified) return fmt::format("all {}", grouped(totals.outputs));
  const std::uint64_t wrong =
      totals.mismatches + totals.dense_mismatches + (totals.outputs - totals.checked);
  return fmt::format("{} WRONG", grouped(wrong));
}

TextRow row_of(const std::string& layer, std::string_view operation, std::string_view sparse,
               const Totals& totals, std::uint64_t multipliers) {
  return {
      layer,
      std::string(operation),
      std::string(sparse),
      grouped(totals.steps),
      grouped(totals.cycles),
      grouped(totals.dense_cycles),
      speedup(totals.dense_cycles, totals.cycles, totals.steps),
      grouped(totals.pairs.effectual),
      percent(static_cast<double>(totals.pairs.effectual), static_cast<double>(totals.pairs.total)),
      percent(static_cast<double>(totals.pairs.effectual),
              static_cast<double>(totals.cycles) * static_cast<double>(multipliers)),
      verified(totals)};
}

constexpr std::size_t text_columns = 3;  // the others are numbers, aligned to the right

std::string first_mismatches(const RunReport& report) {
  std::string text;
  for (const LayerReport& layer : report.layers) {
    for (const OperationReport& operation : layer.operations) {
      for (const auto& [what, verdict] :
           {std::pair{"", operation.verdict},
            std::pair{" (dense baseline)", operation.dense_verdict}}) {
        if (verdict.first.empty()) continue;
        text += fmt::format("{} {}{}: {}\n", layer.name, name_of(operation.operation), what,
                            verdict.first);
      }
    }
  }
  return text;
}

}  // namespace

std::string report_table(const RunReport& report) {
  const Config& config = report.config;
  std::string text = fmt::format(
      "{}, epoch {}: {} tiles of {}x{} PEs with {} lanes, {} deep, {}, {}, {}; {} operands, {} "
      "accumulation; {} level, {} memory\n\n",
      report.model, report.epoch, config.number("tiles"), config.number("tile.rows"),
      config.number("tile.columns"), config.number("pe.lanes"), config.number("staging.depth"),
      config.text("connectivity"), config.text("sparsity"), config.text("sync"),
      config.text("dtype"), config.text("accumulate"), report.level, config.text("memory"));
  std::vector<TextRow> rows = {{"layer", "operation", "side B", "steps", "cycles", "dense cycles",
                                "speedup", "effectual MACs", "of all", "utilisation", "verified"}};
  Totals all;
  std::vector<Totals> by_operation(std::size(all_operations));
  std::size_t ran = 0;
  for (const LayerReport& layer : report.layers) {
    std::string name = layer.name;
    for (const OperationReport& operation : layer.operations) {
      Totals totals;
      totals.add(operation);
      rows.push_back(row_of(name, name_of(operation.operation), name_of(operation.sparse), totals,
                            report.multipliers()));
      name.clear();
      all.add(operation);
      by_operation[static_cast<std::size_t>(operation.operation)].add(operation);
      ++ran;
    }
  }
  const std::size_t totals_from = rows.size();
  std::string label = "total";
  for (const Operation operation : all_operations) {
    const Totals& totals = by_operation[static_cast<std::size_t>(operation)];
    if (totals.outputs == 0) continue;
    rows.push_back(row_of(label, name_of(operation), "", totals, report.multipliers()));
    label.clear();
  }
  rows.push_back(row_of(label, "all", "", all, report.multipliers()));
  text += text_table(rows, text_columns, totals_from);
  text += fmt::format(
      "\n{} of {} outputs verified bit for bit against the golden, and as many of the dense "
      "baseline: {}.\n",
      grouped(all.checked - std::min(all.checked, all.mismatches)), grouped(all.outputs),
      all.verified ? "all right" : "NOT ALL RIGHT");
  text += first_mismatches(report);
  return text;
}

}  // namespace tensordash
