#include "hw/memory/banked_sram.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <set>

#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

constexpr const char* id = "/tensordash/memory/sram";
constexpr unsigned lanes = 4;

LaneRow numbered_row(unsigned number) {
  const auto first = static_cast<float>(10 * number);
  return row_of({first, first + 1, first + 2, first + 3});
}

// A memory whose pins the test holds.
class SramBench : public ClockedTest {
 protected:
  explicit SramBench(const SramParameters& parameters)
      : shape(parameters),
        request("request", parameters.ports),
        row("row", parameters.ports, signals_of<LaneRow>(lanes)),
        write_valid("write_valid", parameters.banks),
        write_row("write_row", parameters.banks),
        write_value("write_value", parameters.banks, signals_of<LaneRow>(lanes)),
        sram("sram", parameters) {
    sram.clk(clk);
    sram.rst_n(rst_n);
    sram.request_valid(request_valid);
    sram.request(request);
    sram.request_ready(request_ready);
    sram.data_valid(data_valid);
    sram.row(row);
    sram.write_valid(write_valid);
    sram.write_row(write_row);
    sram.write_value(write_value);
  }

  static RowRequest at(unsigned bank, unsigned bank_row) { return {true, bank, bank_row}; }

  void ask(const std::vector<RowRequest>& bundle) {
    request_valid.write(true);
    for (unsigned port = 0; port < request.size(); ++port) {
      request[port].write(port < bundle.size() ? bundle[port] : RowRequest{});
    }
  }
  void write(unsigned bank, unsigned bank_row, const LaneRow& value) {
    write_valid[bank].write(true);
    write_row[bank].write(bank_row);
    write_value[bank].write(value);
  }
  // One edge; requests and writes are withdrawn after it.
  void edge() {
    tick();
    request_valid.write(false);
    for (auto& pin : write_valid) pin.write(false);
    settle();
  }
  // Row r of bank b holds numbered_row(100 b + r).
  void write_all() {
    for (unsigned bank_row = 0; bank_row < shape.bank_rows; ++bank_row) {
      for (unsigned bank = 0; bank < shape.banks; ++bank) {
        write(bank, bank_row, numbered_row(100 * bank + bank_row));
      }
      edge();
    }
  }
  void expect_rows(const std::vector<LaneRow>& values) {
    EXPECT_TRUE(data_valid.read());
    for (unsigned port = 0; port < row.size(); ++port) {
      EXPECT_EQ(row[port].read(), port < values.size() ? values[port] : LaneRow(lanes))
          << "port " << port;
    }
  }

  SramParameters shape;
  sc_core::sc_signal<bool> request_valid{"request_valid"}, request_ready{"request_ready"},
      data_valid{"data_valid"};
  sc_core::sc_vector<sc_core::sc_signal<RowRequest>> request;
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> row;
  sc_core::sc_vector<sc_core::sc_signal<bool>> write_valid;
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> write_row;
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> write_value;
  BankedSram sram;
};

class BankedSramTest : public SramBench {
 protected:
  BankedSramTest() : SramBench({lanes, 4, 8, 1, 4}) {}
};

TEST_F(BankedSramTest, GivesABundleWithoutConflictsAClockLater) {
  write_all();
  EXPECT_TRUE(request_ready.read());
  EXPECT_FALSE(data_valid.read());
  ask({at(2, 1), at(0, 7), at(1, 1), at(3, 0)});
  edge();
  expect_rows({numbered_row(201), numbered_row(7), numbered_row(101), numbered_row(300)});
  EXPECT_TRUE(request_ready.read());
  edge();
  EXPECT_FALSE(data_valid.read());
}

TEST_F(BankedSramTest, TakesABundleAtEveryEdge) {
  write_all();
  for (unsigned k = 0; k < 8; ++k) {
    ask({at(k % 4, k), RowRequest{}, at((k + 1) % 4, 7 - k)});
    edge();
    expect_rows({numbered_row(100 * (k % 4) + k), LaneRow(lanes),
                 numbered_row(100 * ((k + 1) % 4) + 7 - k)});
  }
  EXPECT_EQ(sram.arbiter().bundles(), 8U);
  EXPECT_EQ(sram.arbiter().accesses(), 16U);
  EXPECT_EQ(sram.arbiter().conflict_clocks(), 0U);
}

TEST_F(BankedSramTest, ConflictsTakeTheirClocks) {
  write_all();
  ask({at(1, 1), at(1, 2), at(1, 3), at(0, 1)});
  edge();
  for (int clock = 0; clock < 2; ++clock) {
    EXPECT_FALSE(request_ready.read());
    EXPECT_FALSE(data_valid.read());
    ask({at(0, 0)});  // not taken
    edge();
  }
  expect_rows({numbered_row(101), numbered_row(102), numbered_row(103), numbered_row(1)});
  EXPECT_TRUE(request_ready.read());
  EXPECT_EQ(sram.arbiter().bundles(), 1U);
  EXPECT_EQ(sram.arbiter().conflict_clocks(), 2U);
  ask({at(0, 0)});
  edge();
  expect_rows({numbered_row(0)});
}

TEST_F(BankedSramTest, EqualAddressesShareAnAccess) {
  write_all();
  ask({at(1, 1), at(1, 1), at(1, 1), at(1, 1)});
  edge();
  expect_rows(std::vector<LaneRow>(4, numbered_row(101)));
  EXPECT_EQ(sram.arbiter().accesses(), 1U);
}

TEST_F(BankedSramTest, AnEmptyBundleIsAnsweredToo) {
  ask({});
  edge();
  expect_rows({});
}

TEST_F(BankedSramTest, ReadsARowAsItWasBeforeTheWrite) {
  write_all();
  ask({at(0, 1), at(0, 2), at(0, 3)});
  write(0, 1, numbered_row(71));  // read at this edge: still the old one
  edge();
  write(0, 3, numbered_row(73));  // read one edge later: the new one
  edge();
  edge();
  expect_rows({numbered_row(1), numbered_row(2), numbered_row(73)});
  ask({at(0, 1)});
  edge();
  expect_rows({numbered_row(71)});
  EXPECT_EQ(sram.rows_written(), 34U);
}

TEST_F(BankedSramTest, AResetDropsTheBundleAndKeepsTheRows) {
  write_all();
  ask({at(0, 1), at(0, 2), at(0, 3)});
  edge();
  rst_n.write(false);
  settle();
  EXPECT_FALSE(request_ready.read());
  ask({at(0, 5)});
  write(0, 1, numbered_row(71));  // not written
  edge();
  EXPECT_FALSE(request_ready.read());
  EXPECT_FALSE(data_valid.read());
  rst_n.write(true);
  settle();
  EXPECT_TRUE(request_ready.read());
  edge();
  EXPECT_FALSE(data_valid.read());
  ask({at(0, 1)});
  edge();
  expect_rows({numbered_row(1)});
}

TEST_F(BankedSramTest, ReportsAReadOfARowNeverWritten) {
  expect_report(id, sc_core::SC_ERROR, "bank 2 row 3, never written");
  write(2, 4, numbered_row(0));
  edge();
  ask({at(2, 4), at(2, 3)});
  edge();
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BankedSramTest, ReportsAReadOfABankThatDoesNotExist) {
  expect_report(id, sc_core::SC_ERROR, "bank 4 of 4");
  ask({at(4, 0)});
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BankedSramTest, ReportsAReadOfARowThatDoesNotExist) {
  expect_report(id, sc_core::SC_ERROR, "bank 0 row 8");
  ask({at(0, 8)});
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BankedSramTest, ReportsAWriteThatDoesNotExist) {
  expect_report(id, sc_core::SC_ERROR, "bank 3 row 8");
  write(3, 8, numbered_row(0));
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(BankedSramTest, NeedsAReadPort) {
  EXPECT_THROW(BankedSram("portless", SramParameters{lanes, 4, 8, 1, 0}), std::invalid_argument);
  edge();  // and leaves nothing behind that the kernel would trip over
  EXPECT_FALSE(data_valid.read());
}

// Random bundles and writes beside a map that is read clock by clock.
class RandomSramTest : public SramBench, public ::testing::WithParamInterface<SramParameters> {
 protected:
  RandomSramTest() : SramBench(GetParam()) {}

  void draw() {
    for (unsigned bank = 0; bank < shape.banks; ++bank) {
      if (random() % 2 == 0) continue;
      write(bank, random() % shape.bank_rows, numbered_row(random() % 100000));
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
      contents[{bank, bank_row}] = numbered_row(100 * bank + bank_row);
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
                         ::testing::Values(SramParameters{lanes, 4, 8, 1, 4},
                                           SramParameters{lanes, 4, 4, 2, 9},
                                           SramParameters{lanes, 1, 3, 1, 3},
                                           SramParameters{lanes, 3, 2, 1, 1}));

}  // namespace
}  // namespace tensordash
