#include "platform/run/ledger_table.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

OperationReport report_of(Operation operation, const CycleLedger& ledger) {
  OperationReport report;
  report.operation = operation;
  report.ledger = ledger;
  return report;
}

TEST(LedgerTable, ShowsSharesAndLeavesOutWhatIsZeroEverywhere) {
  CycleLedger forward;
  forward.fill = 250;
  forward.effectual = 749;
  forward.zero_both = 1;
  CycleLedger backward;
  backward.fill = 100;
  CycleLedger large;
  large.fill = 1;
  large.effectual = 9999999;
  RunReport report;
  report.layers.push_back(
      {"first",
       {},
       {report_of(Operation::forward, forward), report_of(Operation::backward_data, backward)}});
  report.layers.push_back({"second", {}, {report_of(Operation::forward, large)}});
  EXPECT_EQ(ledger_table(report),
            "\n"
            "Where the lane-cycles went, in per cent:\n"
            "\n"
            "layer   operation      lane-cycles  fill   eff   zAB\n"
            "------  -------------  -----------  ----  ----  ----\n"
            "first   forward              1,000  25.0  74.9   0.1\n"
            "        backward_data          100   100     -     -\n"
            "second  forward         10,000,000  <0.1  99.9     -\n"
            "------  -------------  -----------  ----  ----  ----\n"
            "total   forward         10,001,000  <0.1  99.9  <0.1\n"
            "        backward_data          100   100     -     -\n"
            "        all             10,001,100  <0.1  99.9  <0.1\n"
            "\n"
            "fill  pipeline fill and drain\n"
            "eff   pair taken, both values not zero\n"
            "zAB   pair taken, both zero\n");
}

TEST(LedgerTable, FitsATerminalWithAllCategories) {
  constexpr std::size_t terminal = 120;
  CycleLedger ledger;
  for (const LedgerCategory& category : ledger_categories()) ledger.*category.count = 12345678;
  RunReport report;
  report.layers.push_back({"layer", {}, {report_of(Operation::backward_weights, ledger)}});
  const std::string text = ledger_table(report);
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    EXPECT_LE(end - from, terminal) << text.substr(from, end - from);
    from = end + 1;
  }
  for (const LedgerCategory& category : ledger_categories()) {
    EXPECT_NE(text.find("  " + std::string(category.help) + "\n"), std::string::npos)
        << category.name;
  }
}

}  // namespace
}  // namespace tensordash
