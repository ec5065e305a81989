#include "hw/dram/clock_base.h"

#include <random>

#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

class ClockBaseTest : public testing::SystemCTest {
 protected:
  // Time passes between 0 and `time`, and `now()` follows.
  void run_to(const sc_core::sc_time& time) {
    sc_core::sc_start(time - sc_core::sc_time_stamp());
    finished();
  }
};

TEST_F(ClockBaseTest, EdgesAreMultiplesOfTheClock) {
  const DramClockBase clocks(load_dram_spec("lpddr4-3200-16gb"));
  EXPECT_EQ(clocks.time(0), sc_core::SC_ZERO_TIME);
  EXPECT_EQ(clocks.time(1), sc_core::sc_time(625, sc_core::SC_PS));
  EXPECT_EQ(clocks.time(1600000000), sc_core::sc_time(1, sc_core::SC_SEC));
  std::mt19937_64 random(1);
  const sc_core::sc_time little(1, sc_core::SC_PS);
  for (unsigned each = 0; each < 1000; ++each) {
    const DramClock clock = 1 + random() % (DramClock{1} << 45);
    const sc_core::sc_time edge = clocks.time(clock);
    ASSERT_EQ(clocks.at_or_after(edge), clock);
    ASSERT_EQ(clocks.at_or_after(edge - little), clock);
    ASSERT_EQ(clocks.at_or_after(edge + little), clock + 1);
  }
  EXPECT_EQ(clocks.now(), 0U);
  run_to(sc_core::sc_time(6250, sc_core::SC_PS));
  EXPECT_EQ(clocks.now(), 10U);
  run_to(sc_core::sc_time(6251, sc_core::SC_PS));
  EXPECT_EQ(clocks.now(), 11U);
}

TEST_F(ClockBaseTest, AResolutionOfAQuarterClockWillDo) {
  sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
  DramSpec spec = load_dram_spec("lpddr4-3200-16gb");
  spec.tck_ps = 4000;
  const DramClockBase clocks(spec);
  EXPECT_EQ(clocks.time(3), sc_core::sc_time(12, sc_core::SC_NS));
  EXPECT_EQ(clocks.at_or_after(sc_core::sc_time(9, sc_core::SC_NS)), 3U);
  run_to(sc_core::sc_time(9, sc_core::SC_NS));
  EXPECT_EQ(clocks.now(), 3U);
}

TEST_F(ClockBaseTest, AResolutionThatCannotExpressTheClockIsAnError) {
  sc_core::sc_set_time_resolution(10, sc_core::SC_PS);
  expect_report("/tensordash/dram", sc_core::SC_ERROR,
                "tCK is 625 ps, which the time resolution of 10 ps cannot express");
  EXPECT_THROW(DramClockBase(load_dram_spec("lpddr4-3200-16gb")), sc_core::sc_report);
  run_to(sc_core::sc_time(1, sc_core::SC_NS));
}

}  // namespace
}  // namespace tensordash
