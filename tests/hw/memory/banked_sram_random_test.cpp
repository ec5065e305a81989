#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <set>

#include "tests/hw/memory/banked_sram_test.h"

namespace tensordash {
namespace {

// Random bundles and writes beside a map that is read clock by clock.
class RandomSramTest : public SramBench, public ::testing::WithParamInterface<SramParameters> {
 protected:
  RandomSramTest() : SramBench(GetParam()) {}

  void draw() {
    for (unsigned bank = 0; bank < shape.banks; ++bank) {
      if (random() % 2 == 0) continue;
      write(bank, random() % shape.bank_rows, numbered_sram_row(random() % 100000));
    }
    if (random() % 4 == 0) return;
    std::vector<RowRequest> drawn(shape.ports);
    for (RowRequest& wanted : drawn) {
      wanted = {random() % 4 != 0, static_cast<unsigned>(random() % shape.banks),
                static_cast<unsigned>(random() % shape.bank_rows)};
    }
    ask(drawn);
  }

  // What an edge does to the reference; whether the bundle is complete after it.
  bool reference_edge() {
    if (!bundle && request_valid.read()) {
      bundle.emplace();
      for (const auto& pin : request) bundle->push_back(pin.read());
      values.assign(shape.ports, LaneRow(lanes));
    }
    bool complete = false;
    if (bundle) {
      std::map<unsigned, std::set<unsigned>> open;
      complete = true;
      for (std::size_t port = 0; port < bundle->size(); ++port) {
        RowRequest& wanted = (*bundle)[port];
        if (!wanted.valid) continue;
        auto& rows = open[wanted.bank];
        if (rows.count(wanted.row) == 0 && rows.size() == shape.rows_per_clock) {
          complete = false;
          continue;
        }
        rows.insert(wanted.row);
        values[port] = contents.at({wanted.bank, wanted.row});
        wanted.valid = false;
      }
      if (complete) bundle.reset();
    }
    for (unsigned bank = 0; bank < shape.banks; ++bank) {
      if (write_valid[bank].read()) {
        contents[{bank, write_row[bank].read()}] = write_value[bank].read();
      }
    }
    return complete;
  }

  std::mt19937 random{11};
  std::map<std::pair<unsigned, unsigned>, LaneRow> contents;
  std::optional<std::vector<RowRequest>> bundle;
  std::vector<LaneRow> values;
};

TEST_P(RandomSramTest, AgreesWithAMap) {
  write_all();
  for (unsigned bank = 0; bank < shape.banks; ++bank) {
    for (unsigned bank_row = 0; bank_row < shape.bank_rows; ++bank_row) {
      contents[{bank, bank_row}] = numbered_sram_row(100 * bank + bank_row);
    }
  }
  unsigned complete = 0;
  for (unsigned clock = 0; clock < 1500; ++clock) {
    draw();
    settle();
    ASSERT_EQ(request_ready.read(), !bundle) << "clock " << clock;
    const bool done = reference_edge();
    edge();
    ASSERT_EQ(data_valid.read(), done) << "clock " << clock;
    if (!done) continue;
    ++complete;
    expect_rows(values);
    if (HasFailure()) FAIL() << "clock " << clock;
  }
  EXPECT_GT(complete, 200U);
}

INSTANTIATE_TEST_SUITE_P(Shapes, RandomSramTest,
                         ::testing::Values(SramParameters{4, 4, 8, 1, 4},
                                           SramParameters{4, 4, 4, 2, 9},
                                           SramParameters{4, 1, 3, 1, 3},
                                           SramParameters{4, 3, 2, 1, 1}));

}  // namespace
}  // namespace tensordash
