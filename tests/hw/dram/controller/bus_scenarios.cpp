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

std::vector<BusScenario> all_scenarios() {
  std::vector<BusScenario> all;
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
