#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "tests/hw/memory/transposer_test.h"

namespace tensordash {
namespace {

// Random groups, column orders and back-pressure, and a plain matrix that says for every clock what
// stands on the pins.
class RandomTransposerTest : public TransposerBench,
                             public ::testing::WithParamInterface<unsigned> {
 protected:
  RandomTransposerTest() : TransposerBench(GetParam()) {}

  void draw() {
    filling_ = random_() % 4 != 0;
    asking_ = random_() % 4 != 0;
    named_ = random_() % 2 == 0;
    result_ready.write(taking_ = random_() % 3 != 0);
    LaneRow block(lanes);
    for (unsigned lane = 0; lane < lanes; ++lane) block[lane] = static_cast<float>(random_() % 999);
    if (filling_) fill(block);
    fill_last.write(last_ = random_() % (lanes + 1) == 0);
    columns.write(wanted_ = 1 + random_() % lanes);
    column_valid.write(asking_);
    column_named.write(named_);
    column.write(named_ ? random_() % lanes : 0xdead);
  }

  void judge_and_step() {
    const bool can_give = left_ > 0 && (!on_link_ || taking_);
    ASSERT_EQ(fill_ready.read(), left_ == 0);
    ASSERT_EQ(column_ready.read(), can_give);
    ASSERT_EQ(result_valid.read(), on_link_.has_value());
    if (on_link_) {
      ASSERT_EQ(result.read(), *on_link_);
    }
    ASSERT_EQ(busy.read(), !matrix_.empty() || left_ > 0 || on_link_);
    if (taking_) on_link_.reset();
    if (left_ > 0) {
      if (asking_ && can_give) give();
    } else if (filling_) {
      matrix_.push_back(fill_value.read());
      if (last_ || matrix_.size() == lanes) {
        left_ = wanted_;
        order_ = 0;
      }
    }
  }

  void forget() {
    matrix_.clear();
    left_ = 0;
    on_link_.reset();
  }

  std::mt19937& random() { return random_; }
  unsigned given() const { return given_; }

 private:
  void give() {
    const unsigned name = named_ ? column.read() : order_;
    ++order_;
    on_link_ = LaneRow(lanes);
    unsigned lane = 0;
    for (const LaneRow& block : matrix_) (*on_link_)[lane++] = block[name];
    ++given_;
    if (--left_ == 0) matrix_.clear();
  }

  std::mt19937 random_{GetParam()};
  std::vector<LaneRow> matrix_;
  std::optional<LaneRow> on_link_;
  unsigned left_ = 0, order_ = 0, wanted_ = 0, given_ = 0;
  bool filling_ = false, asking_ = false, named_ = false, last_ = false, taking_ = false;
};

TEST_P(RandomTransposerTest, DoesAsAPlainMatrixClockByClock) {
  for (unsigned clock = 0; clock < 1500; ++clock) {
    draw();
    if (random()() % 150 == 0) {
      rst_n.write(false);
      edge();
      rst_n.write(true);
      forget();
      settle();
      continue;
    }
    settle();
    judge_and_step();
    if (HasFatalFailure()) FAIL() << "in clock " << clock;
    edge();
  }
  EXPECT_GT(given(), 200U);
}

INSTANTIATE_TEST_SUITE_P(Lanes, RandomTransposerTest,
                         ::testing::Values(1U, 2U, 3U, 8U, 16U, 17U, 64U));

}  // namespace
}  // namespace tensordash
