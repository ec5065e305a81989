#include "hw/memory/memory_signals.h"

#include <gtest/gtest.h>

#include <sstream>

namespace tensordash {
namespace {

StallCause of_b(FetchState state) {
  return cause_of(FeedWait::side_b, state, FetchState::further, StallCause::dram,
                  StallCause::credit);
}

TEST(StallCauseTest, IsWhatTheFetchEngineDoes) {
  EXPECT_EQ(of_b(FetchState::idle), StallCause::sram);
  EXPECT_EQ(of_b(FetchState::first), StallCause::sram);
  EXPECT_EQ(of_b(FetchState::further), StallCause::bank_conflict);
  EXPECT_EQ(of_b(FetchState::waits_portion), StallCause::dram);
  EXPECT_EQ(of_b(FetchState::waits_room), StallCause::scratchpad);
}

TEST(StallCauseTest, LooksAtTheSideThatIsWaitedFor) {
  const auto cause = [](FeedWait wait) {
    return cause_of(wait, FetchState::waits_portion, FetchState::waits_portion,
                    StallCause::transposer, StallCause::dram);
  };
  EXPECT_EQ(cause(FeedWait::side_b), StallCause::transposer);
  EXPECT_EQ(cause(FeedWait::side_a), StallCause::dram);
  EXPECT_EQ(cause(FeedWait::result), StallCause::credit);
  EXPECT_EQ(cause(FeedWait::on_the_way), StallCause::sram);
  EXPECT_EQ(cause(FeedWait::banks), StallCause::scratchpad);
}

template <typename Value>
std::string shown(const Value& value) {
  std::ostringstream stream;
  stream << value;
  return stream.str();
}

TEST(MemorySignalsTest, ShowThemselves) {
  EXPECT_EQ(shown(FetchState::waits_room), "waits for room");
  EXPECT_EQ(shown(FeedWait::banks), "banks");
  EXPECT_EQ(shown(StallCause::dram), "dram");
}

}  // namespace
}  // namespace tensordash
