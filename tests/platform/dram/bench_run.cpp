#include "tests/platform/dram/bench_run.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/systemc_test.h"

namespace tensordash::testing {
namespace {

/// A kernel for one run.
class Kernel : public SystemCTest {
 public:
  void TestBody() override {}
};

unsigned number_or_none(const std::string& word) {
  return word == "-" ? 0 : static_cast<unsigned>(std::stoul(word));
}

}  // namespace

DramBenchRequest bench_request(const std::string& pattern, const std::vector<std::string>& settings,
                               std::uint64_t requests) {
  DramBenchRequest request;
  request.settings.set("dram.channels", "1");
  request.settings.set("dram.ranks", "1");
  for (const std::string& setting : settings) request.settings.set_assignment(setting);
  request.pattern = pattern;
  request.shape.requests = requests;
  request.shape.bytes = default_bytes(pattern);
  return request;
}

DramBenchReport run_alone(const DramBenchRequest& request) {
  Kernel kernel;
  DramBenchReport report = run_dram_bench(request);
  kernel.finished();
  return report;
}

DramBenchReport run_clean(const DramBenchRequest& request) {
  DramBenchReport report = run_alone(request);
  EXPECT_EQ(report.failed, 0U);
  if (!request.trace) {
    EXPECT_EQ(report.requests, request.shape.requests);
  }
  if (!report.monitor) {
    ADD_FAILURE() << "no monitor";
    return report;
  }
  EXPECT_GE(report.monitor->commands, report.requests);
  EXPECT_EQ(report.monitor->violations, 0U)
      << (report.monitor->first_violations.empty() ? "" : report.monitor->first_violations.front());
  return report;
}

std::vector<CommandLine> read_commands(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  EXPECT_EQ(line, "clock,command,rank,bank,row,column");
  std::vector<CommandLine> commands;
  while (std::getline(stream, line)) {
    std::istringstream cells(line);
    std::vector<std::string> words;
    for (std::string word; std::getline(cells, word, ',');) words.push_back(word);
    if (words.size() != 6) {
      ADD_FAILURE() << "not six cells: " << line;
      continue;
    }
    commands.push_back({std::stoull(words[0]), words[1], number_or_none(words[2]),
                        number_or_none(words[3]), number_or_none(words[4]),
                        number_or_none(words[5])});
  }
  return commands;
}

}  // namespace tensordash::testing
