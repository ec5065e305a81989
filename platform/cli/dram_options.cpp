#include "platform/cli/dram_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "hw/dram/monitor/monitor_table.h"
#include "platform/dram/bench_json.h"
#include "platform/run/interrupt.h"
#include "platform/run/report_file.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

std::string footer() {
  std::string text = "Patterns:\n";
  for (const DramPattern& pattern : dram_patterns()) {
    text += fmt::format("  {:<12}{}\n", pattern.name, pattern.help);
  }
  text += "\nConfiguration keys (--set key=value, or YAML with --config):\n";
  for (const KeyDescription& key : dram_keys()) {
    text += fmt::format("  {:<28}{:<18} {} [{}]\n", key.name,
                        key.initial.empty() ? "(none)" : key.initial, key.help, key.allowed);
  }
  text +=
      "\nExamples:\n"
      "  tensordash dram --pattern seq_read --set dram.channels=1 --set dram.ranks=1\n"
      "      bandwidth of one channel under refresh\n"
      "  tensordash dram --pattern rand_read --set dram.channels=1 --set dram.page_policy=closed "
      "--explain\n"
      "      also how close to each limit the commands came\n"
      "  tensordash dram --trace requests.txt --json report.json --commands bus.csv\n"
      "      lines `R|W 0xADDR [clock]`; report and command bus of channel 0 to files\n"
      "\nExit status: 0 ran and every command was legal, 1 the monitor found a violation or a "
      "request failed,\n2 bad usage or input, 3 anything else (disk full, internal), 130 "
      "interrupted (Ctrl-C), 143 terminated.\n";
  return text;
}

}  // namespace

void DramOptions::declare(CLI::App& dram) {
  auto* const pattern_option =
      dram.add_option("--pattern", pattern, "Requests made by rule; see below")->type_name("NAME");
  auto* const trace_option =
      dram.add_option("--trace", trace, "Requests of a file: lines `R|W 0xADDR [clock]`")
          ->type_name("FILE")
          ->excludes(pattern_option);
  dram.add_option("--requests", shape.requests, "How many, of a pattern")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000'000}))
      ->excludes(trace_option)
      ->type_name("N");
  dram.add_option("--bytes", bytes, "Bytes of a request, 1 to 4096")
      ->default_str("64, idle 32")
      ->check(CLI::Range(1U, 4096U))
      ->type_name("N");
  dram.add_option("--seed", shape.seed, "Of random patterns")
      ->capture_default_str()
      ->excludes(trace_option)
      ->type_name("N");
  dram.add_option(
          "--transport", transport,
          "at: four phases, simulated; lt: b_transport, estimated (writes are not gathered: see "
          "hw/dram/controller/README.md)")
      ->capture_default_str()
      ->check(CLI::IsMember({"at", "lt"}))
      ->type_name("at|lt");
  dram.add_option("--config", config, "Configuration file")->type_name("FILE.yaml");
  dram.add_option("--set", settings, "Set a configuration key; may be repeated, wins over --config")
      ->allow_extra_args(false)
      ->type_name("key=value");
  dram.add_option("--json", json, "Write the report as JSON; - for standard output")
      ->type_name("FILE|-");
  dram.add_option(
          "--commands", commands,
          "Write the command bus of a channel as CSV: clock,command,rank,bank,row,column; clocks "
          "are those of first edges")
      ->type_name("FILE");
  dram.add_option("--vcd", vcd, "Dump waves of a channel's state")->type_name("FILE.vcd");
  dram.add_option("--channel", channel, "The channel of --commands and --vcd")
      ->capture_default_str()
      ->type_name("N");
  dram.add_flag("--no-monitor", no_monitor, "Do not check the command bus; faster");
  dram.add_flag("--explain", explain, "Also the least distance seen for every timing rule");
  dram.add_flag("--quiet", quiet, "No table")->excludes("--explain");
  for (const char* option : {"--pattern", "--trace", "--config", "--json", "--commands", "--vcd"}) {
    dram.get_option(option)->check([option](const std::string& value) {
      return value.empty() ? std::string(option) + " needs a value that is not empty"
                           : std::string();
    });
  }
  dram.footer(footer());
}

DramBenchRequest DramOptions::request() const {
  if (pattern.empty() && trace.empty()) {
    throw RequestError("no requests; give --pattern NAME or --trace FILE (see dram --help)");
  }
  DramBenchRequest request;
  if (!config.empty()) request.settings.read_yaml(config);
  for (const std::string& setting : settings) request.settings.set_assignment(setting);
  request.pattern = pattern;
  if (!trace.empty()) request.trace = trace;
  request.shape = shape;
  request.shape.bytes = bytes.value_or(default_bytes(pattern));
  request.transport = transport == "lt" ? BenchTransport::lt : BenchTransport::at;
  request.monitor = !no_monitor && request.transport == BenchTransport::at;
  request.channel = channel;
  if (commands == "-" || vcd == "-") {
    throw RequestError("--commands and --vcd need a file; only --json may be -, standard output");
  }
  if (!commands.empty()) request.commands = commands;
  if (!vcd.empty()) request.vcd = vcd;
  return request;
}

bool DramOptions::run() const {
  const InterruptWatch watch;
  const DramBenchRequest asked = request();
  const ReportFile file(json.empty() ? std::nullopt : std::optional<std::filesystem::path>(json));
  const DramBenchReport report = run_dram_bench(asked);
  file.write_json(bench_json(report));
  if (!quiet) {
    // With the report on standard output the table steps aside.
    std::FILE* const stream = json == "-" ? stderr : stdout;
    fmt::print(stream, "{}", bench_table(report));
    if (explain && report.monitor) {
      fmt::print(stream, "\n{}", monitor_table(report.monitor->rules));
    }
  }
  return report.failed == 0 && (!report.monitor || report.monitor->violations == 0);
}

}  // namespace tensordash
