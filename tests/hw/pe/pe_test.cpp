// The datapath behind the operand registers: multipliers, adder tree, accumulators, and the PE that
// is made of them.

#include "hw/pe/pe.h"

#include <gtest/gtest.h>

#include <limits>

#include "hw/numeric/fp32.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

constexpr std::uint32_t minus_zero_bits = 0x80000000U;
const float infinity = std::numeric_limits<float>::infinity();

class MacLanesTest : public ClockedTest {
 protected:
  static constexpr unsigned lanes = 5;
  sc_core::sc_signal<LaneRow> a{"a", LaneRow(lanes)}, b{"b", LaneRow(lanes)},
      product{"product", LaneRow(lanes)};
  sc_core::sc_signal<ExactRow> exact_product{"exact_product", ExactRow(lanes)};
  MacLanes macs{"macs", lanes};
  ExactMacLanes exact_macs{"exact_macs", lanes};

  MacLanesTest() {
    macs.clk(clk);
    macs.a(a);
    macs.b(b);
    macs.product(product);
    exact_macs.clk(clk);
    exact_macs.a(a);
    exact_macs.b(b);
    exact_macs.product(exact_product);
  }

  std::uint32_t product_bits(unsigned lane) { return fp32_bits(product.read()[lane]); }
};

TEST_F(MacLanesTest, MultipliesLaneByLaneAtTheEdge) {
  a.write(row_of({1, 2, 3, -4, 5}));
  b.write(row_of({6, 7, 8, 9, 10}));
  settle();
  EXPECT_EQ(product.read(), LaneRow(lanes));
  EXPECT_EQ(exact_product.read(), ExactRow(lanes));
  tick();
  EXPECT_EQ(product.read(), row_of({6, 14, 24, -36, 50}));
  for (unsigned lane = 0; lane < lanes; ++lane) {
    EXPECT_EQ(exact_product.read()[lane], static_cast<double>(product.read()[lane]));
  }
  a.write(LaneRow(lanes));
  settle();
  EXPECT_EQ(product.read(), row_of({6, 14, 24, -36, 50}));
}

TEST_F(MacLanesTest, KeepsSignsOfZeroSubnormalsAndOneNan) {
  a.write(row_of({-0.0F, fp32_value(1), infinity, fp32_value(0xffc12345U), -infinity}));
  b.write(row_of({3.0F, 1.0F, 0.0F, 2.0F, 2.0F}));
  tick();
  EXPECT_EQ(product_bits(0), minus_zero_bits);
  EXPECT_EQ(product_bits(1), 1U);
  EXPECT_EQ(product_bits(2), canonical_nan_bits);
  EXPECT_EQ(product_bits(3), canonical_nan_bits);
  EXPECT_EQ(product.read()[4], -infinity);
}

TEST_F(MacLanesTest, RoundsEachProductToNearestEvenUnlessExact) {
  const float one_up = fp32_value(0x3f800001U);  // 1 + 2^-23; its square has a bit at 2^-46
  a.write(row_of({one_up, 3.0F, 0, 0, 0}));
  b.write(row_of({one_up, fp32_value(0x3f800001U), 0, 0, 0}));
  tick();
  EXPECT_EQ(product_bits(0), 0x3f800002U);
  // 3 + 3 * 2^-23 lies halfway between 3 + 2^-22 and 3 + 2^-21: the even one is the latter.
  EXPECT_EQ(product_bits(1), 0x40400002U);
  EXPECT_EQ(exact_product.read()[0], 1.0 + 0x1p-22 + 0x1p-46);
  EXPECT_EQ(exact_product.read()[1], 3.0 + 3 * 0x1p-23);
}

class AdderTreeTest : public ClockedTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  sc_core::sc_signal<LaneRow> product{"product", LaneRow(GetParam())};
  sc_core::sc_signal<Fp32> sum{"sum"};
  AdderTree tree{"tree"};

  AdderTreeTest() {
    tree.clk(clk);
    tree.product(product);
    tree.sum(sum);
  }

  std::uint32_t sum_of(const std::vector<float>& products) {
    product.write(row_of(products));
    tick();
    return fp32_bits(sum.read().value);
  }
};

class ThreeLaneTreeTest : public AdderTreeTest {};
class FourLaneTreeTest : public AdderTreeTest {};
INSTANTIATE_TEST_SUITE_P(Lanes, ThreeLaneTreeTest, ::testing::Values(3U));
INSTANTIATE_TEST_SUITE_P(Lanes, FourLaneTreeTest, ::testing::Values(4U));

TEST_P(FourLaneTreeTest, AddsNeighboursFirst) {
  // A unit is lost beside 1e8: (1e8 + 1) + (-1e8 + 1) is 0, left to right it would be 1.
  EXPECT_EQ(sum_of({1e8F, 1, -1e8F, 1}), fp32_bits(0.0F));
  EXPECT_EQ(sum_of({1e8F, -1e8F, 1, 1}), fp32_bits(2.0F));
}

TEST_P(FourLaneTreeTest, IsRegistered) {
  sum_of({1, 2, 3, 4});
  product.write(row_of({5, 6, 7, 8}));
  settle();
  EXPECT_EQ(sum.read().value, 10.0F);
  tick();
  EXPECT_EQ(sum.read().value, 26.0F);
}

TEST_P(FourLaneTreeTest, KeepsTheSignOfZeroAndMakesOneNan) {
  EXPECT_EQ(sum_of({-0.0F, -0.0F, -0.0F, -0.0F}), minus_zero_bits);
  EXPECT_EQ(sum_of({-0.0F, -0.0F, -0.0F, 0.0F}), 0U);
  EXPECT_EQ(sum_of({infinity, 1, -infinity, 1}), canonical_nan_bits);
  EXPECT_EQ(sum_of({fp32_value(0xffc00007U), 1, 2, 3}), canonical_nan_bits);
}

TEST_P(ThreeLaneTreeTest, FillsUpWithPlusZero) {
  EXPECT_EQ(sum_of({1e8F, 1, -1e8F}), fp32_bits(0.0F));
  EXPECT_EQ(sum_of({1, 2, 4}), fp32_bits(7.0F));
  EXPECT_EQ(sum_of({-0.0F, -0.0F, -0.0F}), 0U);
}

class AccumulatorTest : public ClockedTest {
 protected:
  sc_core::sc_signal<Fp32> sum{"sum"}, total{"total"};
  sc_core::sc_signal<StepToken> token{"token"};
  Accumulator accumulator{"accumulator"};

  AccumulatorTest() {
    accumulator.clk(clk);
    accumulator.sum(sum);
    accumulator.token(token);
    accumulator.total(total);
  }

  std::uint32_t add(float value, StepToken step) {
    sum.write({value});
    token.write(step);
    tick();
    return fp32_bits(total.read().value);
  }
};

constexpr StepToken no_step{false, false, false};
constexpr StepToken first_step{true, true, false};
constexpr StepToken middle_step{true, false, false};
constexpr StepToken last_step{true, false, true};
constexpr StepToken only_step{true, true, true};

TEST_F(AccumulatorTest, AddsFromTheFirstStepToTheLast) {
  EXPECT_EQ(add(5, first_step), fp32_bits(5.0F));
  EXPECT_EQ(add(7, middle_step), fp32_bits(12.0F));
  EXPECT_EQ(add(100, no_step), fp32_bits(12.0F));
  EXPECT_EQ(add(-2, last_step), fp32_bits(10.0F));
  EXPECT_EQ(add(100, no_step), fp32_bits(10.0F));  // the result stays
  EXPECT_EQ(add(3, only_step), fp32_bits(3.0F));
  EXPECT_EQ(add(4, first_step), fp32_bits(4.0F));
}

class ResumedAccumulatorTest : public AccumulatorTest {
 protected:
  sc_core::sc_signal<Fp32> partial{"partial"};
  ResumedAccumulatorTest() { accumulator.partial(partial); }
};

TEST_F(ResumedAccumulatorTest, StartsFromThePartialSumOfTheFirstStep) {
  partial.write({40});
  EXPECT_EQ(add(2, first_step), fp32_bits(42.0F));
  partial.write({-1});
  EXPECT_EQ(add(1, middle_step), fp32_bits(43.0F));
  EXPECT_EQ(add(1, last_step), fp32_bits(44.0F));
  EXPECT_EQ(add(9, no_step), fp32_bits(44.0F));
  EXPECT_EQ(add(3, only_step), fp32_bits(2.0F));
  partial.write({0});
  EXPECT_EQ(add(3, only_step), fp32_bits(3.0F));
}

TEST_F(AccumulatorTest, StartsFromPlusZero) {
  EXPECT_EQ(add(-0.0F, only_step), 0U);
  EXPECT_EQ(add(-3, first_step), fp32_bits(-3.0F));
  EXPECT_EQ(add(-0.0F, only_step), 0U);
  EXPECT_EQ(add(-0.0F, middle_step), 0U);
}

TEST_F(AccumulatorTest, RoundsEverySumAndMakesOneNan) {
  EXPECT_EQ(add(1e8F, first_step), fp32_bits(1e8F));
  EXPECT_EQ(add(1, middle_step), fp32_bits(1e8F));
  EXPECT_EQ(add(infinity, middle_step), fp32_bits(infinity));
  EXPECT_EQ(add(-infinity, middle_step), canonical_nan_bits);
  EXPECT_EQ(add(fp32_value(0xff800001U), only_step), canonical_nan_bits);
}

class ExactAccumulatorStageTest : public ClockedTest {
 protected:
  static constexpr unsigned lanes = 2;
  sc_core::sc_signal<ExactRow> product{"product", ExactRow(lanes)};
  sc_core::sc_signal<StepToken> product_token{"product_token"}, token{"token"};
  sc_core::sc_signal<Fp32> total{"total"};
  ExactAccumulatorStage stage{"stage"};

  ExactAccumulatorStageTest() {
    stage.clk(clk);
    stage.product(product);
    stage.product_token(product_token);
    stage.token(token);
    stage.total(total);
  }

  // One clock; the step before is the one of the call before, as in the pipeline.
  std::uint32_t add(double lane_0, double lane_1, StepToken step) {
    ExactRow products(lanes);
    products[0] = lane_0;
    products[1] = lane_1;
    product.write(products);
    token.write(before_);
    product_token.write(step);
    before_ = step;
    tick();
    return fp32_bits(total.read().value);
  }

 private:
  StepToken before_;
};

TEST_F(ExactAccumulatorStageTest, GivesARoundedTotalOneClockAfterTheLastProducts) {
  EXPECT_EQ(add(0x1p60, 1, first_step), 0U);
  EXPECT_EQ(add(0x1p-40, 2, middle_step), 0U);
  EXPECT_EQ(add(-0x1p60, 0, last_step), 0U);
  EXPECT_EQ(add(9, 9, no_step), fp32_bits(3.0F));
  EXPECT_EQ(add(9, 9, no_step), fp32_bits(3.0F));
}

TEST_F(ExactAccumulatorStageTest, LosesNoClockBetweenPasses) {
  EXPECT_EQ(add(1, 2, only_step), 0U);
  EXPECT_EQ(add(10, 20, only_step), fp32_bits(3.0F));
  EXPECT_EQ(add(5, 0, first_step), fp32_bits(30.0F));
  EXPECT_EQ(add(0, 1, last_step), fp32_bits(30.0F));
  EXPECT_EQ(add(7, 7, first_step), fp32_bits(6.0F));
}

TEST_F(ExactAccumulatorStageTest, GivesPlusZeroForNothingAndOneNan) {
  add(-0.0, -0.0, only_step);
  EXPECT_EQ(add(0, 0, no_step), 0U);
  add(std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), only_step);
  EXPECT_EQ(add(0, 0, no_step), canonical_nan_bits);
}

// A whole PE of 4 lanes, both kinds of accumulation.
class ProcessingElementTest : public ClockedTest,
                              public ::testing::WithParamInterface<Accumulation> {
 protected:
  static constexpr unsigned lanes = 4;
  const Connectivity table{"four", lanes, 2, {{0, 0}, {1, 0}, {1, -1}, {1, 1}}};
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> a_row{"a_row", 2, signals_of<LaneRow>(lanes)};
  sc_core::sc_signal<LaneSelects> select{"select", selects_of({idle, idle, idle, idle})};
  sc_core::sc_signal<LaneRow> b{"b", LaneRow(lanes)};
  sc_core::sc_signal<StepToken> product_token{"product_token"}, sum_token{"sum_token"};
  sc_core::sc_signal<Fp32> total{"total"};
  ProcessingElement pe{"pe", table, GetParam()};

  ProcessingElementTest() {
    pe.clk(clk);
    pe.a_row(a_row);
    pe.select(select);
    pe.b(b);
    pe.product_token(product_token);
    pe.sum_token(sum_token);
    pe.total(total);
    a_row[0].write(row_of({1, 2, 3, 4}));
    a_row[1].write(row_of({5, 6, 7, 8}));
  }

  // One clock of the pipeline: MS for the side-A multiplexers, and the side-B operands that the
  // row's multiplexers register at the same edge.
  void clock(const std::vector<unsigned>& options, const std::vector<float>& b_operands,
             StepToken step) {
    select.write(selects_of(options));
    tick();
    b.write(row_of(b_operands));
    sum_token.write(product_token.read());
    product_token.write(operand_);
    operand_ = step;
    settle();
  }
  void idle_clock() { clock({idle, idle, idle, idle}, {0, 0, 0, 0}, no_step); }

 private:
  StepToken operand_;
};

TEST_P(ProcessingElementTest, GivesAResultThreeEdgesAfterItsOperands) {
  clock({0, 1, 2, 3}, {1, 10, 100, 1000}, only_step);  // a: 1, 6, 6, 5
  EXPECT_EQ(total.read().value, 0.0F);
  idle_clock();  // products
  EXPECT_EQ(total.read().value, 0.0F);
  idle_clock();  // tree
  EXPECT_EQ(total.read().value, 0.0F);
  idle_clock();  // accumulator
  EXPECT_EQ(total.read().value, 1.0F + 60 + 600 + 5000);
  idle_clock();
  EXPECT_EQ(total.read().value, 5661.0F);
}

TEST_P(ProcessingElementTest, SumsStepsThatFollowEachOther) {
  clock({0, 0, 0, 0}, {1, 1, 1, 1}, first_step);           // 10
  clock({1, 1, idle, idle}, {2, 2, 0, 0}, last_step);      // 22
  clock({0, idle, idle, idle}, {-8, 0, 0, 0}, only_step);  // -8
  idle_clock();                                            // first step accumulated
  idle_clock();
  EXPECT_EQ(total.read().value, 32.0F);
  idle_clock();
  EXPECT_EQ(total.read().value, -8.0F);
}

TEST_P(ProcessingElementTest, AnIdleLaneAddsNothingButZero) {
  a_row[0].write(row_of({infinity, 2, 3, 4}));
  clock({idle, 0, idle, idle}, {0, -3, 0, 0}, only_step);
  for (int edge = 0; edge < 3; ++edge) idle_clock();
  EXPECT_EQ(total.read().value, -6.0F);
}

TEST_P(ProcessingElementTest, GivesPlusZeroForMinusZeros) {
  a_row[0].write(row_of({-0.0F, -0.0F, -0.0F, -0.0F}));
  clock({0, 0, 0, 0}, {3, 3, 3, 3}, only_step);
  for (int edge = 0; edge < 3; ++edge) idle_clock();
  EXPECT_EQ(fp32_bits(total.read().value), 0U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ProcessingElementTest,
                         ::testing::Values(Accumulation::fp32, Accumulation::exact),
                         [](const auto& instance) {
                           return instance.param == Accumulation::fp32 ? "fp32" : "exact";
                         });

}  // namespace
}  // namespace tensordash
