#include <set>

#include "tests/hw/dram/monitor/monitor_test.h"

namespace tensordash::testing {
namespace {

using ::testing::IsEmpty;
using C = DramCommand;
using Sequence = std::vector<DramCommandRecord>;

// Sequences in which no command can come a clock earlier, worked out by hand for LPDDR4-3200 at
// 16 Gb.
struct TightSequence {
  std::string name;
  Sequence commands;
};

const std::vector<TightSequence>& sequences() {
  static const std::vector<TightSequence> all = {
      {"row_conflict", {at(0, C::act), at(29, C::rd), at(70, C::pre), at(97, C::act)}},
      {"four_reads_of_a_row",
       {at(0, C::act), at(29, C::rd), at(37, C::rd), at(45, C::rd), at(53, C::rd), at(61, C::rd),
        at(75, C::pre), at(102, C::act)}},
      {"writes", {at(0, C::act), at(29, C::wr), at(37, C::wr), at(91, C::pre), at(118, C::act)}},
      {"masked_writes",
       {at(0, C::act), at(29, C::wr), at(61, C::mwr), at(93, C::mwr), at(101, C::wr),
        at(155, C::pre)}},
      {"turns", {at(0, C::act), at(29, C::rd), at(56, C::wr), at(95, C::rd), at(110, C::pre)}},
      {"activations_and_refreshes",
       {at(0, C::act, 0, 0), at(16, C::act, 0, 1), at(32, C::act, 0, 2), at(48, C::act, 0, 3),
        at(64, C::act, 0, 4), at(134, C::prea), at(166, C::act, 0, 0), at(236, C::prea),
        at(270, C::ref), at(878, C::ref), at(1484, C::act, 0, 0)}},
      {"read_with_auto_precharge", {at(0, C::act), at(29, C::rda), at(97, C::act)}},
      {"read_with_late_auto_precharge",
       {at(0, C::act), at(29, C::rd), at(37, C::rd), at(45, C::rd), at(53, C::rd), at(61, C::rda),
        at(102, C::act)}},
      {"read_with_auto_precharge_and_refresh",
       {at(0, C::act), at(29, C::rd), at(37, C::rd), at(45, C::rd), at(53, C::rd), at(61, C::rda),
        at(104, C::ref)}},
      {"write_with_auto_precharge", {at(0, C::act), at(29, C::wra), at(111, C::act)}},
      {"write_with_auto_precharge_and_refresh", {at(0, C::act), at(29, C::wra), at(113, C::ref)}},
      {"refreshes_of_a_bank",
       {at(0, C::refpb, 0, 0), at(14, C::act, 0, 1), at(84, C::pre, 0, 1), at(304, C::refpb, 0, 1),
        at(318, C::act, 0, 0), at(606, C::act, 0, 1)}},
      {"precharge_and_refresh_of_a_bank",
       {at(0, C::act, 0, 3), at(70, C::pre, 0, 3), at(99, C::refpb, 0, 3)}},
      {"refresh_of_a_bank_beside_an_activation", {at(0, C::act, 0, 3), at(18, C::refpb, 0, 2)}},
      {"refresh_of_a_bank_in_a_window",
       {at(0, C::act, 0, 0), at(16, C::act, 0, 1), at(32, C::act, 0, 2), at(48, C::act, 0, 3),
        at(66, C::refpb, 0, 4)}},
      {"precharges",
       {at(0, C::act, 0, 0), at(16, C::act, 0, 1), at(86, C::pre, 0, 1), at(90, C::pre, 0, 0),
        at(119, C::ref)}},
      {"two_ranks",
       {at(0, C::act, 0), at(4, C::act, 1), at(29, C::rd, 0), at(39, C::rd, 1), at(49, C::rd, 0),
        at(76, C::wr, 1), at(86, C::wr, 0), at(115, C::rd, 1)}},
      {"write_then_read_of_another_rank",
       {at(0, C::act, 0), at(4, C::act, 1), at(29, C::wr, 0), at(33, C::rd, 1)}},
      {"power_down",
       {at(0, C::act), at(6, C::pde), at(18, C::pdx), at(30, C::rd), at(73, C::pde), at(85, C::pdx),
        at(97, C::pre), at(101, C::pde), at(113, C::pdx), at(125, C::pde)}},
      {"power_down_after_a_write",
       {at(0, C::act), at(29, C::wr), at(84, C::pde), at(96, C::pdx), at(108, C::wr)}},
      {"power_down_after_a_write_with_auto_precharge",
       {at(0, C::act), at(29, C::wra), at(86, C::pde)}},
      {"self_refresh",
       {at(0, C::act), at(70, C::prea), at(104, C::sre), at(128, C::srx), at(748, C::ref),
        at(1356, C::sre)}},
  };
  return all;
}

class TightSequenceTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(TightSequenceTest, BreaksNothing) {
  EXPECT_THAT(broken_by(unrefreshed(), sequences()[GetParam()].commands), IsEmpty());
}

TEST_P(TightSequenceTest, NothingCanComeEarlier) {
  const Sequence& commands = sequences()[GetParam()].commands;
  for (std::size_t first = 1; first < commands.size(); ++first) {
    Sequence earlier = commands;
    for (std::size_t i = first; i < earlier.size(); ++i) --earlier[i].clock;
    EXPECT_FALSE(broken_by(unrefreshed(), earlier).empty()) << "command " << first;
  }
}

INSTANTIATE_TEST_SUITE_P(Lpddr4, TightSequenceTest,
                         ::testing::Range<std::size_t>(0, sequences().size()),
                         [](const ::testing::TestParamInfo<std::size_t>& test) {
                           return sequences()[test.param].name;
                         });

// A description with one timing changed finds fault with what the right one allows, so every timing
// is in some rule.
TEST(TightSequences, FindEveryTimingThatIsAClockLonger) {
  for (const DramTimingField& field : dram_timing_fields()) {
    if (field.name == "tREFI" || field.name == "tREFIpb") continue;  // no least distances
    DramSpec spec = default_spec();
    ++(spec.timings.*field.member);
    std::size_t broken = 0;
    for (const TightSequence& sequence : sequences()) {
      broken += broken_by(unrefreshed(2, spec), sequence.commands).size();
    }
    EXPECT_GT(broken, 0U) << field.name;
  }
}

TEST(TightSequences, AreAllowedByShorterTimings) {
  for (const DramTimingField& field : dram_timing_fields()) {
    if (field.name == "WL") continue;  // a write whose data come earlier must wait for reads
    DramSpec spec = default_spec();
    --(spec.timings.*field.member);
    for (const TightSequence& sequence : sequences()) {
      EXPECT_THAT(broken_by(unrefreshed(2, spec), sequence.commands), IsEmpty())
          << field.name << ' ' << sequence.name;
    }
  }
}

// Left unreached by sequences() because something else always comes first.
TEST(TightSequences, ReachNearlyEveryRule) {
  std::set<std::string_view> reached;
  std::set<std::string_view> all;
  for (const TightSequence& sequence : sequences()) {
    CommandChecker checker = unrefreshed();
    for (const DramCommandRecord& command : sequence.commands) checker.check(command);
    for (const BusRuleRecord& record : checker.rules()) {
      all.insert(record.rule.name);
      if (record.reached()) reached.insert(record.rule.name);
    }
  }
  EXPECT_THAT(reached, ::testing::IsSupersetOf({"tRCD",          "tCCD reads",
                                                "tCCD writes",   "tCCDMW",
                                                "read to write", "tWTR",
                                                "tRAS",          "tRTP",
                                                "tWR",           "tRPpb",
                                                "tRPab",         "tRCpb",
                                                "tRRD",          "tFAW",
                                                "tRFCab",        "tRFCpb",
                                                "tXP",           "tXSR",
                                                "tSR",           "tPPD",
                                                "data bus",      "data bus between ranks",
                                                "tRTRS reads",   "tRTRS writes"}));
  EXPECT_LT(reached.size(), all.size());
}

}  // namespace
}  // namespace tensordash::testing
