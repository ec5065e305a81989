#include "tests/hw/dram/monitor/monitor_test.h"

namespace tensordash::testing {
namespace {

using C = DramCommand;

// What rules about the data bus find; column to column distances are so small that they find
// nothing. Data of a read lie 34 to 42 clocks after its first edge, those of a write 18 to 26.
std::vector<BusViolation> bus_violations(const std::vector<DramCommandRecord>& commands) {
  DramSpec spec = default_spec();
  spec.timings.tccd = 1;
  CommandChecker checker = unrefreshed(4, spec);
  std::vector<BusViolation> found;
  for (const DramCommandRecord& command : commands) {
    for (const BusViolation& violation : checker.check(command)) {
      if (violation.rule.substr(0, 8) == "data bus") found.push_back(violation);
    }
  }
  return found;
}

TEST(DataBus, BurstsOfARankMayFollowEachOther) {
  for (const C first : {C::rd, C::rda}) {
    for (const C second : {C::rd, C::rda}) {
      EXPECT_TRUE(bus_violations({at(100, first), at(108, second)}).empty());
      EXPECT_EQ(bus_violations({at(100, first), at(107, second)}).size(), 1U);
    }
  }
  for (const C first : {C::wr, C::mwr, C::wra}) {
    for (const C second : {C::wr, C::mwr, C::wra}) {
      EXPECT_TRUE(bus_violations({at(100, first), at(108, second)}).empty());
      EXPECT_EQ(bus_violations({at(100, first), at(107, second)}).size(), 1U);
    }
  }
}

TEST(DataBus, RanksNeedAGap) {
  EXPECT_TRUE(bus_violations({at(100, C::rd, 0), at(110, C::rd, 1)}).empty());
  const std::vector<BusViolation> broken = bus_violations({at(100, C::rd, 0), at(109, C::rd, 1)});
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].rule, "data bus between ranks");
  EXPECT_EQ(broken[0].required, 2);
  EXPECT_EQ(broken[0].seen, 1);
  EXPECT_EQ(broken[0].earlier->clock, 100U);
}

TEST(DataBus, OverlapIsNegative) {
  const std::vector<BusViolation> broken = bus_violations({at(100, C::wr), at(105, C::wr)});
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].rule, "data bus");
  EXPECT_EQ(broken[0].required, 0);
  EXPECT_EQ(broken[0].seen, -3);
}

TEST(DataBus, WriteWaitsForTheReadsData) {
  EXPECT_TRUE(bus_violations({at(100, C::rd), at(124, C::wr)}).empty());
  EXPECT_EQ(bus_violations({at(100, C::rd), at(123, C::wr)}).size(), 1U);
}

TEST(DataBus, ReadAfterAWriteIsNeverInTheWay) {
  EXPECT_TRUE(bus_violations({at(100, C::wr), at(104, C::rd)}).empty());
}

// A write given after two reads, whose data meet those of the first of them.
TEST(DataBus, LooksPastTheLatestBurst) {
  EXPECT_TRUE(bus_violations({at(100, C::rd), at(120, C::rd), at(124, C::wr)}).empty());
  const std::vector<BusViolation> broken =
      bus_violations({at(100, C::rd), at(120, C::rd), at(123, C::wr)});
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].seen, -1);
  EXPECT_EQ(broken[0].earlier->clock, 100U);
}

TEST(DataBus, LeastGapIsRemembered) {
  CommandChecker checker = unrefreshed();
  for (const DramCommandRecord& command :
       {at(100, C::rd, 0), at(112, C::rd, 0), at(123, C::rd, 1), at(150, C::rd, 1)}) {
    checker.check(command);
  }
  EXPECT_EQ(checker.rule("data bus").seen(), 4);
  EXPECT_EQ(checker.rule("data bus").pairs, 2U);
  EXPECT_EQ(checker.rule("data bus between ranks").seen(), 3);
}

}  // namespace
}  // namespace tensordash::testing
