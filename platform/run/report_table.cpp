#include "platform/run/report_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "platform/text/text_table.h"

namespace tensordash {
namespace {

std::string speedup(std::uint64_t dense, std::uint64_t sparse, std::uint64_t steps) {
  if (steps == 0) return "-";
  return fmt::format("{:.2f}x", static_cast<double>(dense) / static_cast<double>(sparse));
}

std::string percent(double part, double whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100 * part / whole);
}

/// Outputs that differ, or were to be compared and were not.
std::uint64_t wrong_count(const Totals& totals) {
  return totals.mismatches + (totals.to_check - std::min(totals.to_check, totals.checked)) +
         totals.dense_mismatches.value_or(0) +
         (totals.dense_to_check - std::min(totals.dense_to_check, totals.dense_checked));
}

std::string verified(const Totals& totals) {
  if (!totals.verified) return "none";
  if (!*totals.verified) return fmt::format("{} WRONG", grouped(wrong_count(totals)));
  if (totals.checked == totals.outputs) return fmt::format("all {}", grouped(totals.outputs));
  return fmt::format("{} of {}", grouped(totals.checked), grouped(totals.outputs));
}

/// The last sentence: what was verified, what was not, and how it went.
std::string summary(const Totals& all) {
  if (!all.verified) {
    return fmt::format("None of {} outputs was verified.\n", grouped(all.outputs));
  }
  const std::uint64_t right = all.checked - std::min(all.checked, all.mismatches);
  std::string dense;
  if (all.dense_checked > 0 && all.dense_checked == all.checked) {
    dense = ", and as many of the dense baseline";
  } else if (all.dense_checked > 0) {
    dense = fmt::format(", {} were compared of the dense baseline", grouped(all.dense_checked));
  }
  return fmt::format(
      "{} of {} outputs verified bit for bit against the golden{}: {}.{}\n", grouped(right),
      grouped(all.outputs), dense,
      *all.verified ? right == all.outputs ? "all right" : "no difference" : "NOT ALL RIGHT",
      all.dense_checked == 0 ? " The dense baseline was not verified." : "");
}

TextRow row_of(const std::string& layer, std::string_view operation, std::string_view sparse,
               const Totals& totals, std::uint64_t multipliers) {
  TextRow row = {layer,
                 std::string(operation),
                 std::string(sparse),
                 grouped(totals.steps),
                 grouped(totals.cycles),
                 grouped(totals.dense_cycles)};
  if (totals.with_memory) {
    row.push_back(speedup(totals.dense_ideal_cycles(), totals.ideal_cycles(), totals.steps));
  }
  const auto effectual = static_cast<double>(totals.pairs.effectual);
  row.insert(
      row.end(),
      {speedup(totals.dense_cycles, totals.cycles, totals.steps), grouped(totals.pairs.effectual),
       percent(effectual, static_cast<double>(totals.pairs.total)),
       percent(effectual, static_cast<double>(totals.cycles) * static_cast<double>(multipliers)),
       verified(totals)});
  return row;
}

/// Two speedups where memory makes a difference, each named.
TextRow heads(bool with_memory) {
  TextRow row = {"layer", "operation", "side B", "steps", "cycles", "dense cycles"};
  if (with_memory) row.emplace_back("ideal speedup");
  row.insert(row.end(), {with_memory ? "modelled speedup" : "speedup", "effectual MACs", "of all",
                         "utilisation", "verified"});
  return row;
}

constexpr std::size_t text_columns = 3;  // the others are numbers, aligned to the right

std::string first_mismatches(const RunReport& report) {
  std::string text;
  for (const LayerReport& layer : report.layers) {
    for (const OperationReport& operation : layer.operations) {
      for (const auto& [what, verdict] :
           {std::pair{"", operation.verdict},
            std::pair{" (dense baseline)", operation.dense_verdict}}) {
        if (!verdict || verdict->first.empty()) continue;
        text += fmt::format("{} {}{}: {}\n", layer.name, name_of(operation.operation), what,
                            verdict->first);
      }
    }
  }
  return text;
}

}  // namespace

std::string report_table(const RunReport& report) {
  const Config& config = report.config;
  const std::string epoch =
      report.synthetic.empty() ? fmt::format(", epoch {}", report.epoch) : std::string();
  std::string text = fmt::format(
      "{}{}: {} tiles of {}x{} PEs with {} lanes, {} deep, {}, {}, {}; {} operands, {} "
      "accumulation; {} level, {} memory\n",
      report.model, epoch, config.number("tiles"), config.number("tile.rows"),
      config.number("tile.columns"), config.number("pe.lanes"), config.number("staging.depth"),
      config.text("connectivity"), config.text("sparsity"), config.text("sync"),
      config.text("dtype"), config.text("accumulate"), report.level, config.text("memory"));
  if (!report.synthetic.empty()) text += report.synthetic + "\n";
  if (config.text("memory") == "ideal" && !config.given("memory")) {
    text += fmt::format("memory is ideal since sync is {}; modelled memory needs lockstep\n",
                        config.text("sync"));
  }
  text += "\n";
  std::vector<TextRow> rows(1);
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
  rows.front() = heads(all.with_memory);
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
  text += "\n" + summary(all);
  text += first_mismatches(report);
  return text;
}

}  // namespace tensordash
