#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "platform/dram/dram_bench.h"

namespace tensordash {

/// A bench run as JSON: what was asked, the configuration's keys, what dram_json tells, what the
/// monitor saw. The same run gives the same bytes.
nlohmann::ordered_json bench_json(const DramBenchReport& report);

/// The same as text for a terminal, with the speed of the simulation.
std::string bench_table(const DramBenchReport& report);

}  // namespace tensordash
