#include "hw/compression/zero_decompressor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/hw/compression/group_transfer.h"
#include "tests/hw/compression/random_rows.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

class ZeroDecompressorTest : public ClockedTest {
 protected:
  explicit ZeroDecompressorTest(const ZeroCodecParameters& sizes = {4, 4, 2, 16})
      : parameters(sizes),
        row("row", sizes.rows_per_clock, signals_of<LaneRow>(sizes.lanes)),
        decompressor("decompressor", sizes) {
    decompressor.clk(clk);
    decompressor.rst_n(rst_n);
    decompressor.group(group);
    decompressor.group_valid(group_valid);
    decompressor.group_ready(group_ready);
    decompressor.row(row);
    decompressor.rows(rows);
    decompressor.row_ready(row_ready);
  }

  void offer(const GroupTransfer& transfer) {
    group.write(transfer);
    group_valid.write(true);
  }
  std::vector<LaneRow> shown() {
    std::vector<LaneRow> carried;
    for (unsigned port = 0; port < rows.read(); ++port) carried.push_back(row[port].read());
    for (unsigned port = rows.read(); port < row.size(); ++port) {
      EXPECT_EQ(row[port].read(), LaneRow(parameters.lanes));
    }
    return carried;
  }
  // Rows number `first` and on of `of`, as many as there are ports.
  std::vector<LaneRow> part(const std::vector<LaneRow>& of, std::size_t first) {
    const std::size_t end = std::min<std::size_t>(of.size(), first + row.size());
    return {of.begin() + static_cast<std::ptrdiff_t>(first),
            of.begin() + static_cast<std::ptrdiff_t>(end)};
  }

  const ZeroCodecParameters parameters;
  sc_core::sc_signal<GroupTransfer> group{"group"};
  sc_core::sc_signal<bool> group_valid{"group_valid"}, group_ready{"group_ready"};
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> row;
  sc_core::sc_signal<unsigned> rows{"rows"};
  sc_core::sc_signal<bool> row_ready{"row_ready", true};
  ZeroDecompressor decompressor;
  RandomRows random{7};
};

TEST_F(ZeroDecompressorTest, ShowsTwoRowsAClockWithoutAGapBetweenGroups) {
  tick();
  EXPECT_EQ(rows.read(), 0U);
  EXPECT_TRUE(group_ready.read());
  for (unsigned round = 0; round < 3; ++round) {
    const std::vector<LaneRow> dense = random.rows(16, 4);
    offer(transfer_of(dense, 4));
    for (unsigned clock = 0; clock < 8; ++clock) {
      tick();
      EXPECT_EQ(shown(), part(dense, 2 * std::size_t{clock})) << "clock " << clock;
      EXPECT_EQ(group_ready.read(), clock == 7);
    }
  }
  group_valid.write(false);
  tick();
  EXPECT_EQ(rows.read(), 0U);
}

TEST_F(ZeroDecompressorTest, EndsAnOddGroupWithOneRow) {
  const std::vector<LaneRow> dense = random.rows(5, 4);
  offer(transfer_of(dense, 4));
  tick();
  group_valid.write(false);
  tick();
  EXPECT_FALSE(group_ready.read());
  tick();
  EXPECT_EQ(shown(), part(dense, 4));
  EXPECT_EQ(rows.read(), 1U);
  EXPECT_TRUE(group_ready.read());
}

TEST_F(ZeroDecompressorTest, HoldsItsRowsUntilTheyAreTaken) {
  const std::vector<LaneRow> dense = random.rows(4, 4);
  offer(transfer_of(dense, 4));
  row_ready.write(false);
  tick();
  for (int clock = 0; clock < 3; ++clock) {
    tick();
    EXPECT_EQ(shown(), part(dense, 0));
  }
  row_ready.write(true);
  tick();
  EXPECT_EQ(shown(), part(dense, 2));
  row_ready.write(false);
  settle();
  EXPECT_FALSE(group_ready.read());  // the last rows are still here
  tick();
  EXPECT_EQ(shown(), part(dense, 2));
  row_ready.write(true);
  settle();
  EXPECT_TRUE(group_ready.read());
}

TEST_F(ZeroDecompressorTest, ForgetsItsGroupAtAResetEdge) {
  offer(transfer_of(random.rows(16, 4), 4));
  tick();
  rst_n.write(false);
  settle();
  EXPECT_EQ(rows.read(), 2U);
  tick();
  EXPECT_EQ(rows.read(), 0U);
  rst_n.write(true);
  const std::vector<LaneRow> dense = random.rows(2, 4);
  offer(transfer_of(dense, 4));
  tick();
  EXPECT_EQ(shown(), dense);
}

TEST_F(ZeroDecompressorTest, ReportsAGroupThatCannotBeDecoded) {
  expect_report("/tensordash/compression/zero_decompressor", sc_core::SC_ERROR,
                "the masks keep value 12, but there are only 12");
  GroupTransfer transfer = transfer_of(std::vector<LaneRow>(3, LaneRow(4)), 4);
  std::vector<std::uint8_t> bytes = *transfer.bytes;
  bytes[1] = 0x10;
  transfer.bytes = std::make_shared<const std::vector<std::uint8_t>>(bytes);
  offer(transfer);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(ZeroDecompressorTest, ReportsAGroupWithoutBytes) {
  expect_report("/tensordash/compression/zero_decompressor", sc_core::SC_ERROR, "without bytes");
  offer(GroupTransfer{});
  EXPECT_THROW(tick(), sc_core::sc_report);
}

class WideBf16DecompressorTest : public ZeroDecompressorTest {
 protected:
  WideBf16DecompressorTest() : ZeroDecompressorTest({16, 2, 3, 16}) {}
};

TEST_F(WideBf16DecompressorTest, ShowsThreeRowsAClock) {
  const std::vector<LaneRow> dense = random.rows(16, 16);
  offer(transfer_of(dense, 2));
  for (std::size_t first = 0; first < 16; first += 3) {
    tick();
    EXPECT_EQ(shown(), part(dense, first));
  }
  EXPECT_TRUE(group_ready.read());
}

}  // namespace
}  // namespace tensordash
