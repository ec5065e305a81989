#include "platform/dram/bench_json.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "hw/dram/monitor/monitor_table.h"
#include "platform/dram/dram_json.h"
#include "platform/dram/dram_table.h"
#include "platform/run/settings_json.h"
#include "platform/text/text_table.h"

namespace tensordash {
namespace {

using Json = nlohmann::ordered_json;
using IdleLatencies = std::array<std::optional<DramClock>, all_row_outcomes.size()>;

Json workload_json(const DramBenchReport& report) {
  const DramBenchRequest& request = report.request;
  Json workload;
  if (request.trace) {
    workload["trace"] = request.trace->string();
  } else {
    workload["pattern"] = request.pattern;
    workload["seed"] = request.shape.seed;
  }
  workload["requests"] = report.requests;
  workload["failed"] = report.failed;
  workload["bytes_per_request"] = request.shape.bytes;
  workload["in_flight_bursts"] = request.settings.number("dram.in_flight");
  workload["transport"] = request.transport == BenchTransport::at ? "at" : "lt";
  return workload;
}

/// The least latencies of single reads by what they found, clocks of the front end included, when
/// that is what ran: requests of the idle pattern that are one burst each. (The bursts behind a
/// first one always hit.)
std::optional<IdleLatencies> idle_latencies(const DramBenchReport& report) {
  const DramBenchRequest& request = report.request;
  if (request.trace || request.pattern != "idle") return std::nullopt;
  if (request.transport != BenchTransport::at) return std::nullopt;
  if (request.shape.bytes > report.configuration.burst_bytes()) return std::nullopt;
  IdleLatencies idle;
  for (const RowOutcome outcome : all_row_outcomes) {
    const LatencyHistogram& latency = report.statistics.burst_latency[index_of(outcome)];
    if (latency.count() == 0) continue;
    idle[index_of(outcome)] = latency.min() + report.configuration.parameters.front_clocks;
  }
  return idle;
}

Json idle_json(const DramBenchReport& report) {
  const auto idle = idle_latencies(report);
  if (!idle) return nullptr;
  const auto value = [&idle](RowOutcome outcome) {
    const auto clocks = (*idle)[index_of(outcome)];
    return clocks ? Json(*clocks) : Json(nullptr);
  };
  return {{"hit_tck", value(RowOutcome::hit)},
          {"closed_tck", value(RowOutcome::closed)},
          {"conflict_tck", value(RowOutcome::conflict)}};
}

std::string idle_text(const DramBenchReport& report) {
  const auto idle = idle_latencies(report);
  if (!idle) return "";
  const auto value = [&](const char* name, RowOutcome outcome) {
    const auto clocks = (*idle)[index_of(outcome)];
    if (!clocks) return fmt::format("{} never seen", name);
    return fmt::format("{} {} tCK ({:.1f} ns)", name, *clocks,
                       report.statistics.nanoseconds(static_cast<double>(*clocks)));
  };
  return fmt::format("\nidle latency of a read of {} B: {}, {}, {}\n", report.request.shape.bytes,
                     value("row hit", RowOutcome::hit), value("closed bank", RowOutcome::closed),
                     value("conflict", RowOutcome::conflict));
}

Json monitor_json(const MonitorReport& monitor) {
  Json rules = Json::array();
  for (const BusRuleRecord& record : monitor.rules) {
    const auto seen = record.seen();
    rules.push_back({{"rule", record.rule.name},
                     {"from", record.rule.from.names()},
                     {"to", record.rule.to.names()},
                     {"scope", name_of(record.rule.scope)},
                     {"required_tck", record.rule.required},
                     {"minimum_tck", seen ? Json(*seen) : Json(nullptr)},
                     {"pairs", record.pairs}});
  }
  return {{"commands", monitor.commands},
          {"violations", monitor.violations},
          {"first_violations", monitor.first_violations},
          {"rules", std::move(rules)}};
}

/// Keys of dram_json that tell of bursts and commands.
constexpr std::array<const char*, 15> measured_on_the_bus = {"bytes_read_moved",
                                                             "bytes_written_moved",
                                                             "burst_latency",
                                                             "bursts_read",
                                                             "bursts_written",
                                                             "bursts_masked",
                                                             "rows",
                                                             "commands",
                                                             "ca_utilisation",
                                                             "dq_read_utilisation",
                                                             "queue_depth",
                                                             "dq_write_utilisation",
                                                             "refreshes_due_max",
                                                             "channels",
                                                             "energy"};

}  // namespace

Json bench_json(const DramBenchReport& report) {
  Json json;
  json["format"] = "tensordash-dram/1";
  json["workload"] = workload_json(report);
  json["keys"] = settings_json(report.request.settings, dram_keys());
  const DramEnergy energy = dram_energy(report.configuration, report.statistics);
  json.update(dram_json(report.configuration, report.statistics, energy));
  if (report.request.transport == BenchTransport::lt) {
    // Estimates give no bursts and no commands: nothing is not the same as none.
    for (const char* key : measured_on_the_bus) json[key] = nullptr;
  }
  json["idle"] = idle_json(report);
  json["monitor"] = report.monitor ? monitor_json(*report.monitor) : Json(nullptr);
  return json;
}

std::string bench_table(const DramBenchReport& report) {
  const DramBenchRequest& request = report.request;
  std::string text =
      fmt::format("{} requests of {} B, {}, {} bursts in flight a channel, {}\n\n",
                  grouped(report.requests), request.shape.bytes,
                  request.trace ? "trace " + request.trace->string() : "pattern " + request.pattern,
                  request.settings.number("dram.in_flight"),
                  request.transport == BenchTransport::at ? "AT" : "LT (estimates, no commands)");
  text += request.transport == BenchTransport::at
              ? dram_table(report.configuration, report.statistics,
                           dram_energy(report.configuration, report.statistics))
              : estimate_table(report.configuration, report.statistics);
  text += idle_text(report);
  if (report.monitor) {
    text += fmt::format("\nmonitor: {} commands, {} violations\n",
                        grouped(report.monitor->commands), grouped(report.monitor->violations));
    for (const std::string& violation : report.monitor->first_violations) {
      text += "  " + violation + "\n";
    }
  }
  std::uint64_t bursts = 0;
  for (const ChannelStatistics& channel : report.statistics.channels) {
    bursts += channel.bursts_read() + channel.bursts_written();
  }
  text += fmt::format("simulated in {:.2f} s", report.wall_seconds);
  if (bursts != 0 && report.wall_seconds > 0.0) {
    text += fmt::format(
        ", {} bursts a second",
        grouped(static_cast<std::uint64_t>(static_cast<double>(bursts) / report.wall_seconds)));
  }
  return text + "\n";
}

}  // namespace tensordash
