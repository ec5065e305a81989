#include "hw/compression/scheduled_decompressor.h"

#include <gtest/gtest.h>

#include "tests/hw/compression/random_rows.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

class DecompressorTest : public ClockedTest {
 protected:
  explicit DecompressorTest(Connectivity of)
      : table(std::move(of)),
        row("row", table.depth(), signals_of<LaneRow>(table.lanes())),
        decompressor("decompressor", table) {
    decompressor.clk(clk);
    decompressor.rst_n(rst_n);
    decompressor.scheduled(scheduled);
    decompressor.scheduled_valid(scheduled_valid);
    decompressor.scheduled_last(scheduled_last);
    decompressor.scheduled_ready(scheduled_ready);
    decompressor.row(row);
    decompressor.rows(rows);
    decompressor.last(last);
    decompressor.row_ready(row_ready);
  }

  void offer(const ScheduledRow& values, bool ends) {
    scheduled.write(values);
    scheduled_valid.write(true);
    scheduled_last.write(ends);
  }
  // The dense rows on the ports.
  std::vector<LaneRow> shown() {
    std::vector<LaneRow> carried;
    for (unsigned port = 0; port < row.size(); ++port) {
      if (port < rows.read()) {
        carried.push_back(row[port].read());
      } else {
        EXPECT_EQ(row[port].read(), LaneRow(table.lanes()));
      }
    }
    return carried;
  }

  const Connectivity table;
  sc_core::sc_signal<ScheduledRow> scheduled{"scheduled"};
  sc_core::sc_signal<bool> scheduled_valid{"scheduled_valid"}, scheduled_last{"scheduled_last"};
  sc_core::sc_signal<bool> scheduled_ready{"scheduled_ready"};
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> row;
  sc_core::sc_signal<unsigned> rows{"rows"};
  sc_core::sc_signal<bool> last{"last"}, row_ready{"row_ready", true};
  ScheduledDecompressor decompressor;
  RandomRows random{21};
};

class AnyTableDecompressorTest : public DecompressorTest,
                                 public ::testing::WithParamInterface<std::size_t> {
 protected:
  AnyTableDecompressorTest() : DecompressorTest(test_tables()[GetParam()].table) {}
};

INSTANTIATE_TEST_SUITE_P(Tables, AnyTableDecompressorTest,
                         ::testing::Range<std::size_t>(0, test_tables().size()));

TEST_P(AnyTableDecompressorTest, GivesBlocksBackOneScheduledRowAClock) {
  for (unsigned round = 0; round < 30; ++round) {
    const std::vector<LaneRow> dense = random.rows(1 + random.below(20), table.lanes());
    const ScheduledBlock block = schedule_block(dense, table);
    std::vector<LaneRow> out;
    for (const ScheduledRow& stored : block.rows) {
      const bool ends = &stored == &block.rows.back();
      offer(stored, ends);
      tick();
      EXPECT_EQ(rows.read(), stored.advance);
      EXPECT_EQ(last.read(), ends);
      for (const LaneRow& values : shown()) out.push_back(values);
    }
    EXPECT_EQ(out, dense);
    EXPECT_EQ(out, expand(block, table));
  }
}

TEST_P(AnyTableDecompressorTest, WaitsForItsReader) {
  const std::vector<LaneRow> dense = random.rows(40, table.lanes());
  const ScheduledBlock block = schedule_block(dense, table);
  std::vector<LaneRow> out;
  std::size_t next = 0;
  for (unsigned clock = 0; clock < 2000 && out.size() < dense.size(); ++clock) {
    scheduled_valid.write(false);
    if (next < block.rows.size() && random.below(3) > 0) {
      offer(block.rows[next], next + 1 == block.rows.size());
    }
    row_ready.write(random.below(3) == 0);
    settle();
    if (row_ready.read()) {
      for (const LaneRow& values : shown()) out.push_back(values);
    }
    if (scheduled_valid.read() && scheduled_ready.read()) ++next;
    tick();
  }
  EXPECT_EQ(out, dense);
}

class PaperDecompressorTest : public DecompressorTest {
 protected:
  PaperDecompressorTest() : DecompressorTest(Connectivity::named("paper", 16, 3)) {
    idle_row.values = LaneRow(16);
    idle_row.selects = selects_of(std::vector<unsigned>(16, idle));
    idle_row.advance = 1;
  }
  ScheduledRow with(unsigned lane, float value, std::uint8_t select, unsigned advance = 1) const {
    ScheduledRow made = idle_row;
    made.values[lane] = value;
    made.selects[lane] = select;
    made.advance = advance;
    return made;
  }
  void refused(const ScheduledRow& values, bool ends, const char* why) {
    expect_report("/tensordash/compression/scheduled_decompressor", sc_core::SC_ERROR, why);
    offer(values, ends);
    EXPECT_THROW(tick(), sc_core::sc_report);
  }
  ScheduledRow idle_row;
};

// Figure 12: the eight lanes that hold element 8 of a row, by the mirrored movements of figure 9.
TEST_F(PaperDecompressorTest, CollectsElement8FromTheLanesOfFigure12) {
  struct Source {
    unsigned lane, select, step;
  };
  const Source sources[] = {{8, 0, 0}, {8, 1, 1},  {8, 2, 2}, {9, 3, 1},
                            {7, 4, 1}, {10, 5, 2}, {6, 6, 2}, {11, 7, 1}};
  LaneRow element(16);
  element[8] = 5.0F;
  for (const Source& source : sources) {
    offer(with(source.lane, 5.0F, static_cast<std::uint8_t>(source.select), 3), true);
    tick();
    std::vector<LaneRow> wanted(3, LaneRow(16));
    wanted[source.step] = element;
    EXPECT_EQ(shown(), wanted) << "lane " << source.lane << ", select " << source.select;
  }
}

TEST_F(PaperDecompressorTest, ShowsRowsForOneClockAndHoldsThemForAReader) {
  offer(with(0, 2.0F, 0), true);
  tick();
  EXPECT_EQ(rows.read(), 1U);
  row_ready.write(false);
  offer(with(0, 3.0F, 0), true);
  tick();
  EXPECT_FALSE(scheduled_ready.read());
  EXPECT_EQ(row[0].read()[0], 2.0F);
  row_ready.write(true);
  tick();
  EXPECT_EQ(row[0].read()[0], 3.0F);
  scheduled_valid.write(false);
  tick();
  EXPECT_EQ(rows.read(), 0U);
  EXPECT_FALSE(last.read());
}

TEST_F(PaperDecompressorTest, ForgetsItsWindowAtAResetEdge) {
  offer(with(0, 2.0F, 2), false);
  tick();
  rst_n.write(false);
  tick();
  EXPECT_EQ(rows.read(), 0U);
  rst_n.write(true);
  ScheduledRow zeros = idle_row;
  zeros.advance = 3;
  offer(zeros, true);
  tick();
  EXPECT_EQ(shown(), std::vector<LaneRow>(3, LaneRow(16)));
}

TEST_F(PaperDecompressorTest, ReportsAnAdvanceOfNothing) {
  refused(with(0, 2.0F, 0, 0), false, "an advance of 0 or beyond the window");
}

TEST_F(PaperDecompressorTest, ReportsAnAdvanceBeyondTheWindow) {
  refused(with(0, 2.0F, 0, 4), false, "an advance of 0 or beyond the window");
}

TEST_F(PaperDecompressorTest, ReportsASelectThatIsNoOption) {
  refused(with(0, 2.0F, 8), false, "a select that is no option");
}

TEST_F(PaperDecompressorTest, ReportsTwoLanesWithOnePlace) {
  ScheduledRow twice = with(8, 2.0F, 1);
  twice.values[9] = 3.0F;
  twice.selects[9] = 3;
  refused(twice, false, "two lanes with one place");
}

TEST_F(PaperDecompressorTest, ReportsAPlaceThatHasItsValue) {
  offer(with(8, 2.0F, 1), false);
  tick();
  refused(with(8, 3.0F, 0), false, "a place that has its value");
}

TEST_F(PaperDecompressorTest, ReportsAValueBeyondTheEndOfItsBlock) {
  refused(with(8, 2.0F, 2, 2), true, "a value beyond the block's end");
}

TEST_F(PaperDecompressorTest, ReportsRowsLeftAtTheEndOfABlock) {
  offer(with(8, 2.0F, 2, 1), false);
  tick();
  refused(idle_row, true, "rows left at the block's end");
}

}  // namespace
}  // namespace tensordash
