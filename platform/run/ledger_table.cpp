#include "platform/run/ledger_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

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

/// Categories in one column of a table.
struct Column {
  std::string head;
  std::vector<const LedgerCategory*> categories;

  std::uint64_t of(const CycleLedger& ledger) const {
    std::uint64_t sum = 0;
    for (const LedgerCategory* category : categories) sum += ledger.*category->count;
    return sum;
  }
};

bool is_stall(const LedgerCategory& category) {
  return category.name.substr(0, 6) == "stall_";
}

/// A column a category; the waits for memory are one.
std::vector<Column> main_columns() {
  std::vector<Column> columns;
  for (const LedgerCategory& category : ledger_categories()) {
    if (is_stall(category) && !columns.empty() && columns.back().head == "mem") {
      columns.back().categories.push_back(&category);
    } else {
      columns.push_back({is_stall(category) ? "mem" : head_of(category.name), {&category}});
    }
  }
  return columns;
}

std::vector<Column> stall_columns() {
  std::vector<Column> columns;
  for (const LedgerCategory& category : ledger_categories()) {
    if (is_stall(category)) columns.push_back({head_of(category.name), {&category}});
  }
  return columns;
}

class Table {
 public:
  /// Of the columns that have anything in `all`.
  Table(const CycleLedger& all, std::vector<Column> columns) {
    TextRow heads = {"layer", "operation", "lane-cycles"};
    for (Column& column : columns) {
      if (column.of(all) == 0) continue;
      heads.push_back(column.head);
      shown_.push_back(std::move(column));
    }
    rows_.push_back(std::move(heads));
  }

  bool empty() const { return shown_.empty(); }

  void add(const std::string& layer, std::string_view operation, const CycleLedger& ledger) {
    const std::uint64_t total = ledger.total();
    TextRow row = {layer, std::string(operation), grouped(total)};
    for (const Column& column : shown_) row.push_back(share(column.of(ledger), total));
    rows_.push_back(std::move(row));
  }

  /// The rows from now on are totals.
  void rule() { totals_from_ = rows_.size(); }

  std::string text() const { return text_table(rows_, text_columns, totals_from_); }

  std::string legend() const {
    std::string text;
    for (const Column& column : shown_) {
      const std::string_view help =
          column.categories.size() == 1 ? column.categories.front()->help : "waiting for memory";
      text += fmt::format("{:<6}{}\n", column.head, help);
    }
    return text;
  }

 private:
  std::vector<Column> shown_;
  std::vector<TextRow> rows_;
  std::size_t totals_from_ = 0;
};

void fill(Table& table, const RunReport& report) {
  CycleLedger all;
  std::map<Operation, CycleLedger> by_operation;
  for (const LayerReport& layer : report.layers) {
    std::string name = layer.name;
    for (const OperationReport& operation : layer.operations) {
      table.add(name, name_of(operation.operation), operation.ledger);
      name.clear();
      all += operation.ledger;
      by_operation[operation.operation] += operation.ledger;
    }
  }
  table.rule();
  std::string label = "total";
  for (const auto& [operation, ledger] : by_operation) {
    table.add(label, name_of(operation), ledger);
    label.clear();
  }
  table.add(label, "all", all);
}

}  // namespace

std::string ledger_table(const RunReport& report) {
  CycleLedger all;
  for (const LayerReport& layer : report.layers) {
    for (const OperationReport& operation : layer.operations) all += operation.ledger;
  }
  Table table(all, main_columns());
  fill(table, report);
  std::string text = fmt::format("\nWhere the lane-cycles went, in per cent:\n\n{}\n{}",
                                 table.text(), table.legend());
  Table stalls(all, stall_columns());
  if (stalls.empty()) return text;
  fill(stalls, report);
  return text + fmt::format("\nWhat of memory they waited for, in per cent:\n\n{}\n{}",
                            stalls.text(), stalls.legend());
}

}  // namespace tensordash
