#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/dram/dram_bench.h"

namespace tensordash::testing {

/// A line of a command trace; what a command does not have is 0.
struct CommandLine {
  DramClock clock = 0;
  std::string command;
  unsigned rank = 0, bank = 0, row = 0, column = 0;
};

/// A request for a pattern on one channel of one rank, with settings such as "dram.refresh=none"
/// after that.
DramBenchRequest bench_request(const std::string& pattern,
                               const std::vector<std::string>& settings = {},
                               std::uint64_t requests = 100000);

/// Runs it in a SystemC kernel of its own. A warning or an error there fails the test.
DramBenchReport run_alone(const DramBenchRequest& request);

/// The same, and fails the test unless every request was answered well and the monitors saw
/// commands, all of them legal.
DramBenchReport run_clean(const DramBenchRequest& request);

/// A command trace. Fails the test when the header is not the documented one.
std::vector<CommandLine> read_commands(const std::filesystem::path& file);

}  // namespace tensordash::testing
