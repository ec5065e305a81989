#include "hw/dram/energy/energy_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace tensordash {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const EnergyTerm& term(const DramEnergy& energy, const std::string& name) {
  for (const auto* terms : {&energy.events, &energy.states}) {
    const auto found = std::find_if(terms->begin(), terms->end(),
                                    [&](const EnergyTerm& one) { return one.name == name; });
    if (found != terms->end()) return *found;
  }
  throw std::runtime_error("no energy term " + name);
}

/// Every command once: ACT to RD, PRE, and so on, in an order that opens and closes banks.
RankActivity busy_rank(const DramSpec& spec) {
  RankActivity rank(spec);
  rank.on_command(DramCommand::act, 0, 100);
  rank.on_command(DramCommand::rd, 0, 129);
  rank.on_command(DramCommand::pre, 0, 200);  // 100 clocks active
  rank.on_command(DramCommand::act, 1, 300);
  rank.on_command(DramCommand::act, 2, 316);
  rank.on_command(DramCommand::wr, 1, 340);
  rank.on_command(DramCommand::mwr, 2, 372);
  rank.on_command(DramCommand::prea, 0, 500);  // two banks, 200 clocks active
  rank.on_command(DramCommand::act, 3, 600);
  rank.on_command(DramCommand::wra, 3, 640);   // 40 + 55 clocks active
  rank.on_command(DramCommand::ref, 0, 1000);  // 608 clocks active
  rank.on_command(DramCommand::refpb, 5, 2000);
  rank.on_command(DramCommand::pde, 0, 3000);  // 400 precharged power-down
  rank.on_command(DramCommand::pdx, 0, 3400);
  rank.on_command(DramCommand::act, 4, 3500);
  rank.on_command(DramCommand::pde, 0, 3600);  // 300 active power-down
  rank.on_command(DramCommand::pdx, 0, 3900);
  rank.on_command(DramCommand::rda, 4, 4000);  // 200 + 14 clocks active
  rank.on_command(DramCommand::sre, 0, 5000);
  rank.on_command(DramCommand::srx, 0, 7000);
  return rank;
}

class EnergyModelTest : public ::testing::Test {
 protected:
  DramSpec spec = load_dram_spec("lpddr4-3200-16gb");
  DramEnergy energy = EnergyModel(spec, 1).energy(busy_rank(spec), 8000);
};

TEST_F(EnergyModelTest, GivesTheKnownEnergyOfEachEvent) {
  constexpr double digits = 0.0005;
  EXPECT_NEAR(term(energy, "act").each.core, 0.797, digits);
  EXPECT_NEAR(term(energy, "pre").each.core, 0.408, digits);
  EXPECT_NEAR(term(energy, "rd").each.core, 1.3475, digits);
  EXPECT_NEAR(term(energy, "wr").each.core, 0.990, digits);
  EXPECT_NEAR(term(energy, "ref").each.core, 30.4, 0.05);
  // V*(I5PB-I2N): (1.8*0.5 + 1.1*3) mW for 487.5 ns.
  EXPECT_NEAR(term(energy, "refpb").each.core, 2.0475, digits);
  const DramSpec small = load_dram_spec("lpddr4-3200-8gb");
  EXPECT_NEAR(term(EnergyModel(small, 1).energy(RankActivity(small), 0), "ref").each.core, 22.4,
              0.05);
}

TEST_F(EnergyModelTest, GivesTheKnownEnergyOfABit) {
  const CoreAndIo read = term(energy, "rd").each;
  const CoreAndIo write = term(energy, "wr").each;
  EXPECT_NEAR(read.core * 1e3 / 256, 5.26, 0.005);
  EXPECT_NEAR(read.sum() * 1e3 / 256, 8.47, 0.005);
  EXPECT_NEAR(write.core * 1e3 / 256, 3.87, 0.005);
  EXPECT_NEAR(write.sum() * 1e3 / 256, 5.03, 0.005);
}

TEST_F(EnergyModelTest, GivesTheKnownPowerOfEachState) {
  EXPECT_NEAR(term(energy, "active_standby").each.core, 37.05, 0.0005);
  EXPECT_NEAR(term(energy, "precharged_standby").each.core, 33.3, 0.0005);
  EXPECT_NEAR(term(energy, "active_power_down").each.core, 1.8 * 1.2 + 1.1 * 9, 1e-9);
  EXPECT_NEAR(term(energy, "precharged_power_down").each.core, 1.8 * 1.2 + 1.1 * 3, 1e-9);
  EXPECT_NEAR(term(energy, "self_refresh").each.core, 1.8 * 0.3 + 1.1 * 0.5, 1e-9);
  EXPECT_NEAR(term(energy, "active_standby").each.io, 1.1 * 0.75, 1e-9);
  EXPECT_NEAR(term(energy, "self_refresh").each.io, 1.1 * 0.1, 1e-9);
}

TEST_F(EnergyModelTest, CountsEventsAndClocks) {
  EXPECT_EQ(term(energy, "act").count, 5U);
  EXPECT_EQ(term(energy, "pre").count, 5U) << "1 PRE, 2 of PREA, 1 WRA, 1 RDA";
  EXPECT_EQ(term(energy, "rd").count, 2U);
  EXPECT_EQ(term(energy, "wr").count, 3U);
  EXPECT_EQ(term(energy, "ref").count, 1U);
  EXPECT_EQ(term(energy, "refpb").count, 1U);
  EXPECT_EQ(term(energy, "active_standby").count, 100U + 200 + 95 + 608 + 214);
  EXPECT_EQ(term(energy, "precharged_power_down").count, 400U);
  EXPECT_EQ(term(energy, "active_power_down").count, 300U);
  EXPECT_EQ(term(energy, "self_refresh").count, 2000U);
  EXPECT_EQ(term(energy, "precharged_standby").count, 8000U - 1217 - 400 - 300 - 2000);
  EXPECT_EQ(energy.bits, 5U * 256);
}

TEST_F(EnergyModelTest, AddsUp) {
  const CoreAndIo events = energy.events_nj();
  EXPECT_NEAR(events.core, 5 * 0.796875 + 5 * 0.4078125 + 2 * 1.3475 + 3 * 0.99 + 30.381 + 2.0475,
              1e-9);
  EXPECT_NEAR(events.io, 2 * 1.1 * 149.25 * 5e-3 + 3 * 1.1 * 54.25 * 5e-3, 1e-9);
  const CoreAndIo states = energy.states_nj();
  // mW times us are nJ.
  EXPECT_NEAR(states.core,
              0.625e-3 * (1217 * 37.05 + 4083 * 33.3 + 300 * 12.06 + 400 * 5.46 + 2000 * 1.09),
              1e-9);
  EXPECT_NEAR(states.io, 0.625e-3 * (6000 * 0.825 + 2000 * 0.11), 1e-9);
  const double total = events.core + events.io + states.core + states.io;
  EXPECT_DOUBLE_EQ(energy.total_nj(), total);
  EXPECT_DOUBLE_EQ(energy.pj_per_bit(), total * 1e3 / 1280);
  EXPECT_DOUBLE_EQ(energy.nanoseconds, 5000.0);
  EXPECT_DOUBLE_EQ(energy.mean_power_mw(), total / 5.0);
}

TEST_F(EnergyModelTest, MultipliesByDevices) {
  const DramEnergy two = EnergyModel(spec, 2).energy(busy_rank(spec), 8000);
  EXPECT_DOUBLE_EQ(two.total_nj(), 2 * energy.total_nj());
  EXPECT_EQ(two.bits, 2 * energy.bits);
  EXPECT_DOUBLE_EQ(two.pj_per_bit(), energy.pj_per_bit());
  EXPECT_DOUBLE_EQ(two.mean_power_mw(), 2 * energy.mean_power_mw());
  EXPECT_DOUBLE_EQ(term(two, "act").each.core, term(energy, "act").each.core);
}

TEST_F(EnergyModelTest, CanBeFlat) {
  const DramEnergy flat = EnergyModel(spec, 1, 8.0).energy(busy_rank(spec), 8000);
  EXPECT_TRUE(flat.flat);
  EXPECT_FALSE(energy.flat);
  EXPECT_DOUBLE_EQ(flat.total_nj(), 1280 * 8e-3);
  EXPECT_DOUBLE_EQ(flat.pj_per_bit(), 8.0);
  EXPECT_THAT(flat.states, IsEmpty());
  EXPECT_DOUBLE_EQ(flat.mean_power_mw(), 1280 * 8e-3 / 5.0);
}

TEST_F(EnergyModelTest, IsZeroOverNothing) {
  const DramEnergy none = EnergyModel(spec, 1).energy(RankActivity(spec), 0);
  EXPECT_DOUBLE_EQ(none.total_nj(), 0.0);
  EXPECT_DOUBLE_EQ(none.pj_per_bit(), 0.0);
  EXPECT_DOUBLE_EQ(none.mean_power_mw(), 0.0);
}

TEST_F(EnergyModelTest, SumsChannelsRanksAndDevices) {
  DramParameters parameters;
  parameters.channels = 2;
  parameters.width = 32;
  DramConfiguration configuration{parameters};
  DramStatistics statistics{configuration};
  statistics.channels[1].ranks[1] = busy_rank(spec);
  statistics.end_clock = 8000;
  const DramEnergy all = dram_energy(configuration, statistics);
  // The three other ranks stand by, precharged.
  const double idle = 3 * (33.3 + 0.825) * 5.0;
  EXPECT_NEAR(all.total_nj(), 2 * (energy.total_nj() + idle), 1e-6);
  EXPECT_EQ(all.bits, 2 * energy.bits);
  EXPECT_DOUBLE_EQ(all.nanoseconds, 5000.0);
  EXPECT_EQ(term(all, "precharged_standby").count, 4083U + 3 * 8000);

  configuration.parameters.flat_pj_per_bit = 8.0;
  EXPECT_DOUBLE_EQ(dram_energy(configuration, statistics).total_nj(), 2 * 1280 * 8e-3);
}

TEST(FlatEnergy, IsCheckedAsAParameter) {
  DramParameters parameters;
  for (const double allowed : {0.0, 8.0, 1000.0}) {
    parameters.flat_pj_per_bit = allowed;
    EXPECT_NO_THROW(DramConfiguration{parameters});
  }
  for (const double refused : {-0.1, 1000.1, std::numeric_limits<double>::quiet_NaN()}) {
    parameters.flat_pj_per_bit = refused;
    try {
      const DramConfiguration configuration(parameters);
      ADD_FAILURE() << refused << " is not refused";
    } catch (const DramError& error) {
      EXPECT_THAT(error.what(), HasSubstr("dram.energy_flat_pj_per_bit is"));
      EXPECT_THAT(error.what(), HasSubstr("0 to 1000"));
    }
  }
}

}  // namespace
}  // namespace tensordash
