#include "hw/compression/zero_compressor.h"

#include <gtest/gtest.h>

#include "tests/hw/compression/group_transfer.h"
#include "tests/hw/compression/random_rows.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

class ZeroCompressorTest : public ClockedTest {
 protected:
  explicit ZeroCompressorTest(const ZeroCodecParameters& sizes = {4, 4, 2, 8})
      : parameters(sizes),
        row("row", sizes.rows_per_clock, signals_of<LaneRow>(sizes.lanes)),
        compressor("compressor", sizes) {
    compressor.clk(clk);
    compressor.rst_n(rst_n);
    compressor.row(row);
    compressor.rows(rows);
    compressor.row_ready(row_ready);
    compressor.group(group);
    compressor.group_valid(group_valid);
    compressor.group_ready(group_ready);
  }

  void offer(const std::vector<LaneRow>& of, std::size_t first, unsigned count = 2) {
    for (unsigned port = 0; port < count; ++port) row[port].write(of[first + port]);
    rows.write(count);
  }
  void expect_group(const std::vector<LaneRow>& of) {
    ASSERT_TRUE(group_valid.read());
    const GroupTransfer wanted = transfer_of(of, parameters.value_bytes);
    EXPECT_EQ(*group.read().bytes, *wanted.bytes);
    EXPECT_EQ(group.read().entry, wanted.entry);
    EXPECT_EQ(group.read().count, wanted.count);
  }

  const ZeroCodecParameters parameters;
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> row;
  sc_core::sc_signal<unsigned> rows{"rows"};
  sc_core::sc_signal<bool> row_ready{"row_ready"};
  sc_core::sc_signal<GroupTransfer> group{"group"};
  sc_core::sc_signal<bool> group_valid{"group_valid"}, group_ready{"group_ready", true};
  ZeroCompressor compressor;
  RandomRows random{8};
};

TEST_F(ZeroCompressorTest, MakesAGroupOfEightRowsInFourClocks) {
  tick();
  for (unsigned round = 0; round < 3; ++round) {
    const std::vector<LaneRow> dense = random.rows(8, 4);
    for (unsigned clock = 0; clock < 4; ++clock) {
      EXPECT_TRUE(row_ready.read());
      offer(dense, 2 * std::size_t{clock});
      tick();
      EXPECT_EQ(group_valid.read(), clock == 3) << "clock " << clock;
    }
    expect_group(dense);
  }
  rows.write(0);
  tick();
  EXPECT_FALSE(group_valid.read());
}

TEST_F(ZeroCompressorTest, TakesRowsAsTheyCome) {
  const std::vector<LaneRow> dense = random.rows(8, 4);
  tick();
  std::size_t taken = 0;
  for (const unsigned count : {1U, 0U, 2U, 2U, 0U, 1U, 2U}) {
    EXPECT_FALSE(group_valid.read());
    offer(dense, taken, count);
    taken += count;
    tick();
  }
  expect_group(dense);
}

TEST_F(ZeroCompressorTest, CollectsTheNextGroupWhileOneWaits) {
  const std::vector<LaneRow> first = random.rows(8, 4);
  const std::vector<LaneRow> second = random.rows(8, 4);
  group_ready.write(false);
  tick();
  for (unsigned clock = 0; clock < 4; ++clock) {
    offer(first, 2 * std::size_t{clock});
    tick();
  }
  for (unsigned clock = 0; clock < 3; ++clock) {
    EXPECT_TRUE(row_ready.read());
    offer(second, 2 * std::size_t{clock});
    tick();
  }
  offer(second, 6);
  for (int clock = 0; clock < 3; ++clock) {
    EXPECT_FALSE(row_ready.read());  // these rows would complete a second group
    tick();
    expect_group(first);
  }
  group_ready.write(true);
  settle();
  EXPECT_TRUE(row_ready.read());
  tick();
  expect_group(second);
}

TEST_F(ZeroCompressorTest, ForgetsItsRowsAtAResetEdge) {
  const std::vector<LaneRow> dense = random.rows(10, 4);
  tick();
  offer(dense, 0);
  tick();
  rst_n.write(false);
  tick();
  rst_n.write(true);
  for (unsigned clock = 0; clock < 4; ++clock) {
    EXPECT_FALSE(group_valid.read());
    offer(dense, 2 + 2 * std::size_t{clock});
    tick();
  }
  expect_group({dense.begin() + 2, dense.end()});
  rst_n.write(false);
  tick();
  EXPECT_FALSE(group_valid.read());
}

TEST_F(ZeroCompressorTest, ReportsRowsOfTwoGroupsAtOnce) {
  expect_report("/tensordash/compression/zero_compressor", sc_core::SC_ERROR, "more rows at once");
  const std::vector<LaneRow> dense = random.rows(9, 4);
  tick();
  offer(dense, 0, 1);
  tick();
  for (std::size_t first = 1; first < 7; first += 2) {
    offer(dense, first);
    tick();
  }
  offer(dense, 7);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(ZeroCompressorTest, ReportsMoreRowsThanPorts) {
  expect_report("/tensordash/compression/zero_compressor", sc_core::SC_ERROR, "more rows at once");
  tick();
  rows.write(3);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

class Bf16CompressorTest : public ZeroCompressorTest {
 protected:
  Bf16CompressorTest() : ZeroCompressorTest({4, 2, 2, 2}) {}
};

TEST_F(Bf16CompressorTest, StoresTwoByteValuesAndReportsOthers) {
  expect_report("/tensordash/compression/zero_compressor", sc_core::SC_ERROR, "is no bf16 value");
  std::vector<LaneRow> dense = random.rows(2, 4);
  tick();
  offer(dense, 0);
  tick();
  expect_group(dense);
  dense[1][2] = 1.00390625F;
  offer(dense, 0);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

}  // namespace
}  // namespace tensordash
