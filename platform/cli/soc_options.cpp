#include "platform/cli/soc_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "platform/run/interrupt.h"
#include "platform/soc_run/soc_run.h"
#include "platform/soc_run/soc_table.h"

namespace tensordash {
namespace {

constexpr const char* footer =
    "The system: bus, interrupt controller, timer, SRAM for the ring of descriptors, LPDDR4 for "
    "tensors,\n"
    "one accelerator, and a host that runs the C driver. For each layer the program lays the "
    "operands\n"
    "down, queues all operations, waits for them, reads the results back and verifies them. "
    "Operands\n"
    "are laid down, and results read back, through debug access, which costs no simulated time; "
    "with\n"
    "--plain they are in C order there, and descriptors convert operands into groups and results "
    "back.\n"
    "\n"
    "Verified results are compared bit for bit with the fast engine's and judged by the golden, as "
    "`run`\n"
    "does; the accelerator's steps must be those of the fast engine. Nothing dense is run for "
    "comparison.\n"
    "\n"
    "Configuration keys are those of `tensordash run --help` but for memory, sync, power_gating "
    "and\n"
    "mapping.file, which keep their defaults; dram.* are of the LPDDR4.\n"
    "\n"
    "Examples:\n"
    "  tensordash soc traces/shapes-cnn/epoch0\n"
    "      every layer and operation, loosely timed, verified, as a table\n"
    "  tensordash soc squeezenet1_1 --batch 1 --dmi on --quantum 10000\n"
    "      a whole network with synthetic values, through pointers\n"
    "  tensordash soc traces/edge-cases --transport at --level pin --json report.json\n"
    "      approximately timed, the accelerator on signals and clocks\n"
    "\nExit status: 0 ran, and what was verified is right, 1 an output is wrong, 2 bad usage or "
    "input,\n"
    "3 anything else (disk full, an error of the accelerator, internal), 130 interrupted (Ctrl-C), "
    "143\nterminated.\n";

}  // namespace

void SocOptions::declare(CLI::App& soc) {
  soc.add_option("trace", trace, "A trace folder (tensordash-trace/1), or a network's name")
      ->required()
      ->type_name("TRACE|NETWORK");
  soc.add_option("--layer", layers, "Run this layer only; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  soc.add_option("--op", operations,
                 "Run this operation only: forward, backward_data or backward_weights; may be "
                 "repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  soc.add_option("--transport", transport,
                 "Accelerator to memory: lt (b_transport, estimated), at (nb_transport, simulated)")
      ->capture_default_str()
      ->check(CLI::IsMember({"lt", "at"}))
      ->type_name("lt|at");
  soc.add_option("--level", level,
                 "The accelerator's inside: fast, pin (signals and clocks, with --transport at)")
      ->capture_default_str()
      ->check(CLI::IsMember({"fast", "pin"}))
      ->type_name("fast|pin");
  soc.add_option("--quantum", quantum_ns,
                 "How far host and accelerator may run ahead of simulation time")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000}))
      ->type_name("NS");
  soc.add_option("--dmi", dmi, "Memory through pointers (with --transport lt): on, off")
      ->capture_default_str()
      ->check(CLI::IsMember({"on", "off"}))
      ->type_name("on|off");
  soc.add_option("--wait", wait, "The host sleeps until an interrupt (irq), or polls")
      ->capture_default_str()
      ->check(CLI::IsMember({"irq", "poll"}))
      ->type_name("irq|poll");
  soc.add_flag("--plain", plain,
               "Tensors in C order, which the accelerator converts from and to groups");
  soc.add_option("--verify", verify,
                 "Outputs to verify, as `run` has it: all, sample:N or none [as of `run` at fast "
                 "level]")
      ->type_name("all|sample:N|none");
  soc.add_option("--config", config, "Configuration file")->type_name("FILE.yaml");
  soc.add_option("--set", settings, "Set a configuration key; may be repeated, wins over --config")
      ->allow_extra_args(false)
      ->type_name("key=value");
  soc.add_option("--json", json, "Write the report as JSON; - for standard output")
      ->type_name("FILE|-");
  soc.add_option("--outputs", outputs, "Write O.npy, GA.npy and GW.npy under DIR/LAYER/")
      ->type_name("DIR");
  soc.add_flag("--quiet", quiet, "No table");
  for (const char* option : {"--config", "--json", "--outputs"}) {
    soc.get_option(option)->check([option](const std::string& value) {
      return value.empty() ? std::string(option) + " needs a value that is not empty"
                           : std::string();
    });
  }
  synthetic.declare(soc);
  soc.footer(footer);
}

SocRequest SocOptions::request() const {
  SocRequest request;
  request.run.trace = trace;
  if (synthetic.given() && std::filesystem::exists(trace)) {
    throw RequestError(fmt::format(
        "--batch, --sparsity, --cluster and --seed are for networks, and '{}' is a trace", trace));
  }
  request.run.synthetic = synthetic.parameters();
  request.run.layers = layers;
  for (const std::string& name : operations) {
    const auto operation = operation_named(name);
    if (!operation) {
      throw RequestError(fmt::format(
          "no operation '{}'; allowed: forward, backward_data, backward_weights", name));
    }
    request.run.operations.push_back(*operation);
  }
  if (verify) request.run.verify = verify_request(*verify);
  if (!config.empty()) request.run.config.read_yaml(config);
  for (const std::string& setting : settings) request.run.config.set_assignment(setting);
  if (!json.empty()) request.run.json = json;
  if (!outputs.empty()) request.run.outputs = outputs;
  request.transport = transport == "at" ? Transport::approximately_timed : Transport::loosely_timed;
  request.level = level == "pin" ? EngineLevel::pin : EngineLevel::fast;
  request.quantum_ns = quantum_ns;
  request.dmi = dmi == "on";
  request.wait = wait == "poll" ? HostWait::poll : HostWait::interrupt;
  request.plain = plain;
  require_sensible(request);
  return request;
}

bool SocOptions::run() const {
  const InterruptWatch watch;
  const SocReport report = run_soc(request());
  // With the report on standard output the table steps aside.
  if (!quiet) fmt::print(json == "-" ? stderr : stdout, "{}", soc_table(report));
  return report.verified().value_or(true);
}

}  // namespace tensordash
