#include "platform/dram/dram_bench.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <memory>
#include <system_error>

#include "hw/dram/lpddr4.h"
#include "hw/dram/monitor/command_bus_monitor.h"
#include "hw/dram/monitor/monitor_table.h"
#include "hw/dram/trace/command_csv.h"
#include "platform/dram/channel_dump.h"
#include "platform/dram/command_file.h"
#include "platform/dram/lt_traffic.h"
#include "platform/dram/traffic.h"
#include "platform/run/interrupt.h"
#include "platform/run/progress_line.h"

namespace tensordash {
namespace {

std::unique_ptr<RequestSource> open_source(const DramBenchRequest& request,
                                           const DramConfiguration& configuration) {
  const std::uint64_t size = AddressMap(configuration).size();
  if (request.shape.bytes == 0 || request.shape.bytes > 4096 || request.shape.bytes > size) {
    throw DramError(fmt::format("a request has {} bytes; allowed: 1 to 4096", request.shape.bytes));
  }
  if (request.trace) return trace_file_source(*request.trace, size, request.shape.bytes);
  if (request.shape.requests == 0) throw DramError("0 requests; allowed: 1 or more");
  return pattern_source(request.pattern, request.shape, configuration);
}

/// A source whose errors wait outside of the simulation: the kernel would wrap what a process
/// throws. Requests end at an error.
class GuardedSource : public RequestSource {
 public:
  explicit GuardedSource(std::unique_ptr<RequestSource> source) : source_(std::move(source)) {}

  std::optional<DramRequest> next() override {
    if (error_) return std::nullopt;
    try {
      return source_->next();
    } catch (...) {
      error_ = std::current_exception();
      return std::nullopt;
    }
  }

  /// Throws the error if there was one.
  void check() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::unique_ptr<RequestSource> source_;
  std::exception_ptr error_;
};

/// A monitor on the bus of every channel.
class Monitors {
 public:
  Monitors(Lpddr4<>& memory, bool wanted) {
    if (!wanted) return;
    const unsigned channels = memory.configuration().parameters.channels;
    for (unsigned at = 0; at < channels; ++at) {
      monitors_.push_back(std::make_unique<CommandBusMonitor>(
          fmt::format("monitor_{}", at).c_str(), memory.configuration(), ViolationReports::none));
      memory.channel(at).commands.bind(*monitors_.back());
      memory.channel(at).resets.bind(*monitors_.back());
    }
  }

  std::optional<MonitorReport> report(DramClock end) {
    if (monitors_.empty()) return std::nullopt;
    MonitorReport report;
    for (const auto& monitor : monitors_) {
      monitor->finish(end);
      report.commands += monitor->checker().command_count();
      report.violations += monitor->violation_count();
      for (const BusViolation& violation : monitor->violations()) {
        if (report.first_violations.size() == most_told) break;
        report.first_violations.push_back(
            fmt::format("{}: {}", monitor->basename(), describe(violation)));
      }
      if (report.rules.empty()) {
        report.rules = monitor->rules();
      } else {
        merge_rules(report.rules, monitor->rules());
      }
    }
    return report;
  }

 private:
  static constexpr std::size_t most_told = 10;

  std::vector<std::unique_ptr<CommandBusMonitor>> monitors_;
};

/// The command bus of a channel as a file, if asked for.
class CommandsToFile {
 public:
  CommandsToFile(Lpddr4<>& memory, const DramBenchRequest& request) {
    if (!request.commands) return;
    try {
      file_ = std::make_unique<CommandFile>(*request.commands);
    } catch (const std::system_error& problem) {
      throw DramError(problem.what());  // a name that cannot be is the user's to mend
    }
    csv_ = std::make_unique<CommandCsv>("commands", file_->stream());
    memory.channel(request.channel).commands.bind(*csv_);
  }

  /// Calls `act`. When it reports an error because a write failed, throws what names the file.
  template <typename Act>
  void telling_of_the_file(Act act) const {
    try {
      act();
    } catch (const sc_core::sc_report&) {
      if (file_) file_->check();
      throw;
    }
  }

  void commit() {
    if (!csv_) return;
    telling_of_the_file([this] { csv_->close(); });
    file_->commit();
  }

 private:
  std::unique_ptr<CommandFile> file_;
  std::unique_ptr<CommandCsv> csv_;
};

/// Simulates until the traffic is done.
template <typename Traffic>
void simulate(const Traffic& traffic, const GuardedSource& source, std::uint64_t requests) {
  const sc_core::sc_time slice(200, sc_core::SC_US);
  ProgressLine progress(static_cast<double>(requests));
  progress.begin("requests", static_cast<double>(requests));
  while (!traffic.finished()) {
    sc_core::sc_start(slice);
    check_interrupted();
    source.check();
    if (requests != 0) {
      progress.show(static_cast<double>(traffic.count().done) / static_cast<double>(requests),
                    fmt::format("{} of {}", traffic.count().done, requests));
    }
  }
  progress.clear();
}

template <typename Traffic>
DramBenchReport run(const DramBenchRequest& request, const DramConfiguration& configuration) {
  GuardedSource source(open_source(request, configuration));
  Lpddr4<> memory("memory", configuration);
  Monitors monitors(memory, request.monitor);
  CommandsToFile commands(memory, request);
  ChannelDump dump(memory.channel(request.channel), request.channel, configuration, request.vcd);
  Traffic traffic("traffic", configuration, source, request.shape.bytes,
                  request.settings.number("dram.in_flight"));
  traffic.socket.bind(memory.socket);
  const auto start = std::chrono::steady_clock::now();
  commands.telling_of_the_file(
      [&] { simulate(traffic, source, request.trace ? 0 : request.shape.requests); });
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  commands.commit();
  dump.finish();
  DramBenchReport report{request,
                         configuration,
                         memory.statistics(),
                         traffic.count().done,
                         traffic.count().failed,
                         std::nullopt,
                         wall.count()};
  report.monitor = monitors.report(report.statistics.end_clock);
  return report;
}

}  // namespace

DramBenchReport run_dram_bench(const DramBenchRequest& request) {
  DramParameters parameters = request.settings.parameters();
  parameters.store_data = false;  // nobody looks at it
  const DramConfiguration configuration(parameters);
  if (request.channel >= configuration.parameters.channels) {
    throw DramError(fmt::format("channel {} is not there; allowed: 0 to {}", request.channel,
                                configuration.parameters.channels - 1));
  }
  if (request.transport == BenchTransport::at) return run<DramTraffic>(request, configuration);
  if (request.commands || request.vcd) {
    throw DramError("loosely timed requests give no commands to trace; allowed: transport at");
  }
  return run<LtTraffic>(request, configuration);
}

}  // namespace tensordash
