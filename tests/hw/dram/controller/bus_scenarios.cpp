#include "tests/hw/dram/controller/bus_scenarios.h"

#include <random>

namespace tensordash::testing {
namespace {

/// Bursts of all kinds, `rows` rows and few columns of all banks, some `spacing` clocks apart.
std::vector<Arrival> mixture(unsigned seed, unsigned count, unsigned ranks, unsigned rows,
                             DramClock spacing) {
  std::mt19937 random(seed);
  std::vector<Arrival> arrivals;
  DramClock clock = 0;
  for (unsigned at = 0; at < count; ++at) {
    clock += spacing == 0 ? 0 : random() % (2 * spacing);
    const unsigned bank = random() % 8;
    const unsigned row = random() % rows;
    const unsigned column = 16 * (random() % 4);
    const unsigned rank = random() % ranks;
    const unsigned kind = random() % 8;
    const auto make = kind < 4 ? read_at : kind < 7 ? write_at : masked_write_at;
    arrivals.push_back(make(clock, bank, row, column, rank));
  }
  return arrivals;
}

BusScenario random_scenario(std::string name, DramParameters parameters, unsigned rows,
                            DramClock spacing, unsigned count = 1500) {
  BusScenario scenario;
  scenario.name = std::move(name);
  scenario.parameters = std::move(parameters);
  scenario.arrivals = mixture(static_cast<unsigned>(spacing) + rows, count,
                              scenario.parameters.ranks, rows, spacing);
  scenario.end = scenario.arrivals.back().clock + 40000;
  return scenario;
}

DramParameters per_bank_closed() {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::per_bank;
  parameters.page_policy = PagePolicy::closed;
  return parameters;
}

/// Per-bank refreshes fall due a few clocks after a row was read to its end: bank 0 at 780, bank 1
/// at 1560... each a clock later within the reads of its bank.
BusScenario refreshes_after_reads() {
  BusScenario scenario{"refreshes after reads", per_bank_closed(), {}, 780 * 81};
  for (unsigned visit = 1; visit <= 80; ++visit) {
    for (unsigned burst = 0; burst < 6; ++burst) {
      scenario.arrivals.push_back(
          read_at(780 * visit - 60 - visit % 60, (visit - 1) % 8, 0, 16 * burst));
    }
  }
  return scenario;
}

/// Per-bank refreshes of rank 0 fall due while four of its other banks are activated as fast as
/// they may. Writes to an open row of rank 1 keep the data bus meanwhile, so that no column command
/// of rank 0 takes the CA bus when the next ACT wants it.
BusScenario refreshes_among_activations() {
  BusScenario scenario{"refreshes among activations", per_bank_closed(), {}, 780 * 82};
  scenario.parameters.ranks = 2;
  for (unsigned visit = 1; visit <= 80; ++visit) {
    const DramClock due = 390 + 780 * visit;
    const DramClock start = visit % 2 == 0 ? due - 40 - visit / 2 % 30 : due + 8 - visit / 2 % 40;
    for (unsigned write = 0; write < 30; ++write) {
      scenario.arrivals.push_back(write_at(start - 60, visit % 8, 0, 16 * write, 1));
    }
    for (unsigned other = 1; other <= 4; ++other) {
      scenario.arrivals.push_back(write_at(start, (visit + other) % 8, 0));
    }
  }
  return scenario;
}

/// All-bank refreshes fall due among writes, some of which close their row.
BusScenario refreshes_after_writes() {
  DramParameters parameters = per_bank_closed();
  parameters.refresh = RefreshMode::all_bank;
  BusScenario scenario{"refreshes after writes", parameters, {}, 6246 * 81};
  for (unsigned visit = 1; visit <= 80; ++visit) {
    for (unsigned burst = 0; burst < 8; ++burst) {
      const DramClock clock = 6246 * visit - 40 - visit;
      scenario.arrivals.push_back(write_at(clock, 0, 0, 16 * burst));
      if (burst % 2 == 1) scenario.arrivals.push_back(write_at(clock, 1 + burst / 2, 0));
    }
  }
  return scenario;
}

/// More work than time, so that refreshes are put off and then come in a row.
BusScenario refreshes_put_off() {
  DramParameters parameters = quiet_parameters();
  parameters.refresh = RefreshMode::all_bank;
  parameters.refresh_postpone = 2;
  return random_scenario("refreshes put off", parameters, 3, 12, 3000);
}

std::vector<BusScenario> all_scenarios() {
  std::vector<BusScenario> all = {refreshes_after_reads(), refreshes_among_activations(),
                                  refreshes_put_off(), refreshes_after_writes()};
  for (const PagePolicy policy : {PagePolicy::open, PagePolicy::closed, PagePolicy::adaptive}) {
    for (const RefreshMode refresh :
         {RefreshMode::none, RefreshMode::all_bank, RefreshMode::per_bank}) {
      for (const unsigned ranks : {1U, 2U}) {
        DramParameters parameters = quiet_parameters();
        parameters.page_policy = policy;
        parameters.refresh = refresh;
        parameters.ranks = ranks;
        parameters.page_timeout = 90;
        const std::string name = "mixture " + std::to_string(static_cast<int>(policy)) +
                                 std::to_string(static_cast<int>(refresh)) + std::to_string(ranks);
        all.push_back(random_scenario(name + " dense", parameters, 3, 0));
        all.push_back(random_scenario(name + " sparse", parameters, 2, 60));
        parameters.power_down = 1;
        parameters.self_refresh = 60;
        all.push_back(random_scenario(name + " sleepy", parameters, 2, 150));
        parameters.power_down = 0;
        parameters.self_refresh = 1;
        all.push_back(random_scenario(name + " asleep", parameters, 2, 700));
      }
    }
  }
  return all;
}

}  // namespace

const std::vector<BusScenario>& bus_scenarios() {
  static const std::vector<BusScenario> all = all_scenarios();
  return all;
}

}  // namespace tensordash::testing
