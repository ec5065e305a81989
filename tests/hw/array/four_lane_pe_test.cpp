// The worked example of the paper's section 3.1 (figures 7 and 8): a PE of four lanes behind
// staging buffers of two rows works on 16 pairs of values, 7 of them effectual. Each lane can take
// its own value, the next one of its lane, or the next one of its left or right neighbour.

#include <gtest/gtest.h>

#include <string>

#include "tests/hw/array/array_test.h"

namespace tensordash {
namespace {

constexpr unsigned lanes = 4;

Connectivity figure_8() {
  return {"figure_8", lanes, 2, {{0, 0}, {1, 0}, {1, -1}, {1, 1}}};
}

// What makes a pair ineffectual: nothing ('#'), side A ('a'), side B ('b') or both ('.').
using Picture = std::vector<std::string>;

// Every place has values of its own on both sides; sums stay exact.
float b_value(std::size_t place) {
  return static_cast<float>(1U << place);
}
float a_value(std::size_t place) {
  return static_cast<float>(place + 1);
}

class FourLanePeTest : public ArrayTest {
 protected:
  FourLanePeTest() {
    TileParameters one_pe;
    one_pe.rows = one_pe.columns = 1;
    one_pe.sparsity = Sparsity::two_sided;
    build(1, one_pe, figure_8());
  }

  ObservedOperation run(const Picture& picture, bool dense = false) {
    WrittenPass pass;
    pass.stream_rows = picture.size();
    pass.b.resize(1);
    pass.a.resize(1);
    expected_ = 0;
    effectual_ = 0;
    std::size_t place = 0;
    for (const std::string& row : picture) {
      for (const char mark : row) {
        const bool has_b = mark == '#' || mark == 'a';
        const bool has_a = mark == '#' || mark == 'b';
        pass.b[0].push_back(has_b ? b_value(place) : 0.0F);
        pass.a[0].push_back(has_a ? a_value(place) : 0.0F);
        if (mark == '#') {
          expected_ += b_value(place) * a_value(place);
          ++effectual_;
        }
        ++place;
      }
    }
    ListedPasses source({pass}, 1, tile());
    return operate(source, dense);
  }

  void expect_result(const ObservedOperation& operation) {
    ASSERT_EQ(operation.passes.size(), 1U);
    EXPECT_EQ(operation.passes[0].totals[0], (Fp32{expected_}));
  }
  void expect_selects(const ObservedOperation& operation,
                      const std::vector<std::vector<unsigned>>& options) {
    ASSERT_EQ(operation.passes.size(), 1U);
    ASSERT_EQ(operation.passes[0].steps.size(), options.size());
    for (std::size_t step = 0; step < options.size(); ++step) {
      EXPECT_EQ(operation.passes[0].steps[step].selects[0], selects_of(options[step]));
    }
  }
  unsigned effectual() const { return effectual_; }

 private:
  float expected_ = 0;
  unsigned effectual_ = 0;
};

constexpr unsigned own = 0, ahead = 1, left = 2, right = 3;

TEST_F(FourLanePeTest, SevenPairsInTheMinimumOfTwoCycles) {
  // First window: lanes 2 and 3 have nothing of their own and take the values ahead of lanes 1 and
  // 0, lane 3 round the ring. Second window: lane 3 takes the one ahead in its own lane.
  const Picture picture = {"##ab",   //
                           "##b.",   //
                           "#a#b",   //
                           ".ba#"};  //
  const ObservedOperation operation = run(picture);
  EXPECT_EQ(effectual(), 7U);
  EXPECT_EQ(operation.most_steps(), 2U);
  EXPECT_EQ(operation.cycles, 2 + OperationCounter::fill_cycles);
  expect_selects(operation, {{own, own, left, right}, {own, idle, own, ahead}});
  expect_result(operation);
}

TEST_F(FourLanePeTest, TheSameSevenPairsTakeFourCyclesInTheBaseline) {
  const Picture picture = {"##ab", "##b.", "#a#b", ".ba#"};
  const ObservedOperation operation = run(picture, true);
  EXPECT_EQ(operation.most_steps(), 4U);
  EXPECT_EQ(operation.cycles, 4 + OperationCounter::fill_cycles);
  expect_selects(operation, std::vector<std::vector<unsigned>>(4, {own, own, own, own}));
  expect_result(operation);
}

TEST_F(FourLanePeTest, SevenPairsThatNeedThreeCycles) {
  // Lane 0 prefers the value ahead in its own lane. Lane 3 could have taken that one, and then lane
  // 0 the value of lane 1, which nobody else with a free lane reaches: it stays for a second cycle.
  const Picture picture = {"a##b",   //
                           "##.a",   //
                           "#bab",   //
                           ".#a#"};  //
  const ObservedOperation operation = run(picture);
  EXPECT_EQ(effectual(), 7U);
  EXPECT_EQ(operation.most_steps(), 3U);
  EXPECT_EQ(operation.cycles, 3 + OperationCounter::fill_cycles);
  expect_selects(operation, {{ahead, own, own, idle},  //
                             {ahead, own, idle, idle},
                             {idle, own, idle, own}});
  expect_result(operation);
}

// Every choice of 7 of the 16 pairs, with the right sum: most reach the two cycles of the paper's
// example, none needs the baseline's four. The counts are those of a second
// program that tries all choices by the rules of section 3.2.
TEST_F(FourLanePeTest, EveryPlacementOfSevenPairs) {
  std::vector<unsigned> placements(5);  // by steps
  for (unsigned bits = 0; bits < 1U << 16; ++bits) {
    if (__builtin_popcount(bits) != 7) continue;
    Picture picture(4, "....");
    for (unsigned place = 0; place < 16; ++place) {
      if ((bits >> place & 1U) != 0) picture[place / lanes][place % lanes] = '#';
    }
    const ObservedOperation operation = run(picture);
    expect_result(operation);
    ASSERT_LE(operation.most_steps(), 4U) << ::testing::PrintToString(picture);
    ++placements[operation.most_steps()];
    if (HasFailure()) FAIL() << ::testing::PrintToString(picture);
  }
  EXPECT_EQ(placements, (std::vector<unsigned>{0, 0, 6608, 4832, 0}));
}

}  // namespace
}  // namespace tensordash
