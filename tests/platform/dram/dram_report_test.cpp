#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "platform/config/dram_choices.h"
#include "platform/dram/dram_json.h"
#include "platform/dram/dram_table.h"
#include "platform/dram/energy_table.h"

namespace tensordash {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Two channels; channel 0 opens a row, reads twice and writes some bytes in 1000 clocks.
class DramReportTest : public ::testing::Test {
 protected:
  DramReportTest() {
    ChannelStatistics& channel = statistics.channels[0];
    channel.on_command(DramCommand::act, 1, 3, 100);
    channel.on_command(DramCommand::rd, 1, 3, 129);
    channel.on_command(DramCommand::rd, 1, 3, 137);
    channel.on_command(DramCommand::mwr, 1, 3, 164);
    channel.on_command(DramCommand::prea, 1, 0, 300);
    channel.queue_changed(100, 3);
    channel.queue_changed(200, 0);
    channel.refreshes_due(2);
    statistics.on_burst(0, false, false, RowOutcome::closed, 71);
    statistics.on_burst(0, false, false, RowOutcome::hit, 79);
    statistics.on_burst(0, true, true, RowOutcome::hit, 90);
    statistics.on_request(100);
    statistics.on_read(100, 179, 64);
    statistics.on_write(110, 200, 10);
    statistics.end_clock = 1000;
  }

  static DramParameters parameters() {
    DramParameters parameters;
    parameters.channels = 2;
    return parameters;
  }

  nlohmann::ordered_json json() const {
    return dram_json(configuration, statistics, dram_energy(configuration, statistics));
  }
  std::string table() const {
    return dram_table(configuration, statistics, dram_energy(configuration, statistics));
  }

  DramConfiguration configuration{parameters()};
  DramStatistics statistics{configuration};
};

TEST_F(DramReportTest, StatesTheOrganisation) {
  const auto organisation = json()["organisation"];
  EXPECT_EQ(organisation["spec"], "lpddr4-3200-16gb");
  EXPECT_EQ(organisation["device"], "LPDDR4-3200 x16 16Gb");
  EXPECT_EQ(organisation["channels"], 2);
  EXPECT_EQ(organisation["ranks"], 2);
  EXPECT_EQ(organisation["width"], 16);
  EXPECT_EQ(organisation["devices_per_rank"], 1);
  EXPECT_EQ(organisation["bytes"], std::uint64_t{8} << 30);
  EXPECT_EQ(organisation["burst_bytes"], 32);
  EXPECT_DOUBLE_EQ(organisation["clock_ns"], 0.625);
  const auto controller = json()["controller"];
  EXPECT_EQ(controller["mapping"], "rank|row|bank|column|channel|column:5");
  EXPECT_EQ(controller["page_policy"], "open");
  EXPECT_EQ(controller["scheduler"], "frfcfs");
  EXPECT_EQ(controller["refresh"], "all_bank");
  EXPECT_EQ(controller["refresh_phase"], "aligned");
}

TEST_F(DramReportTest, GivesBandwidthAndTraffic) {
  const auto report = json();
  EXPECT_EQ(report["elapsed_tck"], 100);
  EXPECT_DOUBLE_EQ(report["elapsed_ns"], 62.5);
  EXPECT_EQ(report["covered_tck"], 1000);
  EXPECT_DOUBLE_EQ(report["bandwidth_gb_s"], 74 / 62.5);
  EXPECT_DOUBLE_EQ(report["peak_gb_s"], 12.8);
  EXPECT_DOUBLE_EQ(report["share_of_peak"], 74 / 62.5 / 12.8);
  EXPECT_EQ(report["first_request_tck"], 100);
  EXPECT_EQ(report["last_data_tck"], 200);
  EXPECT_EQ(report["reads"], 1);
  EXPECT_EQ(report["writes"], 1);
  EXPECT_EQ(report["bytes_read"], 64);
  EXPECT_EQ(report["bytes_written"], 10);
  EXPECT_EQ(report["bytes_read_moved"], 64);
  EXPECT_EQ(report["bytes_written_moved"], 32);
}

TEST_F(DramReportTest, GivesLatenciesInClocksAndNanoseconds) {
  const auto read = json()["latency"]["read"];
  EXPECT_EQ(read["count"], 1);
  for (const std::string key : {"min", "mean", "max", "p50", "p90", "p95", "p99", "p99_9"}) {
    EXPECT_EQ(read[key + "_tck"], 79) << key;
    EXPECT_DOUBLE_EQ(read[key + "_ns"], 79 * 0.625) << key;
  }
  EXPECT_EQ(read["histogram"].size(), 1U);
  EXPECT_EQ(read["histogram"][0],
            (nlohmann::ordered_json{{"from_tck", 79}, {"to_tck", 79}, {"count", 1}}));
  EXPECT_EQ(json()["latency"]["write"]["max_tck"], 90);
  const auto hit = json()["burst_latency"]["hit"];
  EXPECT_EQ(hit["count"], 2);
  EXPECT_EQ(hit["min_tck"], 79);
  EXPECT_DOUBLE_EQ(hit["mean_tck"], 84.5);
  EXPECT_EQ(hit["max_tck"], 90);
  EXPECT_EQ(json()["burst_latency"]["conflict"], (nlohmann::ordered_json{{"count", 0}}));
}

TEST_F(DramReportTest, CountsPerChannelAndInAll) {
  const auto report = json();
  ASSERT_EQ(report["channels"].size(), 2U);
  const auto& channel = report["channels"][0];
  for (const auto& counts : {report, channel}) {
    EXPECT_EQ(counts["commands"].size(), dram_command_count);
    EXPECT_EQ(counts["commands"]["act"], 1);
    EXPECT_EQ(counts["commands"]["rd"], 2);
    EXPECT_EQ(counts["commands"]["mwr"], 1);
    EXPECT_EQ(counts["commands"]["prea"], 1);
    EXPECT_EQ(counts["commands"]["ref"], 0);
    EXPECT_EQ(counts["bursts_read"], 2);
    EXPECT_EQ(counts["bursts_written"], 1);
    EXPECT_EQ(counts["bursts_masked"], 1);
    EXPECT_EQ(counts["rows"]["reads"]["hits"], 1);
    EXPECT_EQ(counts["rows"]["reads"]["closed"], 1);
    EXPECT_EQ(counts["rows"]["reads"]["conflicts"], 0);
    EXPECT_EQ(counts["rows"]["writes"]["hits"], 1);
    EXPECT_EQ(counts["queue_depth"]["max"], 3);
    EXPECT_EQ(counts["refreshes_due_max"], 2);
  }
  // 4 commands of 4 clocks and one of 2; 8 clocks a burst.
  EXPECT_DOUBLE_EQ(channel["ca_utilisation"], 0.018);
  EXPECT_DOUBLE_EQ(channel["dq_read_utilisation"], 0.016);
  EXPECT_DOUBLE_EQ(channel["dq_write_utilisation"], 0.008);
  EXPECT_DOUBLE_EQ(channel["queue_depth"]["mean"], 0.3);
  EXPECT_DOUBLE_EQ(report["ca_utilisation"], 0.009);
  EXPECT_DOUBLE_EQ(report["dq_read_utilisation"], 0.008);
  EXPECT_DOUBLE_EQ(report["dq_write_utilisation"], 0.004);
  EXPECT_DOUBLE_EQ(report["queue_depth"]["mean"], 0.15);
  EXPECT_EQ(report["channels"][1]["commands"]["act"], 0);
  EXPECT_EQ(channel["ranks"][1]["active_standby_tck"], 200);
  EXPECT_EQ(channel["ranks"][1]["precharged_standby_tck"], 800);
  EXPECT_EQ(channel["ranks"][0]["precharged_standby_tck"], 1000);
}

TEST_F(DramReportTest, GivesTheEnergyByCause) {
  const auto energy = json()["energy"];
  EXPECT_EQ(energy["model"], "currents");
  EXPECT_EQ(energy["bits_moved"], 3 * 256);
  EXPECT_EQ(energy["events"]["rd"]["formula"], "V*(I4R-I3N)*BL/2");
  EXPECT_EQ(energy["events"]["rd"]["count"], 2);
  EXPECT_NEAR(energy["events"]["rd"]["device_core_nj"], 1.3475, 1e-9);
  EXPECT_NEAR(energy["events"]["rd"]["core_nj"], 2.695, 1e-9);
  EXPECT_EQ(energy["events"]["pre"]["count"], 1);
  EXPECT_EQ(energy["states"]["active_standby"]["clocks_tck"], 200);
  EXPECT_NEAR(energy["states"]["active_standby"]["device_core_mw"], 37.05, 1e-9);
  EXPECT_NEAR(energy["states"]["active_standby"]["core_nj"], 37.05 * 0.125, 1e-9);
  const double total = energy["core_nj"].get<double>() + energy["io_nj"].get<double>();
  EXPECT_NEAR(energy["total_nj"], total, 1e-9);
  EXPECT_NEAR(energy["pj_per_bit"], total * 1e3 / 768, 1e-9);
  EXPECT_NEAR(energy["mean_power_mw"], total / 0.625, 1e-9);
}

TEST_F(DramReportTest, CanGiveAFlatEnergy) {
  configuration.parameters.flat_pj_per_bit = 8.0;
  const auto energy = json()["energy"];
  EXPECT_EQ(energy["model"], "flat");
  EXPECT_DOUBLE_EQ(energy["pj_per_bit"], 8.0);
  EXPECT_EQ(energy.count("core_nj"), 0U);
  EXPECT_EQ(energy.count("states"), 0U);
  EXPECT_THAT(table(), HasSubstr("Energy, so much a bit: 6.144 nJ in all, 8.00 pJ/bit"));
}

TEST_F(DramReportTest, ReadsWell) {
  EXPECT_EQ(
      table(),
      "lpddr4-3200-16gb (LPDDR4-3200 x16 16Gb), 8 GiB: 2 channels of 16 bits, 2 ranks of 1 x16 "
      "device, 8 banks; tCK 0.625 ns\n"
      "mapping rank|row|bank|column|channel|column:5\n"
      "open pages, frfcfs scheduler, queue 128, refresh all_bank aligned, at most 0 postponed\n"
      "1.184 GB/s of 12.800 (9.2 %): useful bytes from the first request to the last data, 100 tCK "
      "(0.062 us)\n"
      "\n"
      "        transactions  useful bytes  moved bytes  bursts  row hits  closed  conflicts\n"
      "------  ------------  ------------  -----------  ------  --------  ------  ---------\n"
      "reads              1            64           64       2         1       1          0\n"
      "writes             1            10           32       1         1       0          0\n"
      "A burst hits when its row is open; its bank may be closed (ACT first), or hold another row "
      "(PRE, ACT\n"
      "first). Bursts of masked writes: 1.\n"
      "\n"
      "latency         unit  count   min  mean   p50   p90   p95   p99  p99.9   max\n"
      "--------------  ----  -----  ----  ----  ----  ----  ----  ----  -----  ----\n"
      "read            tCK       1    79  79.0    79    79    79    79     79    79\n"
      "                ns           49.4  49.4  49.4  49.4  49.4  49.4   49.4  49.4\n"
      "write           tCK       1    90  90.0    90    90    90    90     90    90\n"
      "                ns           56.2  56.2  56.2  56.2  56.2  56.2   56.2  56.2\n"
      "burst, row hit  tCK       2    79  84.5    79    90    90    90     90    90\n"
      "                ns           49.4  52.8  49.4  56.2  56.2  56.2   56.2  56.2\n"
      "burst, closed   tCK       1    71  71.0    71    71    71    71     71    71\n"
      "                ns           44.4  44.4  44.4  44.4  44.4  44.4   44.4  44.4\n"
      "Transactions (read, write) and bursts, from arrival to last data on the bus.\n"
      "\n"
      "command  what it does                            count\n"
      "-------  --------------------------------------  -----\n"
      "ACT      opens a row                                 1\n"
      "PRE      closes the row of a bank                    0\n"
      "PREA     closes the rows of all banks of a rank      1\n"
      "RD       reads a burst                               2\n"
      "WR       writes a burst                              0\n"
      "MWR      writes some bytes of a burst                1\n"
      "RDA      reads a burst, then closes the row          0\n"
      "WRA      writes a burst, then closes the row         0\n"
      "REF      refreshes all banks of a rank               0\n"
      "REFPB    refreshes one bank                          0\n"
      "PDE      powers a rank down                          0\n"
      "PDX      powers it up                                0\n"
      "SRE      lets a rank refresh itself                  0\n"
      "SRX      ends that                                   0\n"
      "\n"
      "channel  bursts read  written  CA busy  DQ reads  DQ writes  queue mean  queue max  "
      "refreshes\n"
      "-------  -----------  -------  -------  --------  ---------  ----------  ---------  "
      "---------\n"
      "0                  2        1    1.8 %     1.6 %      0.8 %         0.3          3          "
      "2\n"
      "1                  0        0    0.0 %     0.0 %      0.0 %         0.0          0          "
      "0\n"
      "-------  -----------  -------  -------  --------  ---------  ----------  ---------  "
      "---------\n"
      "all                2        1    0.9 %     0.8 %      0.4 %         0.1          3          "
      "2\n"
      "Shares and means are of all 1,000 tCK from time 0 on. CA: commands, DQ: data. queue: bursts "
      "waiting;\n"
      "refreshes: most that were due at a time.\n"
      "\n"
      "energy              formula               count  core each   I/O each       core       I/O  "
      "  share\n"
      "------------------  ----------------  ---------  ---------  ---------  ---------  --------  "
      "-------\n"
      "act                 V*(I0-I3N)*tRAS           1  0.7969 nJ  0.0000 nJ   0.797 nJ  0.000 nJ  "
      "  0.9 %\n"
      "pre                 V*(I0-I2N)*tRPpb          1  0.4078 nJ  0.0000 nJ   0.408 nJ  0.000 nJ  "
      "  0.4 %\n"
      "rd                  V*(I4R-I3N)*BL/2          2  1.3475 nJ  0.8209 nJ   2.695 nJ  1.642 nJ  "
      "  4.7 %\n"
      "wr                  V*(I4W-I3N)*BL/2          1  0.9900 nJ  0.2984 nJ   0.990 nJ  0.298 nJ  "
      "  1.4 %\n"
      "active_standby      V*I3N               200 tCK   37.05 mW    0.83 mW   4.631 nJ  0.103 nJ  "
      "  5.1 %\n"
      "precharged_standby  V*I2N             3,800 tCK   33.30 mW    0.83 mW  79.088 nJ  1.959 nJ  "
      " 87.5 %\n"
      "------------------  ----------------  ---------  ---------  ---------  ---------  --------  "
      "-------\n"
      "total                                                                  88.608 nJ  4.003 nJ  "
      "100.0 %\n"
      "92.611 nJ in all, 120.59 pJ/bit over 768 bits moved, 148.2 mW on average\n"
      "Currents are those of one x16 device and rank; every rank and device adds its own. core: "
      "VDD1 and\n"
      "VDD2, I/O: VDDQ, each formula summed over the supplies. pre counts banks closed, by any "
      "precharge.\n");
}

TEST_F(DramReportTest, FitsATerminal) {
  constexpr std::size_t terminal = 120;
  std::istringstream lines(table());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), terminal) << line;
}

TEST(DramReport, HoldsWithoutAnyTraffic) {
  const DramConfiguration configuration{DramParameters{}};
  const DramStatistics statistics{configuration};
  const DramEnergy energy = dram_energy(configuration, statistics);
  const auto report = dram_json(configuration, statistics, energy);
  EXPECT_TRUE(report["first_request_tck"].is_null());
  EXPECT_EQ(report["bandwidth_gb_s"], 0.0);
  EXPECT_EQ(report["ca_utilisation"], 0.0);
  EXPECT_EQ(report["energy"]["pj_per_bit"], 0.0);
  EXPECT_THAT(report.dump(), Not(HasSubstr("nan")));
  EXPECT_THAT(dram_table(configuration, statistics, energy), Not(HasSubstr("nan")));
}

TEST(ChoiceNames, AreThoseOfTheChoices) {
  EXPECT_EQ(name_of(PagePolicy::open), "open");
  EXPECT_EQ(name_of(PagePolicy::closed), "closed");
  EXPECT_EQ(name_of(PagePolicy::adaptive), "adaptive");
  EXPECT_EQ(name_of(DramScheduling::fcfs), "fcfs");
  EXPECT_EQ(name_of(DramScheduling::frfcfs), "frfcfs");
  EXPECT_EQ(name_of(RefreshMode::none), "none");
  EXPECT_EQ(name_of(RefreshMode::all_bank), "all_bank");
  EXPECT_EQ(name_of(RefreshMode::per_bank), "per_bank");
  EXPECT_EQ(name_of(RefreshPhase::aligned), "aligned");
  EXPECT_EQ(name_of(RefreshPhase::staggered), "staggered");
  EXPECT_EQ(name_of(ResponseOrder::out_of_order), "out_of_order");
  EXPECT_EQ(name_of(ResponseOrder::in_order), "in_order");
}

}  // namespace
}  // namespace tensordash
