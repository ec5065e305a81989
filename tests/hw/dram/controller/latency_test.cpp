// What single bursts and small groups of them cost, in clocks that follow from the timings by hand:
// ACT to RD 29, RD to data 3 + 28 + 3 + 8 = 42, PRE to ACT 27, RD to PRE 14, ACT to PRE 70.
#include <gmock/gmock.h>

#include "tests/hw/dram/controller/controller_drive.h"

namespace tensordash::testing {
namespace {

using ::testing::ElementsAre;

DramConfiguration quiet() {
  return DramConfiguration(quiet_parameters());
}

TEST(ControllerLatency, ReadOfAClosedBank) {
  const Driven driven = drive(quiet(), {read_at(100, 3, 7)}, 1000);
  EXPECT_EQ(driven.service(0).latency(), 71);
  EXPECT_EQ(driven.service(0).outcome, RowOutcome::closed);
  EXPECT_THAT(driven.clocks(DramCommand::act), ElementsAre(100));
}

TEST(ControllerLatency, ReadOfTheOpenRow) {
  const Driven driven = drive(quiet(), {read_at(0, 3, 7), read_at(500, 3, 7, 16)}, 1000);
  EXPECT_EQ(driven.service(1).latency(), 42);
  EXPECT_EQ(driven.service(1).outcome, RowOutcome::hit);
}

TEST(ControllerLatency, ReadOfAnotherRow) {
  const Driven driven = drive(quiet(), {read_at(0, 3, 7), read_at(500, 3, 8)}, 1000);
  EXPECT_EQ(driven.service(1).latency(), 98);
  EXPECT_EQ(driven.service(1).outcome, RowOutcome::conflict);
  EXPECT_THAT(driven.clocks(DramCommand::pre), ElementsAre(500));
}

TEST(ControllerLatency, WriteOfTheOpenRow) {
  // 3 to the last edge, write latency 14, tDQSS 1, 8 of data.
  const Driven driven = drive(quiet(), {read_at(0, 3, 7), write_at(500, 3, 7, 16)}, 1000);
  EXPECT_EQ(driven.service(1).latency(), 26);
}

TEST(ControllerLatency, SecondBurstOfARequestAdds8) {
  const Driven driven = drive(quiet(), {read_at(0, 0, 0), read_at(0, 0, 0, 16)}, 1000);
  EXPECT_EQ(driven.service(0).latency(), 71);
  EXPECT_EQ(driven.service(1).latency(), 79);
}

TEST(ControllerLatency, ConflictsInOneBankCome97Apart) {
  std::vector<Arrival> arrivals;
  for (unsigned row = 0; row < 20; ++row) {
    arrivals.push_back(read_at(0, 0, row));
    arrivals.push_back(read_at(0, 0, row, 16));
  }
  const std::vector<DramClock> acts = drive(quiet(), arrivals, 10000).clocks(DramCommand::act);
  ASSERT_EQ(acts.size(), 20);
  for (std::size_t at = 0; at < acts.size(); ++at) EXPECT_EQ(acts[at], 97 * at);
}

TEST(ControllerLatency, EightBurstsARowCome126Apart) {
  std::vector<Arrival> arrivals;
  for (unsigned row = 0; row < 12; ++row) {
    for (unsigned burst = 0; burst < 8; ++burst) arrivals.push_back(read_at(0, 0, row, 16 * burst));
  }
  const std::vector<DramClock> acts = drive(quiet(), arrivals, 10000).clocks(DramCommand::act);
  ASSERT_EQ(acts.size(), 12);
  for (std::size_t at = 0; at < acts.size(); ++at) EXPECT_EQ(acts[at], 126 * at);
}

TEST(ControllerLatency, TurnsOfTheDataBus) {
  // Read, write, read in one open row, far from their ACT: 27 and 39 clocks from first edge to
  // first edge.
  const Driven driven =
      drive(quiet(), {read_at(0, 0, 0), read_at(200, 0, 0, 16), write_at(201, 0, 0, 32)}, 10000);
  EXPECT_THAT(driven.clocks(DramCommand::wr), ElementsAre(200 + 27));
  const Driven back =
      drive(quiet(), {read_at(0, 0, 0), write_at(200, 0, 0, 16), read_at(201, 0, 0, 32)}, 10000);
  EXPECT_THAT(back.clocks(DramCommand::rd), ElementsAre(29, 200 + 39));
}

TEST(ControllerLatency, WriteToPrecharge) {
  const Driven driven =
      drive(quiet(), {read_at(0, 0, 0), write_at(200, 0, 0), read_at(201, 0, 1)}, 10000);
  EXPECT_THAT(driven.clocks(DramCommand::pre), ElementsAre(200 + 54));
}

TEST(ControllerLatency, AllBankRefreshClosesRowsFirst) {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::all_bank;
  const Driven driven =
      drive(DramConfiguration(parameters), {read_at(6000, 0, 0), read_at(6300, 0, 0)}, 20000);
  EXPECT_THAT(driven.clocks(DramCommand::prea), ElementsAre(6246, 12492 /* second row */));
  EXPECT_THAT(driven.clocks(DramCommand::ref), ElementsAre(6246 + 34, 12492 + 34, 18738));
  EXPECT_THAT(driven.clocks(DramCommand::act), ElementsAre(6000, 6246 + 34 + 606));
}

TEST(ControllerLatency, RefreshOfAnIdleRankComesOnTime) {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::all_bank;
  parameters.ranks = 2;
  const Driven driven = drive(DramConfiguration(parameters), {}, 13000);
  EXPECT_THAT(driven.clocks(DramCommand::ref), ElementsAre(3123, 6246, 9369, 12492));
}

TEST(ControllerLatency, PerBankRefreshGoesRoundTheBanks) {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::per_bank;
  const Driven driven = drive(DramConfiguration(parameters), {}, 780 * 17);
  ASSERT_EQ(driven.commands.size(), 17);
  for (unsigned at = 0; at < 17; ++at) {
    EXPECT_EQ(driven.commands[at].command, DramCommand::refpb);
    EXPECT_EQ(driven.commands[at].clock, 780 * (at + 1));
    EXPECT_EQ(driven.commands[at].bank, at % 8);
  }
}

TEST(ControllerLatency, PowerDownCostsItsExit) {
  DramParameters parameters = quiet_parameters();
  parameters.power_down = 100;
  const Driven driven =
      drive(DramConfiguration(parameters), {read_at(0, 0, 0), read_at(1000, 0, 0, 16)}, 2000);
  EXPECT_THAT(driven.clocks(DramCommand::pde), ElementsAre(29 + 100, 1012 + 100));
  EXPECT_THAT(driven.clocks(DramCommand::pdx), ElementsAre(1000));
  EXPECT_EQ(driven.service(1).latency(), 12 + 42);
}

TEST(ControllerLatency, SelfRefreshCostsItsExitAndClosesRows) {
  DramParameters parameters = quiet_parameters();
  parameters.self_refresh = 500;
  const Driven driven =
      drive(DramConfiguration(parameters), {read_at(0, 0, 0), read_at(5000, 0, 0, 16)}, 5800);
  EXPECT_THAT(driven.clocks(DramCommand::prea), ElementsAre(29 + 500));
  EXPECT_THAT(driven.clocks(DramCommand::sre), ElementsAre(529 + 34));
  EXPECT_THAT(driven.clocks(DramCommand::srx), ElementsAre(5000));
  EXPECT_EQ(driven.service(1).latency(), 620 + 71);
}

TEST(ControllerLatency, NothingIsOwedAfterSelfRefresh) {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::all_bank;
  parameters.self_refresh = 10000;
  const Driven driven = drive(DramConfiguration(parameters), {read_at(30000, 0, 0)}, 38000);
  EXPECT_THAT(driven.clocks(DramCommand::ref), ElementsAre(6246, 30000 + 6246 + 34));
  EXPECT_THAT(driven.clocks(DramCommand::srx), ElementsAre(30000));
}

TEST(ControllerLatency, TheFirstActivationsWaitOnlyForEachOther) {
  std::vector<Arrival> arrivals;
  for (unsigned bank = 0; bank < 2; ++bank) arrivals.push_back(read_at(0, bank, 0));
  EXPECT_THAT(drive(quiet(), arrivals, 1000).clocks(DramCommand::act), ElementsAre(0, 16));
}

}  // namespace
}  // namespace tensordash::testing
