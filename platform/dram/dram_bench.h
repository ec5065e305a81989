#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hw/dram/monitor/rule_table.h"
#include "hw/dram/statistics/dram_statistics.h"
#include "platform/dram/dram_settings.h"
#include "platform/dram/request_source.h"

namespace tensordash {

/// How the bench speaks to the memory.
enum class BenchTransport { at, lt };

/// A run of the DRAM bench as asked for.
struct DramBenchRequest {
  DramSettings settings;
  std::string pattern;                         ///< a name, unless there is a trace
  std::optional<std::filesystem::path> trace;  ///< of requests
  PatternShape shape;
  BenchTransport transport = BenchTransport::at;
  bool monitor = true;
  unsigned channel = 0;                           ///< of the command trace and the waves
  std::optional<std::filesystem::path> commands;  ///< CSV
  std::optional<std::filesystem::path> vcd;
};

/// What the monitors of all channels saw.
struct MonitorReport {
  std::uint64_t commands = 0, violations = 0;
  std::vector<std::string> first_violations;  ///< a line each
  std::vector<BusRuleRecord> rules;
};

/// What a run showed.
struct DramBenchReport {
  DramBenchRequest request;
  DramConfiguration configuration;
  DramStatistics statistics;
  std::uint64_t requests = 0, failed = 0;
  std::optional<MonitorReport> monitor;
  double wall_seconds = 0.0;  ///< of the simulation
};

/// Runs requests on an LPDDR4 memory. Throws ConfigError or DramError for what the user can mend,
/// std::system_error when a file cannot be written, Interrupted. Files appear whole or not at all.
DramBenchReport run_dram_bench(const DramBenchRequest& request);

}  // namespace tensordash
