#include "hw/memory/zero_counter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float smallest = std::numeric_limits<float>::denorm_min();

TEST(ZeroCount, CountsBothZerosAndNothingElse) {
  ZeroCount total;
  total.add(row_of({0.0F, -0.0F, 1.0F, -1.0F, smallest, -smallest, nan_value, -nan_value, infinity,
                    -infinity, 0.0F}),
            11);
  EXPECT_EQ(total.zeros, 3U);
  EXPECT_EQ(total.values, 11U);
}

TEST(ZeroCount, LeavesPaddingOut) {
  ZeroCount total;
  const LaneRow row = row_of({1.0F, 0.0F, 0.0F, 0.0F});
  total.add(row, 2);
  EXPECT_EQ(total.zeros, 1U);
  EXPECT_EQ(total.values, 2U);
  total.add(row, 0);
  EXPECT_EQ(total.zeros, 1U);
  EXPECT_EQ(total.values, 2U);
}

TEST(ZeroCount, GoesOnBeyond32Bits) {
  ZeroCount total{0xffffffff, 0xffffffff};
  total.add(row_of({0.0F, 0.0F}), 2);
  EXPECT_EQ(total.zeros, 0x100000001U);
  EXPECT_EQ(total.values, 0x100000001U);
}

TEST(ZeroCount, RefusesMoreValuesThanTheRowHas) {
  ZeroCount total;
  EXPECT_THAT([&] { total.add(LaneRow(4), 5); },
              ::testing::ThrowsMessage<std::out_of_range>(
                  ::testing::HasSubstr("count 5 values of a row of 4")));
  EXPECT_EQ(total.zeros, 0U);
  EXPECT_EQ(total.values, 0U);
  total.add(LaneRow(64), 64);
  EXPECT_EQ(total.zeros, 64U);
}

// A counter of rows of 4 whose pins the test holds.
class ZeroCounterTest : public ClockedTest {
 protected:
  ZeroCounterTest() {
    counter.clk(clk);
    counter.rst_n(rst_n);
    counter.clear(clear);
    counter.valid(valid);
    counter.count(count);
    counter.row(row);
    counter.zeros(zeros);
    counter.values(values);
  }

  // A row for one clock.
  void send(const std::vector<float>& results, unsigned real, bool first = false) {
    row.write(row_of(results));
    count.write(real);
    valid.write(true);
    clear.write(first);
    tick();
    valid.write(false);
    clear.write(false);
  }

  void expect_count(sc_dt::uint64 expected_zeros, sc_dt::uint64 expected_values) {
    EXPECT_EQ(zeros.read(), expected_zeros);
    EXPECT_EQ(values.read(), expected_values);
  }

  sc_core::sc_signal<bool> clear{"clear"}, valid{"valid"};
  sc_core::sc_signal<unsigned> count{"count"};
  sc_core::sc_signal<LaneRow> row{"row", LaneRow(4)};
  sc_core::sc_signal<sc_dt::uint64> zeros{"zeros"}, values{"values"};
  ZeroCounter counter{"counter"};
};

TEST_F(ZeroCounterTest, AddsUpRows) {
  send({0.0F, 1.0F, -0.0F, 2.0F}, 4);
  expect_count(2, 4);
  send({0.0F, 0.0F, 0.0F, 0.0F}, 3);
  expect_count(5, 7);
}

TEST_F(ZeroCounterTest, CountsAtTheEdgeAndNotBefore) {
  row.write(row_of({0.0F, 0.0F, 0.0F, 0.0F}));
  count.write(4);
  valid.write(true);
  settle();
  expect_count(0, 0);
  tick();
  expect_count(4, 4);
  tick();  // still valid: another row of the same values
  expect_count(8, 8);
}

TEST_F(ZeroCounterTest, LeavesOutWhatIsNotValid) {
  send({0.0F, 1.0F, 1.0F, 1.0F}, 4);
  row.write(row_of({0.0F, 0.0F, 0.0F, 0.0F}));
  tick();
  tick();
  expect_count(1, 4);
}

TEST_F(ZeroCounterTest, ClearBeginsATensorWithTheRowOfThatEdge) {
  send({0.0F, 0.0F, 0.0F, 0.0F}, 4);
  send({0.0F, 1.0F, 1.0F, 1.0F}, 3, true);
  expect_count(1, 3);
  clear.write(true);
  tick();
  expect_count(0, 0);
}

TEST_F(ZeroCounterTest, ResetClearsAndCountsNothing) {
  send({0.0F, 0.0F, 0.0F, 0.0F}, 4);
  rst_n.write(false);
  send({0.0F, 0.0F, 0.0F, 0.0F}, 4);
  expect_count(0, 0);
  rst_n.write(true);
  tick();
  expect_count(0, 0);
}

TEST_F(ZeroCounterTest, AgreesWithACountOfAllValues) {
  std::mt19937 random(5);
  sc_dt::uint64 expected_zeros = 0;
  sc_dt::uint64 expected_values = 0;
  for (int clock = 0; clock < 300; ++clock) {
    std::vector<float> results(4);
    for (float& result : results) result = random() % 3 == 0 ? 1.5F : 0.0F;
    const unsigned real = random() % 5;
    for (unsigned lane = 0; lane < real; ++lane) expected_zeros += results[lane] == 0.0F ? 1 : 0;
    expected_values += real;
    send(results, real);
    expect_count(expected_zeros, expected_values);
  }
}

TEST_F(ZeroCounterTest, ReportsMoreValuesThanTheRowHas) {
  expect_report("/tensordash/memory/zero_counter", sc_core::SC_ERROR, "5 values of a row of 4");
  EXPECT_THROW(send({0.0F, 0.0F, 0.0F, 0.0F}, 5), sc_core::sc_report);
  expect_count(0, 0);
}

}  // namespace
}  // namespace tensordash
