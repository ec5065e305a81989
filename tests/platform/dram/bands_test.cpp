// What one x16 channel of LPDDR4-3200 must reach, and must not exceed, in 1e9 bytes a second. The
// limits follow from the timings: 6.4 when the data bus never rests, 6.4 * (1 - 608 / 6246) = 5.777
// when one rank is refreshed; a bank's row cycle is 97 clocks.
#include <gmock/gmock.h>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/dram/bench_run.h"

namespace tensordash::testing {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;

using Words = std::vector<std::string>;

double bandwidth(const std::string& pattern, const Words& settings = {}) {
  return run_clean(bench_request(pattern, settings)).statistics.bandwidth_gb_s();
}

auto within(double least, double most) {
  return AllOf(Ge(least), Le(most));
}

TEST(DramBands, ReadsInSequence) {
  EXPECT_THAT(bandwidth("seq_read"), within(5.65, 5.71));
  EXPECT_THAT(bandwidth("seq_read", {"dram.refresh_postpone=8"}), within(5.74, 5.777));
}

TEST(DramBands, ReadsInSequenceWithoutRefreshNeverLeaveTheDataBusIdle) {
  const DramBenchReport report = run_clean(bench_request("seq_read", {"dram.refresh=none"}));
  EXPECT_THAT(report.statistics.bandwidth_gb_s(), within(6.33, 6.4));
  // 71 clocks to the end of the first burst, 8 for each of the others.
  EXPECT_EQ(report.statistics.elapsed_clocks(), 71 + 8 * 199999U);
}

TEST(DramBands, WritesInSequence) {
  EXPECT_THAT(bandwidth("seq_write"), within(5.62, 5.71));
  EXPECT_THAT(bandwidth("seq_write", {"dram.refresh_postpone=8"}), within(5.65, 5.777));
}

TEST(DramBands, ConflictsOfOneBankUnderRefresh) {
  EXPECT_THAT(bandwidth("stride_16k"), within(0.94, 0.97));
}

/// The command bus of one run.
class DramBandsOfCommands : public TemporaryFolderTest {
 protected:
  /// Clocks of the ACTs of a pattern without refresh, which must all be of one bank.
  std::vector<DramClock> activations(const std::string& pattern) {
    DramBenchRequest request = bench_request(pattern, {"dram.refresh=none"});
    request.commands = folder_ / "bus.csv";
    elapsed_ = run_clean(request).statistics.elapsed_clocks();
    std::vector<DramClock> clocks;
    for (const CommandLine& line : read_commands(*request.commands)) {
      EXPECT_EQ(line.bank, 0U);
      if (line.command == "ACT") clocks.push_back(line.clock);
    }
    return clocks;
  }

  static void expect_every(DramClock distance, const std::vector<DramClock>& clocks) {
    for (std::size_t at = 1; at < clocks.size(); ++at) {
      ASSERT_EQ(clocks[at] - clocks[at - 1], distance) << "ACT " << at;
    }
  }

  DramClock elapsed_ = 0;
};

TEST_F(DramBandsOfCommands, ConflictsOfOneBankCome97ClocksApart) {
  const std::vector<DramClock> clocks = activations("stride_16k");
  ASSERT_EQ(clocks.size(), 100000U);
  expect_every(97, clocks);
  EXPECT_EQ(elapsed_, 97 * 99999U + 79);
}

TEST_F(DramBandsOfCommands, FourReadsARowTake126Clocks) {
  const std::vector<DramClock> clocks = activations("row4");
  ASSERT_EQ(clocks.size(), 25000U);
  expect_every(126, clocks);
  // The last row: 29 to its first read, seven more reads, 42 to the last data.
  EXPECT_EQ(elapsed_, 126 * 24999U + 29 + 7 * 8 + 42);
}

TEST(DramBands, ReadsAnywhere) {
  EXPECT_THAT(bandwidth("rand_read"), within(5.4, 5.777));
}

TEST(DramBands, TwoReadsAndAWrite) {
  EXPECT_THAT(bandwidth("mix21"), within(5.5, 5.777));
}

TEST(DramBands, FourChannels) {
  EXPECT_THAT(bandwidth("seq_read", {"dram.channels=4"}), within(22.5, 4 * 5.777));
  EXPECT_THAT(bandwidth("seq_read", {"dram.channels=4", "dram.refresh_phase=staggered"}),
              within(21.5, 4 * 5.777));
}

/// Every pattern but idle.
class DramLimits : public ::testing::TestWithParam<const char*> {};

TEST_P(DramLimits, OneRankUnderRefresh) {
  EXPECT_LE(bandwidth(GetParam()), 5.777);
  EXPECT_LE(bandwidth(GetParam(), {"dram.refresh_postpone=8"}), 5.777);
}

TEST_P(DramLimits, OneRankWithoutRefresh) {
  EXPECT_LE(bandwidth(GetParam(), {"dram.refresh=none"}), 6.4);
}

TEST_P(DramLimits, TwoRanks) {
  EXPECT_LE(bandwidth(GetParam(), {"dram.ranks=2"}), 6.4);
  EXPECT_LE(bandwidth(GetParam(), {"dram.ranks=2", "dram.refresh_postpone=8"}), 6.4);
}

TEST_P(DramLimits, RefreshBankByBank) {
  EXPECT_LE(bandwidth(GetParam(), {"dram.refresh=per_bank"}), 6.4);
}

INSTANTIATE_TEST_SUITE_P(Patterns, DramLimits,
                         ::testing::Values("seq_read", "seq_write", "stride_16k", "row4",
                                           "rand_read", "rand_write", "rand_mix", "mix21"),
                         [](const auto& each) { return std::string(each.param); });

/// While one rank is refreshed the other works, once both are wanted.
TEST(DramBands, TwoRanksHideRefreshesFromReadsAnywhere) {
  EXPECT_THAT(bandwidth("rand_read", {"dram.ranks=2"}), within(5.777, 6.4));
}

}  // namespace
}  // namespace tensordash::testing
