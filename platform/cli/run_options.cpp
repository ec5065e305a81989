#include "platform/cli/run_options.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <charconv>

#include "platform/run/fast_runner.h"
#include "platform/run/level.h"

namespace tensordash {
namespace {

std::string footer() {
  std::string text = "Configuration keys (--set key=value, or YAML with --config):\n";
  for (const KeyDescription& key : config_keys()) {
    text += fmt::format("  {:<24} {:<10} {} [{}]\n", key.name, key.initial, key.help, key.allowed);
  }
  text +=
      "\nExamples:\n"
      "  tensordash run traces/shapes-cnn/epoch0\n"
      "      every layer and operation, verified, as a table\n"
      "  tensordash run traces/shapes-cnn/epoch6 --layer c3 --op forward --set tile.rows=1\n"
      "      one layer, one operation, tiles of one row\n"
      "  tensordash run traces/edge-cases --set accumulate=exact --json report.json --outputs out\n"
      "      exact accumulation; report and output tensors to files\n"
      "  tensordash run traces/shapes-cnn/epoch0 --layer c3 --op forward --level pin --set "
      "memory=ideal "
      "--vcd c3.vcd --vcd-window 0:200\n"
      "      waves of tile 0 for the first 200 clocks\n"
      "  tensordash run traces/shapes-cnn/epoch0 --layer c3 --explain\n"
      "      also where the lane-cycles went: waits for the memory, idle lanes and why, pairs by "
      "their zeros\n"
      "  tensordash run traces/shapes-cnn/epoch0 --set memory=ideal\n"
      "      schedules alone: operands are there whenever a staging buffer asks\n"
      "  tensordash run resnet50 --batch 16 --sparsity activations=0.6,gradients=0.8 --verify "
      "none\n"
      "      a whole network with synthetic values, timing only\n"
      "  tensordash run traces/shapes-cnn/epoch0 --json report.json --resume\n"
      "      go on where a run with the same words was interrupted\n"
      "  tensordash run traces/shapes-cnn/epoch0 --set memory=modelled --fault "
      "flip:c1:forward:weights:12.3\n"
      "      bit 3 of byte 12 of c1's weights in DRAM is wrong: ends with status 3 and one line\n"
      "\nExit status: 0 ran, and what was verified is right, 1 an output differs from the golden,\n"
      "2 bad usage or input, "
      "3 anything else (disk full, a fault of the memory, internal), 130 interrupted (Ctrl-C), 143 "
      "terminated.\n";
  return text;
}

std::uint64_t clock_number(const std::string& text, std::uint64_t when_empty) {
  if (text.empty()) return when_empty;
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) {
    throw RequestError(fmt::format(
        "--vcd-window: '{}' is no clock number; write FROM:TO, either may be left out", text));
  }
  return value;
}

}  // namespace

void RunOptions::declare(CLI::App& run) {
  run.add_option("trace", trace, "A trace folder (tensordash-trace/1), or a network's name")
      ->required()
      ->type_name("TRACE|NETWORK");
  run.add_option("--layer", layers, "Run this layer only; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  run.add_option("--op", operations,
                 "Run this operation only: forward, backward_data or backward_weights; may be "
                 "repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  run.add_option("--level", level,
                 "Model to run on: fast (counts the same cycles), pin (signals and clocks)")
      ->capture_default_str()
      ->type_name("LEVEL");
  run.add_option("--verify", verify,
                 fmt::format("Outputs to compare with the golden: all, sample:N (N of every "
                             "operation) or none [all; at fast level a sample of up to {} above "
                             "2^{} multiply-accumulates an operation]",
                             FastRunner::sample_size, FastRunner::log2_most_macs_verified))
      ->type_name("all|sample:N|none");
  run.add_option("--config", config, "Configuration file")->type_name("FILE.yaml");
  run.add_option("--set", settings, "Set a configuration key; may be repeated, wins over --config")
      ->allow_extra_args(false)
      ->type_name("key=value");
  run.add_option("--json", json, "Write the report as JSON; - for standard output")
      ->type_name("FILE|-");
  run.add_flag("--resume", resume,
               "Continue an interrupted run from FILE.journal, which --json FILE keeps meanwhile");
  run.add_option("--outputs", outputs, "Write O.npy, GA.npy and GW.npy under DIR/LAYER/")
      ->type_name("DIR");
  run.add_option("--vcd", vcd, "Dump waves (pin level)")->type_name("FILE.vcd");
  run.add_option(
         "--vcd-scope", scopes,
         "Instance to dump, e.g. array.tile_0.scheduler_1; may be repeated [array.tile_0 "
         "and array.memory_0.pass; with a modelled memory also why that tile waits, how far "
         "loads are, and array.port]")
      ->allow_extra_args(false)
      ->type_name("SCOPE");
  run.add_option("--vcd-window", window,
                 "Dump clocks FROM up to, not including, TO of the whole run; either may be left "
                 "out [0:20000]")
      ->type_name("FROM:TO");
  run.add_option("--fault", faults,
                 "Damage the modelled DRAM; may be repeated. KIND is flip (of a bit) or error (of "
                 "the DRAM's answer), TENSOR one that the operation reads, or outputs for errors, "
                 "PLACE is BYTE or data+BYTE of its slots, or directory+BYTE, and .BIT of a flip")
      ->allow_extra_args(false)
      ->type_name("KIND:LAYER:OPERATION:TENSOR:PLACE");
  run.add_flag("--explain", explain,
               "A second table: where the lane-cycles went (fill, idle lanes and why, pairs by "
               "their zeros)");
  run.add_flag("--quiet", quiet, "No table")->excludes("--explain");
  for (const char* option : {"--config", "--json", "--outputs", "--vcd", "--vcd-window"}) {
    run.get_option(option)->check([option](const std::string& value) {
      return value.empty() ? std::string(option) + " needs a value that is not empty"
                           : std::string();
    });
  }
  synthetic.declare(run);
  run.footer(footer());
}

RunRequest RunOptions::request() const {
  RunRequest request;
  request.trace = trace;
  if (synthetic.given() && std::filesystem::exists(trace)) {
    throw RequestError(fmt::format(
        "--batch, --sparsity, --cluster and --seed are for networks, and '{}' is a trace", trace));
  }
  request.synthetic = synthetic.parameters();
  request.layers = layers;
  for (const std::string& name : operations) {
    const auto operation = operation_named(name);
    if (!operation) {
      throw RequestError(fmt::format(
          "no operation '{}'; allowed: forward, backward_data, backward_weights", name));
    }
    request.operations.push_back(*operation);
  }
  request.level = level_named(level).name;
  if (verify) request.verify = verify_request(*verify);
  if (!config.empty()) request.config.read_yaml(config);
  for (const std::string& setting : settings) request.config.set_assignment(setting);
  if (!json.empty()) request.json = json;
  request.resume = resume;
  if (!outputs.empty()) request.outputs = outputs;
  request.waves = wave_request();
  for (const std::string& fault : faults) request.faults.push_back(fault_request(fault));
  require_able(level_named(level), request);
  return request;
}

std::optional<WaveRequest> RunOptions::wave_request() const {
  if (vcd.empty()) {
    if (!scopes.empty() || !window.empty()) {
      throw RequestError("--vcd-scope and --vcd-window need --vcd FILE.vcd");
    }
    return std::nullopt;
  }
  constexpr std::uint64_t default_window = 20000;  // some 300 megabytes of one tile
  WaveRequest waves;
  waves.file = vcd;
  waves.scopes = scopes;
  const auto colon = window.find(':');
  if (window.empty()) {
    waves.to = default_window;
  } else if (colon == std::string::npos) {
    throw RequestError(fmt::format("--vcd-window is '{}'; write FROM:TO", window));
  } else {
    waves.from = clock_number(window.substr(0, colon), 0);
    waves.to = clock_number(window.substr(colon + 1), waves.to);
  }
  return waves;
}

}  // namespace tensordash
