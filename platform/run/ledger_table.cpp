#include "platform/run/ledger_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "platform/text/text_table.h"

namespace tensordash {
namespace {

constexpr std::size_t text_columns = 2;  // layer and operation

/// Heads short enough that all categories fit a terminal.
std::string head_of(std::string_view category) {
  static const std::map<std::string_view, std::string> heads = {{"stall_scratchpad", "spad"},
                                                                {"stall_sram", "sram"},
                                                                {"stall_bank_conflict", "bank"},
                                                                {"stall_transposer", "turn"},
                                                                {"stall_credit", "cred"},
                                                                {"stall_dram", "dram"},
                                                                {"fill", "fill"},
                                                                {"out_of_passes", "out"},
                                                                {"missing_row", "row"},
                                                                {"missing_column", "col"},
                                                                {"effectual", "eff"},
                                                                {"zero_a", "zA"},
                                                                {"zero_b", "zB"},
                                                                {"zero_both", "zAB"},
                                                                {"structural", "str"},
                                                                {"waiting", "wait"},
                                                                {"tail", "tail"},
                                                                {"priority", "prio"},
                                                                {"connectivity", "conn"}};
  const auto head = heads.find(category);
  return head != heads.end() ? head->second : std::string(category);
}

/// A share in per cent, at most four characters; only nothing is shown as nothing.
std::string share(std::uint64_t part, std::uint64_t whole) {
  if (part == 0) return "-";
  if (part == whole) return "100";
  const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < 0.05) return "<0.1";
  return fmt::format("{:.1f}", std::min(percent, 99.9));
}

class Table {
 public:
  explicit Table(const CycleLedger& all) {
    TextRow heads = {"layer", "operation", "lane-cycles"};
    for (const LedgerCategory& category : ledger_categories()) {
      if (all.*category.count == 0) continue;
      shown_.push_back(&category);
      heads.push_back(head_of(category.name));
    }
    rows_.push_back(std::move(heads));
  }

  void add(const std::string& layer, std::string_view operation, const CycleLedger& ledger) {
    const std::uint64_t total = ledger.total();
    TextRow row = {layer, std::string(operation), grouped(total)};
    for (const LedgerCategory* category : shown_) {
      row.push_back(share(ledger.*category->count, total));
    }
    rows_.push_back(std::move(row));
  }

  /// The rows from now on are totals.
  void rule() { totals_from_ = rows_.size(); }

  std::string text() const { return text_table(rows_, text_columns, totals_from_); }

  std::string legend() const {
    std::string text;
    for (const LedgerCategory* category : shown_) {
      text += fmt::format("{:<6}{}\n", head_of(category->name), category->help);
    }
    return text;
  }

 private:
  std::vector<const LedgerCategory*> shown_;
  std::vector<TextRow> rows_;
  std::size_t totals_from_ = 0;
};

}  // namespace

std::string ledger_table(const RunReport& report) {
  CycleLedger all;
  std::map<Operation, CycleLedger> by_operation;
  for (const LayerReport& layer : report.layers) {
    for (const OperationReport& operation : layer.operations) {
      all += operation.ledger;
      by_operation[operation.operation] += operation.ledger;
    }
  }
  Table table(all);
  for (const LayerReport& layer : report.layers) {
    std::string name = layer.name;
    for (const OperationReport& operation : layer.operations) {
      table.add(name, name_of(operation.operation), operation.ledger);
      name.clear();
    }
  }
  table.rule();
  std::string label = "total";
  for (const auto& [operation, ledger] : by_operation) {
    table.add(label, name_of(operation), ledger);
    label.clear();
  }
  table.add(label, "all", all);
  return fmt::format("\nWhere the lane-cycles went, in per cent:\n\n{}\n{}", table.text(),
                     table.legend());
}

}  // namespace tensordash
