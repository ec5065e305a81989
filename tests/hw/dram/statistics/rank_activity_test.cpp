#include "hw/dram/statistics/rank_activity.h"

#include <gtest/gtest.h>

#include <numeric>

namespace tensordash {
namespace {

constexpr DramClock trfcab = 608;

/// Residency in the order precharged standby, active standby, precharged and active power-down,
/// self-refresh.
using Clocks = RankResidency;

class RankActivityTest : public ::testing::Test {
 protected:
  void give(DramClock clock, DramCommand command, unsigned bank = 0) {
    activity.on_command(command, bank, clock);
  }

  /// The residency, checked to sum to its end.
  RankResidency residency(DramClock until) const {
    const RankResidency clocks = activity.residency(until);
    EXPECT_EQ(std::accumulate(clocks.begin(), clocks.end(), DramClock{0}), until);
    return clocks;
  }

  RankActivity activity{load_dram_spec("lpddr4-3200-16gb")};
};

TEST_F(RankActivityTest, IsPrechargedWithoutCommands) {
  EXPECT_EQ(residency(0), (Clocks{0, 0, 0, 0, 0}));
  EXPECT_EQ(residency(123), (Clocks{123, 0, 0, 0, 0}));
}

TEST_F(RankActivityTest, IsPrechargedAfterAReset) {
  give(100, DramCommand::act, 3);
  activity.reset(150);
  EXPECT_EQ(residency(200), (Clocks{150, 50, 0, 0, 0}));
  give(200, DramCommand::pde);
  activity.reset(210);
  give(300, DramCommand::sre);
  activity.reset(320);
  give(400, DramCommand::ref);
  activity.reset(450);
  EXPECT_EQ(residency(500), (Clocks{150 + 90 + 80 + 50, 50 + 50, 10, 0, 20}));
  EXPECT_EQ(activity.banks_closed(), 0U);
  EXPECT_THROW(activity.reset(399), DramError);
}

TEST_F(RankActivityTest, IsActiveWhileAnyBankIsOpen) {
  give(100, DramCommand::act, 3);
  give(120, DramCommand::act, 5);
  give(150, DramCommand::rd, 3);
  give(200, DramCommand::pre, 3);
  give(210, DramCommand::wr, 5);
  give(260, DramCommand::pre, 5);
  EXPECT_EQ(residency(300), (Clocks{100 + 40, 160, 0, 0, 0}));
  EXPECT_EQ(activity.count(DramCommand::act), 2U);
  EXPECT_EQ(activity.count(DramCommand::pre), 2U);
  EXPECT_EQ(activity.count(DramCommand::rd), 1U);
  EXPECT_EQ(activity.count(DramCommand::wr), 1U);
  EXPECT_EQ(activity.count(DramCommand::prea), 0U);
  EXPECT_EQ(activity.last_command(), 260U);
}

TEST_F(RankActivityTest, CountsClosedBanksNotPrecharges) {
  give(0, DramCommand::act, 0);
  give(16, DramCommand::act, 1);
  give(32, DramCommand::act, 7);
  give(100, DramCommand::pre, 4);  // closed already
  EXPECT_EQ(activity.banks_closed(), 0U);
  give(110, DramCommand::pre, 1);
  EXPECT_EQ(activity.banks_closed(), 1U);
  give(120, DramCommand::prea);
  EXPECT_EQ(activity.banks_closed(), 3U);
  give(160, DramCommand::prea);
  EXPECT_EQ(activity.banks_closed(), 3U);
}

TEST_F(RankActivityTest, AutoPrechargeClosesWhenAPrechargeCould) {
  give(10, DramCommand::act, 2);
  give(40, DramCommand::rda, 2);
  give(140, DramCommand::act, 2);
  give(170, DramCommand::wra, 2);
  // Read to precharge 12+8-8+4-2 = 14 clocks, write to precharge 14+1+8+30+4-2 = 55; the
  // first must wait until 68+4-2 clocks after its ACT.
  EXPECT_EQ(residency(200), (Clocks{10 + 60, 70 + 60, 0, 0, 0}));
  EXPECT_EQ(residency(300), (Clocks{10 + 60 + 75, 70 + 85, 0, 0, 0}));
  EXPECT_EQ(activity.banks_closed(), 2U);
}

TEST_F(RankActivityTest, AutoPrechargeLeavesOtherBanksOpen) {
  give(10, DramCommand::act, 2);
  give(26, DramCommand::act, 3);
  give(60, DramCommand::wra, 2);
  give(70, DramCommand::rda, 3);  // closes before the other: at 84, not at 115
  EXPECT_EQ(residency(200), (Clocks{10 + 85, 105, 0, 0, 0}));
  give(200, DramCommand::act, 2);
  give(216, DramCommand::act, 3);
  give(240, DramCommand::rda, 3);
  EXPECT_EQ(residency(400), (Clocks{95, 105 + 200, 0, 0, 0})) << "bank 2 stays open";
}

TEST_F(RankActivityTest, RefreshOfAllBanksIsActive) {
  give(1000, DramCommand::ref);
  EXPECT_EQ(residency(1000), (Clocks{1000, 0, 0, 0, 0}));
  EXPECT_EQ(residency(1100), (Clocks{1000, 100, 0, 0, 0}));
  EXPECT_EQ(residency(2000), (Clocks{2000 - trfcab, trfcab, 0, 0, 0}));
  give(1000 + trfcab, DramCommand::ref);  // a postponed one follows
  EXPECT_EQ(residency(3000), (Clocks{3000 - 2 * trfcab, 2 * trfcab, 0, 0, 0}));
}

TEST_F(RankActivityTest, RefreshOfOneBankChangesNothing) {
  give(50, DramCommand::refpb, 1);
  give(100, DramCommand::act, 0);
  EXPECT_EQ(residency(150), (Clocks{100, 50, 0, 0, 0}));
  EXPECT_EQ(activity.count(DramCommand::refpb), 1U);
  EXPECT_EQ(activity.banks_closed(), 0U);
}

TEST_F(RankActivityTest, PowersDownActiveAndPrecharged) {
  give(10, DramCommand::pde);
  give(30, DramCommand::pdx);
  give(45, DramCommand::act, 6);
  give(60, DramCommand::pde);
  give(100, DramCommand::pdx);
  give(115, DramCommand::pre, 6);
  EXPECT_EQ(residency(120), (Clocks{10 + 15 + 5, 15 + 15, 20, 40, 0}));
}

TEST_F(RankActivityTest, RefreshOutlastsTheEntryToPowerDown) {
  give(100, DramCommand::ref);
  give(110, DramCommand::pde);
  give(1000, DramCommand::pdx);
  EXPECT_EQ(residency(1100), (Clocks{100 + 100, trfcab, 900 - trfcab, 0, 0}));
}

TEST_F(RankActivityTest, RefreshesItself) {
  give(200, DramCommand::sre);
  give(10200, DramCommand::srx);
  EXPECT_EQ(residency(10500), (Clocks{200 + 300, 0, 0, 0, 10000}));
}

TEST_F(RankActivityTest, RefusesToGoBack) {
  give(200, DramCommand::act, 0);
  give(229, DramCommand::rd, 0);
  EXPECT_THROW(give(228, DramCommand::rd, 0), DramError);
  EXPECT_THROW(activity.residency(228), DramError);
  EXPECT_EQ(residency(229), (Clocks{200, 29, 0, 0, 0}));
}

TEST(RankStateNames, AreThoseOfTheStates) {
  EXPECT_EQ(name_of(RankState::precharged_standby), "precharged_standby");
  EXPECT_EQ(name_of(RankState::active_standby), "active_standby");
  EXPECT_EQ(name_of(RankState::precharged_power_down), "precharged_power_down");
  EXPECT_EQ(name_of(RankState::active_power_down), "active_power_down");
  EXPECT_EQ(name_of(RankState::self_refresh), "self_refresh");
}

}  // namespace
}  // namespace tensordash
