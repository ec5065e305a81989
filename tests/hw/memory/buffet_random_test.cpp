#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "tests/hw/memory/buffet_test.h"
#include "tests/hw/memory/list_buffet.h"

namespace tensordash {
namespace {

/// Random offers on every link, and a list that says for every clock what stands on the pins.
class RandomBuffetTest : public BuffetBench, public ::testing::WithParamInterface<unsigned> {
 protected:
  RandomBuffetTest() : BuffetBench(GetParam()) {}

  bool one_in(unsigned chances) { return random_() % chances == 0; }

  void draw() {
    if (!fill_) {
      if (one_in(2)) fill_ = static_cast<unsigned>(random_());
    }
    if (!command_ && !one_in(4)) {
      const auto kind = static_cast<BuffetAction>(random_() % 3);
      command_ = BuffetCommand{kind, static_cast<unsigned>(random_() % size_)};
      if (kind == BuffetAction::shrink) command_->operand += one_in(2) ? 1 : 0;
    }
    updated_.reset();
    const auto awaited = list_.awaited();
    if (!awaited.empty() && one_in(3)) updated_ = awaited[random_() % awaited.size()];
    wires.fill_valid.write(fill_.has_value());
    wires.fill_value.write(fill_.value_or(0xdead));
    wires.command_valid.write(command_.has_value());
    if (command_) wires.command.write(*command_);
    wires.update_valid.write(updated_.has_value());
    wires.update_offset.write(updated_.value_or(0xdead));
    wires.update_value.write(update_value_ = static_cast<unsigned>(random_()));
    wires.read_ready.write(taking_ = !one_in(3));
  }

  bool command_can_go() const {
    if (command_->action == BuffetAction::shrink) return list_.removable(command_->operand);
    return list_.readable(command_->operand) && (!on_link_ || taking_);
  }

  // What the pins must show before the edge, and the list's own edge.
  void judge_and_step() {
    const bool fills = fill_ && list_.entries.size() < size_;
    const bool goes = command_ && command_can_go();
    ASSERT_EQ(wires.fill_ready.read(), list_.entries.size() < size_);
    if (command_) {
      ASSERT_EQ(wires.command_ready.read(), goes) << *command_;
    }
    ASSERT_EQ(wires.read_valid.read(), on_link_.has_value());
    if (on_link_) {
      ASSERT_EQ(wires.read_value.read(), *on_link_);
    }
    ASSERT_EQ(wires.credit.read(), freed_);
    ASSERT_EQ(wires.held.read(), list_.entries.size());
    if (taking_) on_link_.reset();
    freed_ = 0;
    std::size_t removed = 0;
    if (goes && command_->action == BuffetAction::shrink) {
      removed = freed_ = command_->operand;
    } else if (goes) {
      ListBuffet::Entry& entry = list_.entries[command_->operand];
      on_link_ = entry.value;
      entry.up_to_date = command_->action == BuffetAction::read;
      ++reads_;
    }
    if (updated_) list_.entries[*updated_] = {update_value_, true};
    list_.remove(removed);
    if (fills) list_.entries.push_back({*fill_, true});
    if (fills) fill_.reset();
    if (goes) command_.reset();
  }

  void reset_list() {
    list_.entries.clear();
    on_link_.reset();
    freed_ = 0;
    fill_.reset();
    command_.reset();
  }

  unsigned reads() const { return reads_; }

 private:
  unsigned size_ = GetParam();
  std::mt19937 random_{GetParam()};
  ListBuffet list_;
  std::optional<unsigned> fill_, updated_, on_link_;
  std::optional<BuffetCommand> command_;
  unsigned update_value_ = 0, freed_ = 0, reads_ = 0;
  bool taking_ = false;
};

TEST_P(RandomBuffetTest, DoesAsAPlainListClockByClock) {
  constexpr unsigned clocks = 4000;
  for (unsigned clock = 0; clock < clocks; ++clock) {
    draw();
    if (one_in(200)) {
      rst_n.write(false);
      wires.update_valid.write(false);
      tick();
      rst_n.write(true);
      reset_list();
      settle();
      continue;
    }
    settle();
    judge_and_step();
    if (HasFatalFailure()) FAIL() << "in clock " << clock;
    tick();
  }
  EXPECT_GT(reads(), clocks / 20);
}

INSTANTIATE_TEST_SUITE_P(Sizes, RandomBuffetTest, ::testing::Values(1U, 2U, 3U, 4U, 7U, 16U));

}  // namespace
}  // namespace tensordash
