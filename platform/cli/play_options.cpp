#include "platform/cli/play_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "platform/run/run_request.h"

namespace tensordash {
namespace {

constexpr const char* footer =
    "A script has a command a line; platform/player/README.md has them all. Configuration keys "
    "are\n"
    "those of `tensordash run --help`.\n"
    "\nExamples:\n"
    "  tensordash play platform/player/examples/layer.td\n"
    "      a convolution of a recorded training step, compared with what it has to give\n"
    "  tensordash play platform/player/examples/layer.td --level pin --set tiles=4 --verbose\n"
    "      the same on signals and clocks of a smaller machine, every line with its time\n"
    "\nExit status: 0 the script was played to its end, 1 a line of it was not met, 2 bad usage, a "
    "bad\nscript or a data file that it lacks, 3 anything else (disk full, internal), 130 "
    "interrupted (Ctrl-C), 143 terminated.\n";

}  // namespace

void PlayOptions::declare(CLI::App& play) {
  play.add_option("script", script, "The script")->required()->type_name("SCRIPT");
  play.add_option("--transport", transport,
                  "How the accelerator accesses memory: lt (b_transport and pointers) or at "
                  "(nb_transport) [lt; at with --level pin, which needs it]")
      ->check(CLI::IsMember({"lt", "at"}))
      ->type_name("lt|at");
  play.add_option("--level", level, "Model to run on: fast, or pin (signals and clocks)")
      ->capture_default_str()
      ->check(CLI::IsMember({"fast", "pin"}))
      ->type_name("LEVEL");
  play.add_option("--memory", memory,
                  "How the script accesses memory: debug (takes no time), timed (b_transport) or "
                  "automatic (debug, timed where that does not go)")
      ->capture_default_str()
      ->check(CLI::IsMember({"automatic", "debug", "timed"}))
      ->type_name("HOW");
  play.add_option("--config", config, "Configuration file")->type_name("FILE.yaml");
  play.add_option("--set", settings, "Set a configuration key; may be repeated, wins over --config")
      ->allow_extra_args(false)
      ->type_name("key=value");
  play.add_option("--dumps", dumps, "Folder for the files that the script dumps [.]")
      ->type_name("DIR");
  auto* const verbose_flag = play.add_flag("--verbose", verbose, "Print every line with its time");
  play.add_flag("--quiet", quiet, "Print nothing but errors")->excludes(verbose_flag);
  for (const char* option : {"--config", "--dumps"}) {
    play.get_option(option)->check([option](const std::string& value) {
      return value.empty() ? std::string(option) + " needs a value that is not empty"
                           : std::string();
    });
  }
  play.footer(footer);
}

PlayRequest PlayOptions::request() const {
  PlayRequest request;
  request.script = script;
  const bool pin = level == "pin";
  if (pin && transport == "lt") {
    throw RequestError("--level pin needs --transport at; allowed with lt: --level fast");
  }
  request.accelerator.level = pin ? EngineLevel::pin : EngineLevel::fast;
  request.accelerator.transport =
      pin || transport == "at" ? Transport::approximately_timed : Transport::loosely_timed;
  if (!config.empty()) request.accelerator.machine.read_yaml(config);
  for (const std::string& setting : settings) request.accelerator.machine.set_assignment(setting);
  request.player.memory = memory == "debug"   ? MemoryReach::debug
                          : memory == "timed" ? MemoryReach::timed
                                              : MemoryReach::automatic;
  request.player.dumps = dumps;
  if (!quiet) request.player.output = &std::cout;
  if (verbose) request.player.transcript = &std::cout;
  return request;
}

std::optional<PlayFailure> PlayOptions::play() const {
  const PlayResult result = tensordash::play(request());
  if (!quiet && !result.failure) {
    std::cout << fmt::format("{}: {} commands, all right, at {}\n", script, result.lines,
                             result.end.to_string());
  }
  return result.failure;
}

}  // namespace tensordash
