// The zero codecs, pin by pin and clock by clock.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "hw/compression/group_rows.h"
#include "hw/compression/zero_compressor.h"
#include "hw/compression/zero_decompressor.h"
#include "tests/hw/compression/random_rows.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

GroupTransfer transfer_of(const std::vector<LaneRow>& rows, unsigned value_bytes) {
  const std::vector<std::uint8_t> values = values_of_rows(rows, value_bytes);
  GroupTransfer transfer;
  transfer.count = static_cast<std::uint32_t>(values.size() / value_bytes);
  const StoredGroup stored = encode_group(values.data(), transfer.count, value_bytes);
  transfer.entry = entry(stored);
  transfer.bytes = std::make_shared<const std::vector<std::uint8_t>>(stored.bytes);
  return transfer;
}

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
