#include <gmock/gmock.h>

#include "platform/dram/bench_json.h"
#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/dram/bench_run.h"

namespace tensordash::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Json = nlohmann::ordered_json;

TEST(DramBench, IdleReadsTakeTheLatencyOfTheirRow) {
  const DramBenchReport report = run_clean(bench_request("idle", {}, 300));
  EXPECT_EQ(bench_json(report)["idle"],
            (Json{{"hit_tck", 42}, {"closed_tck", 71}, {"conflict_tck", 98}}));
  EXPECT_THAT(bench_table(report),
              HasSubstr("idle latency of a read of 32 B: row hit 42 tCK (26.2 ns), closed bank 71 "
                        "tCK (44.4 ns), conflict 98 tCK (61.2 ns)\n"));
  for (const LatencyHistogram& latency : report.statistics.burst_latency) {
    EXPECT_EQ(latency.count(), 100U);
    EXPECT_EQ(latency.min(), latency.max());
  }
}

TEST(DramBench, IdleReadsOf64BytesTake8ClocksMore) {
  DramBenchRequest request = bench_request("idle", {}, 300);
  request.shape.bytes = 64;
  const DramBenchReport report = run_clean(request);
  // A hundred of each: ranks 1 to 100, 101 to 200, 201 to 300.
  const LatencyHistogram& latency = report.statistics.read_latency;
  EXPECT_EQ(latency.count(), 300U);
  EXPECT_EQ(latency.min(), 50U);
  EXPECT_EQ(latency.percentile(333), 50U);
  EXPECT_EQ(latency.percentile(334), 79U);
  EXPECT_EQ(latency.percentile(666), 79U);
  EXPECT_EQ(latency.percentile(667), 106U);
  EXPECT_EQ(latency.max(), 106U);
  // Its second bursts are hits that wait for the first.
  EXPECT_EQ(bench_json(report)["idle"], Json(nullptr));
  EXPECT_THAT(bench_table(report), Not(HasSubstr("idle latency")));
}

TEST(DramBench, IdleReadsStayAwayFromRefreshesOfAnyRankAndChannel) {
  for (const char* const phase : {"dram.refresh_phase=aligned", "dram.refresh_phase=staggered"}) {
    const DramBenchReport report =
        run_clean(bench_request("idle", {"dram.channels=4", "dram.ranks=2", phase}, 300));
    for (const LatencyHistogram& latency : report.statistics.burst_latency) {
      EXPECT_EQ(latency.count(), 100U) << phase;
      EXPECT_EQ(latency.min(), latency.max()) << phase;
    }
  }
}

TEST(DramBench, IdleReadsWaitForTheFrontEnd) {
  const DramBenchReport report =
      run_clean(bench_request("idle", {"dram.front_clocks=5", "dram.back_clocks=9"}, 30));
  EXPECT_EQ(bench_json(report)["idle"],
            (Json{{"hit_tck", 47}, {"closed_tck", 76}, {"conflict_tck", 103}}));
  EXPECT_EQ(report.statistics.read_latency.min(), 47U);
  EXPECT_EQ(report.statistics.read_latency.max(), 103U);
}

TEST(DramBench, IdleLatenciesThatNeverCameAreNull) {
  const DramBenchReport report = run_clean(bench_request("idle", {"dram.page_policy=closed"}, 30));
  EXPECT_EQ(bench_json(report)["idle"],
            (Json{{"hit_tck", nullptr}, {"closed_tck", 71}, {"conflict_tck", nullptr}}));
  EXPECT_THAT(bench_table(report), HasSubstr("row hit never seen, closed bank 71 tCK"));
}

TEST(DramBench, TellsWhatRan) {
  const DramBenchReport report = run_clean(bench_request("mix21", {"dram.in_flight=16"}, 300));
  const Json json = bench_json(report);
  EXPECT_EQ(json["workload"], (Json{{"pattern", "mix21"},
                                    {"seed", 2020},
                                    {"requests", 300},
                                    {"failed", 0},
                                    {"bytes_per_request", 64},
                                    {"in_flight_bursts", 16},
                                    {"transport", "at"}}));
  EXPECT_EQ(json["keys"].size(), dram_keys().size());
  EXPECT_EQ(json["keys"]["dram.channels"], 1);
  EXPECT_EQ(json["keys"]["dram.in_flight"], 16);
  EXPECT_EQ(json["keys"]["dram.scheduler"], "frfcfs");
  EXPECT_EQ(json["keys"]["dram.energy_flat_pj_per_bit"], 0.0);
  EXPECT_EQ(json["reads"], 200);
  EXPECT_EQ(json["writes"], 100);
  EXPECT_EQ(json["idle"], Json(nullptr));
  EXPECT_EQ(json["monitor"]["violations"], 0);
  EXPECT_EQ(json["monitor"]["commands"], report.monitor->commands);
  EXPECT_FALSE(json["monitor"]["rules"].empty());
  EXPECT_THAT(bench_table(report),
              HasSubstr("2 GiB: 1 channel of 16 bits, 1 rank of 1 x16 device, "));
}

TEST(DramBench, NeverHasMoreInFlightThanAsked) {
  // One burst at a time, and a memory without refresh: every read waits for the one before.
  DramBenchRequest request =
      bench_request("seq_read", {"dram.in_flight=1", "dram.refresh=none"}, 64);
  request.shape.bytes = 32;
  const DramBenchReport report = run_clean(request);
  EXPECT_EQ(report.statistics.elapsed_clocks(), 71 + 63 * 42U);
  EXPECT_EQ(report.statistics.channels[0].bursts_read(), 64U);
}

TEST(DramBench, SpreadsRequestsOverChannels) {
  for (const unsigned channels : {1U, 2U, 4U}) {
    const DramBenchReport report =
        run_clean(bench_request("seq_read", {"dram.channels=" + std::to_string(channels)}, 4000));
    ASSERT_EQ(report.statistics.channels.size(), channels);
    for (const ChannelStatistics& channel : report.statistics.channels) {
      EXPECT_EQ(channel.bursts_read(), 8000U / channels);
    }
    EXPECT_GT(report.statistics.bandwidth_gb_s(), 5.3 * channels);
    EXPECT_LT(report.statistics.bandwidth_gb_s(), 6.4 * channels);
  }
}

TEST(DramBench, GivesTheSameBytesAgain) {
  for (const char* const transport : {"at", "lt"}) {
    DramBenchRequest request = bench_request("rand_mix", {"dram.channels=4", "dram.ranks=2"}, 3000);
    const bool at = std::string(transport) == "at";
    request.transport = at ? BenchTransport::at : BenchTransport::lt;
    request.monitor = at;
    const std::string first = bench_json(run_alone(request)).dump();
    EXPECT_EQ(bench_json(run_alone(request)).dump(), first) << transport;
    request.shape.seed = 1;
    EXPECT_NE(bench_json(run_alone(request)).dump(), first) << transport;
  }
}

TEST(DramBench, LooselyTimedRequestsAreAnsweredWithEstimates) {
  DramBenchRequest request = bench_request("seq_read", {}, 20000);
  request.transport = BenchTransport::lt;
  request.monitor = false;
  const DramBenchReport report = run_alone(request);
  EXPECT_EQ(report.requests, 20000U);
  EXPECT_EQ(report.failed, 0U);
  EXPECT_EQ(report.statistics.reads, 20000U);
  EXPECT_EQ(report.statistics.bytes_read, 20000U * 64);
  EXPECT_FALSE(report.monitor.has_value());
  EXPECT_THAT(report.statistics.bandwidth_gb_s(),
              ::testing::AllOf(::testing::Gt(4.4), ::testing::Le(6.4)));
  const Json json = bench_json(report);
  for (const char* key : {"rows", "commands", "energy", "channels", "burst_latency"}) {
    EXPECT_EQ(json[key], Json(nullptr)) << key;
  }
  EXPECT_EQ(json["workload"]["transport"], "lt");
  EXPECT_EQ(json["monitor"], Json(nullptr));
  EXPECT_THAT(bench_table(report), HasSubstr("LT (estimates, no commands)"));
}

TEST(DramBench, LooselyTimedRequestsHaveNoCommandsToTrace) {
  DramBenchRequest request = bench_request("seq_read");
  request.transport = BenchTransport::lt;
  request.commands = "never.csv";
  EXPECT_THROW(run_dram_bench(request), DramError);
}

class DramBenchTrace : public TemporaryFolderTest {
 protected:
  DramBenchRequest trace(const std::string& lines) {
    DramBenchRequest request = bench_request("", {"dram.refresh=none"});
    request.trace = write_file("requests.txt", lines);
    request.shape.bytes = 32;
    return request;
  }
};

TEST_F(DramBenchTrace, GivesTheCommandsThatFollowFromItsClocks) {
  DramBenchRequest request = trace("R 0x0 1000\nR 0x4000 2000\nW 0x4020 3000\n");
  request.commands = folder_ / "bus.csv";
  const DramBenchReport report = run_clean(request);
  EXPECT_EQ(report.requests, 3U);
  // ACT to RD 29, PRE to ACT 27; the write finds its row open.
  EXPECT_EQ(read_file(*request.commands),
            "clock,command,rank,bank,row,column\n"
            "1000,ACT,0,0,0,-\n"
            "1029,RD,0,0,-,0\n"
            "2000,PRE,0,0,-,-\n"
            "2027,ACT,0,0,1,-\n"
            "2056,RD,0,0,-,0\n"
            "3000,WR,0,0,-,16\n");
  EXPECT_EQ(report.statistics.first_request, 1000U);
  // Last edge 3, WL 14, tDQSS 1, 8 of data.
  EXPECT_EQ(report.statistics.last_data, 3026U);
}

TEST_F(DramBenchTrace, OfAChannelHoldsItsCommandsOnly) {
  DramBenchRequest request = trace("R 0x0 1000\nR 0x40 1000\n");
  request.settings.set("dram.channels", "2");
  request.channel = 1;
  request.commands = folder_ / "bus.csv";
  run_clean(request);
  EXPECT_EQ(read_file(*request.commands),
            "clock,command,rank,bank,row,column\n"
            "1000,ACT,0,0,0,-\n"
            "1029,RD,0,0,-,0\n");
}

TEST_F(DramBenchTrace, HonoursClocksInBothTransports) {
  DramBenchRequest request = trace("R 0x0 1000\nR 0x0 5000\n");
  for (const auto transport : {BenchTransport::at, BenchTransport::lt}) {
    request.transport = transport;
    request.monitor = transport == BenchTransport::at;
    const DramBenchReport report = run_alone(request);
    EXPECT_EQ(report.statistics.first_request, 1000U);
    EXPECT_EQ(report.statistics.last_data, 5042U);
    EXPECT_EQ(report.statistics.read_latency.max(), 71U);
    EXPECT_EQ(report.statistics.read_latency.min(), 42U);
  }
}

TEST_F(DramBenchTrace, MayHoldNothing) {
  const DramBenchReport report = run_clean(trace("# nothing\n"));
  EXPECT_EQ(report.requests, 0U);
  const Json json = bench_json(report);
  EXPECT_EQ(json["bandwidth_gb_s"], 0.0);
  EXPECT_EQ(json["first_request_tck"], Json(nullptr));
  EXPECT_EQ(json["workload"].count("pattern"), 0U);
  EXPECT_EQ(json["workload"]["trace"], (folder_ / "requests.txt").string());
}

}  // namespace
}  // namespace tensordash::testing
