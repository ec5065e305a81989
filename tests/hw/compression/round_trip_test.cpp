#include <gtest/gtest.h>

#include "hw/compression/backside_scheduler.h"
#include "hw/compression/scheduled_decompressor.h"
#include "tests/hw/compression/random_rows.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

// Dense rows through the back-side scheduler and back.
class RoundTripTest : public ClockedTest {
 protected:
  RoundTripTest() : row_out("row_out", 3, signals_of<LaneRow>(16)) {
    scheduler.clk(clk);
    scheduler.rst_n(rst_n);
    scheduler.row(row);
    scheduler.row_valid(row_valid);
    scheduler.row_last(row_last);
    scheduler.row_ready(row_ready);
    scheduler.scheduled(scheduled);
    scheduler.scheduled_valid(scheduled_valid);
    scheduler.scheduled_last(scheduled_last);
    scheduler.scheduled_ready(scheduled_ready);
    decompressor.clk(clk);
    decompressor.rst_n(rst_n);
    decompressor.scheduled(scheduled);
    decompressor.scheduled_valid(scheduled_valid);
    decompressor.scheduled_last(scheduled_last);
    decompressor.scheduled_ready(scheduled_ready);
    decompressor.row(row_out);
    decompressor.rows(rows);
    decompressor.last(last);
    decompressor.row_ready(row_out_ready);
  }

  const Connectivity table = Connectivity::named("paper", 16, 3);
  sc_core::sc_signal<LaneRow> row{"row_in", LaneRow(16)};
  sc_core::sc_signal<bool> row_valid{"row_valid"}, row_last{"row_last"}, row_ready{"row_ready"};
  sc_core::sc_signal<ScheduledRow> scheduled{"scheduled"};
  sc_core::sc_signal<bool> scheduled_valid{"scheduled_valid"}, scheduled_last{"scheduled_last"},
      scheduled_ready{"scheduled_ready"};
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> row_out;
  sc_core::sc_signal<unsigned> rows{"rows"};
  sc_core::sc_signal<bool> last{"last"}, row_out_ready{"row_out_ready", true};
  BacksideScheduler scheduler{"scheduler", table};
  ScheduledDecompressor decompressor{"decompressor", table};
};

TEST_F(RoundTripTest, GivesGroupsBackAsTheyWere) {
  RandomRows random(22);
  rst_n.write(false);
  tick();
  rst_n.write(true);
  const std::vector<LaneRow> dense = random.rows(16 * 6, 16);
  std::vector<LaneRow> out;
  std::size_t next = 0;
  unsigned ends = 0;
  for (unsigned clock = 0; clock < 3000 && out.size() < dense.size(); ++clock) {
    row_valid.write(next < dense.size());
    if (next < dense.size()) row.write(dense[next]);
    row_last.write(next % 16 == 15);
    row_out_ready.write(random.below(4) == 0);
    settle();
    if (row_valid.read() && row_ready.read()) ++next;
    if (row_out_ready.read()) {
      for (unsigned port = 0; port < rows.read(); ++port) out.push_back(row_out[port].read());
      if (rows.read() > 0 && last.read()) {
        EXPECT_EQ(out.size() % 16, 0U);
        ++ends;
      }
    }
    tick();
  }
  EXPECT_EQ(out, dense);
  EXPECT_EQ(ends, 6U);
}

}  // namespace
}  // namespace tensordash
