#include "hw/memory/transposer.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

constexpr const char* id = "/tensordash/memory/transposer";

// A transposer whose links the test holds.
class TransposerBench : public ClockedTest {
 protected:
  explicit TransposerBench(unsigned lanes_of_block)
      : lanes(lanes_of_block), transposer("transposer", lanes) {
    transposer.clk(clk);
    transposer.rst_n(rst_n);
    transposer.fill_valid(fill_valid);
    transposer.fill_value(fill_value);
    transposer.fill_last(fill_last);
    transposer.columns(columns);
    transposer.fill_ready(fill_ready);
    transposer.column_valid(column_valid);
    transposer.column_named(column_named);
    transposer.column(column);
    transposer.column_ready(column_ready);
    transposer.result_valid(result_valid);
    transposer.result(result);
    transposer.result_ready(result_ready);
    transposer.busy(busy);
  }

  // One edge; blocks and columns are withdrawn after it.
  void edge() {
    tick();
    fill_valid.write(false);
    column_valid.write(false);
    settle();
  }
  void fill(const LaneRow& block) {
    fill_valid.write(true);
    fill_value.write(block);
    fill_last.write(false);
    columns.write(0xdead);
  }
  void last_fill(const LaneRow& block, unsigned wanted) {
    fill(block);
    fill_last.write(true);
    columns.write(wanted);
  }
  void ask(std::optional<unsigned> name = {}) {
    column_valid.write(true);
    column_named.write(name.has_value());
    column.write(name.value_or(0xdead));
  }
  void expect_result(const std::vector<float>& values) const {
    EXPECT_TRUE(result_valid.read());
    EXPECT_EQ(result.read(), row_of(values));
  }

  unsigned lanes;
  sc_core::sc_signal<bool> fill_valid{"fill_valid"}, fill_last{"fill_last"},
      fill_ready{"fill_ready"}, column_valid{"column_valid"}, column_named{"column_named"},
      column_ready{"column_ready"}, result_valid{"result_valid"},
      result_ready{"result_ready", true}, busy{"busy"};
  sc_core::sc_signal<LaneRow> fill_value{"fill_value", LaneRow(lanes)},
      result{"result", LaneRow(lanes)};
  sc_core::sc_signal<unsigned> columns{"columns"}, column{"column"};
  Transposer transposer;
};

class TransposerTest : public TransposerBench {
 protected:
  TransposerTest() : TransposerBench(3) {}
};

TEST_F(TransposerTest, StartsReadyForBlocks) {
  settle();
  EXPECT_TRUE(fill_ready.read());
  EXPECT_FALSE(column_ready.read());
  EXPECT_FALSE(result_valid.read());
  EXPECT_FALSE(busy.read());
}

TEST_F(TransposerTest, TakesABlockAndGivesAColumnAClock) {
  for (unsigned group = 0; group < 3; ++group) {
    const auto base = static_cast<float>(10 * group);
    for (unsigned k = 0; k < 3; ++k) {
      EXPECT_TRUE(fill_ready.read() || group + k == 0);
      const auto first = base + static_cast<float>(3 * k);
      fill(row_of({first, first + 1, first + 2}));
      columns.write(3);  // the last row ends the phase, marked or not
      edge();
      EXPECT_TRUE(busy.read());
    }
    EXPECT_FALSE(fill_ready.read());
    for (unsigned k = 0; k < 3; ++k) {
      EXPECT_TRUE(column_ready.read());
      ask();
      edge();
      const auto first = base + static_cast<float>(k);
      expect_result({first, first + 3, first + 6});
    }
    EXPECT_FALSE(column_ready.read());
    EXPECT_TRUE(fill_ready.read());
  }
  EXPECT_TRUE(busy.read());  // the last column still stands on the link
  edge();
  EXPECT_FALSE(busy.read());
}

TEST_F(TransposerTest, GivesNamedColumnsOfAPartialGroup) {
  fill(row_of({1, 2, 3}));
  edge();
  last_fill(row_of({4, 5, 6}), 2);
  edge();
  EXPECT_TRUE(column_ready.read());
  ask(2);
  edge();
  expect_result({3, 6, 0});
  ask(0);
  edge();
  expect_result({1, 4, 0});
  EXPECT_FALSE(column_ready.read());  // two columns were announced
  edge();
  EXPECT_FALSE(result_valid.read());
}

TEST_F(TransposerTest, HoldsAColumnUntilItIsTaken) {
  last_fill(row_of({1, 2, 3}), 3);
  edge();
  result_ready.write(false);
  ask();
  edge();
  for (int clock = 0; clock < 3; ++clock) {
    EXPECT_FALSE(column_ready.read());
    ask();
    edge();
    expect_result({1, 0, 0});
  }
  result_ready.write(true);
  settle();
  EXPECT_TRUE(column_ready.read());  // taken and replaced at the same edge
  ask();
  edge();
  expect_result({2, 0, 0});
}

TEST_F(TransposerTest, FillsBehindAColumnThatWaits) {
  last_fill(row_of({1, 2, 3}), 1);
  edge();
  result_ready.write(false);
  ask();
  edge();
  EXPECT_TRUE(fill_ready.read());
  last_fill(row_of({7, 8, 9}), 1);
  edge();
  expect_result({1, 0, 0});
  result_ready.write(true);
  ask();
  edge();
  expect_result({7, 0, 0});
}

TEST_F(TransposerTest, ForgetsEverythingAtAResetEdge) {
  last_fill(row_of({1, 2, 3}), 3);
  edge();
  result_ready.write(false);
  ask();
  edge();
  rst_n.write(false);
  settle();
  EXPECT_TRUE(result_valid.read());  // synchronous
  EXPECT_FALSE(column_ready.read());
  edge();
  EXPECT_FALSE(result_valid.read());
  EXPECT_FALSE(busy.read());
  EXPECT_FALSE(fill_ready.read());
  last_fill(row_of({4, 5, 6}), 3);
  edge();
  rst_n.write(true);
  settle();
  EXPECT_FALSE(busy.read());
  EXPECT_TRUE(fill_ready.read());
  EXPECT_FALSE(column_ready.read());
  fill(row_of({7, 8, 9}));
  edge();
  last_fill(row_of({10, 11, 12}), 1);
  edge();
  result_ready.write(true);
  ask();
  edge();
  expect_result({7, 10, 0});
}

TEST_F(TransposerTest, ReportsAColumnThatDoesNotExist) {
  expect_report(id, sc_core::SC_ERROR, "column 3 of");
  last_fill(row_of({1, 2, 3}), 3);
  edge();
  ask(3);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(TransposerTest, ReportsAGroupOfNoColumns) {
  expect_report(id, sc_core::SC_ERROR, "0 columns");
  last_fill(row_of({1, 2, 3}), 0);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(TransposerTest, ReportsABlockOfAnotherWidth) {
  expect_report(id, sc_core::SC_ERROR, "block of 2 values");
  fill(row_of({1, 2}));
  EXPECT_THROW(tick(), sc_core::sc_report);
}

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
