#include "platform/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <systemc>

#include "models/trace/trace.h"
#include "platform/cli/dram_options.h"
#include "platform/cli/generate_options.h"
#include "platform/cli/play_options.h"
#include "platform/cli/run_options.h"
#include "platform/cli/soc_options.h"
#include "platform/cli/study_options.h"
#include "platform/run/interrupt.h"
#include "platform/run/ledger_table.h"
#include "platform/run/memory_table.h"
#include "platform/run/pass_table.h"
#include "platform/run/report_table.h"
#include "platform/run/trace_run.h"

#ifndef TENSORDASH_VERSION
#error "TENSORDASH_VERSION comes from the build"
#endif

namespace tensordash {
namespace {

/// An error is one line, whatever a file or an argument put into it.
int complain(std::string what, int status) {
  std::replace_if(
      what.begin(), what.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  fmt::print(stderr, "tensordash: {}\n", what);
  return status;
}

/// The first line of a library's message.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// The status, unless what was printed did not all reach its file (a full disk).
int after_printing(int status) {
  std::cout.flush();
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout) return status;
  return complain("cannot write to standard output", failure);
}

/// The status of a command; what goes wrong is told in one line.
template <typename Command>
int status_of(Command command) {
  try {
    return after_printing(command());
  } catch (const Interrupted& stop) {
    return complain(stop.what(), interrupted + stop.signal());
  } catch (const RequestError& problem) {
    return complain(problem.what(), bad_usage);
  } catch (const ConfigError& problem) {
    return complain(problem.what(), bad_usage);
  } catch (const TraceError& problem) {
    return complain(problem.what(), bad_usage);
  } catch (const WaveError& problem) {
    return complain(problem.what(), bad_usage);
  } catch (const ScriptError& problem) {
    return complain(problem.what(), bad_usage);
  } catch (const DramError& problem) {
    return complain(problem.what(), bad_usage);
  } catch (const std::exception& problem) {
    return complain(first_line(problem.what()), failure);
  }
}

int run_command(const RunOptions& options) {
  const InterruptWatch watch;
  return status_of([&options] {
    const RunReport report = run_trace(options.request());
    if (!options.quiet) {
      // With the report on standard output the table steps aside.
      std::FILE* const stream = options.json == "-" ? stderr : stdout;
      fmt::print(stream, "{}", report_table(report));
      fmt::print(stream, "{}", memory_table(report));
      if (options.explain) {
        fmt::print(stream, "{}{}{}", bound_table(report), pass_table(report), ledger_table(report));
      }
    }
    return report.verified().value_or(true) ? all_right : wrong_output;
  });
}

int generate_command(const GenerateOptions& options) {
  return status_of([&options] {
    try {
      options.generate();
    } catch (const Interrupted& stop) {
      throw Interrupted(stop.signal(), "interrupted; nothing was written");
    }
    return all_right;
  });
}

int dram_command(const DramOptions& options) {
  return status_of([&options] { return options.run() ? all_right : wrong_output; });
}

int soc_command(const SocOptions& options) {
  return status_of([&options] { return options.run() ? all_right : wrong_output; });
}

int play_command(const PlayOptions& options) {
  const InterruptWatch watch;
  return status_of([&options] {
    const std::optional<PlayFailure> failed = options.play();
    if (!failed) return static_cast<int>(all_right);
    switch (failed->kind) {
      case PlayFailure::Kind::expectation:
        return complain(failed->text(), wrong_output);
      case PlayFailure::Kind::script:
        return complain(failed->text(), bad_usage);
      case PlayFailure::Kind::system:
        break;
    }
    return complain(failed->text(), failure);
  });
}

int study_command(const StudyOptions& options) {
  return status_of([&options] {
    options.study();
    return all_right;
  });
}

void quieten_kernel() {
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
}

}  // namespace

int command_line(int argc, char** argv) {
  quieten_kernel();
  CLI::App app{
      "TensorDash: a SystemC model of sparse DNN-training hardware (Mahmoud et al., MICRO 2020)",
      "tensordash"};
  app.set_version_flag("--version", std::string("tensordash ") + TENSORDASH_VERSION);
  app.require_subcommand(1);
  app.footer("`tensordash run --help` lists options, configuration keys and examples.");
  RunOptions options;
  CLI::App* run = app.add_subcommand(
      "run", "Run the three convolutions of training on a trace or a network, verified");
  options.declare(*run);
  GenerateOptions generate_options;
  CLI::App* generate = app.add_subcommand(
      "generate", "Write a trace of a network with synthetic values, sparse as asked");
  generate_options.declare(*generate);
  DramOptions dram_options;
  CLI::App* dram = app.add_subcommand(
      "dram", "Run requests on the LPDDR4 memory alone: bandwidth, latencies, energy, commands");
  dram_options.declare(*dram);
  SocOptions soc_options;
  CLI::App* soc = app.add_subcommand(
      "soc", "Run layers on the accelerator IP in a small system, driven by a host, verified");
  soc_options.declare(*soc);
  PlayOptions play_options;
  CLI::App* play =
      app.add_subcommand("play", "Play a script on the accelerator alone, with an LPDDR4 memory");
  play_options.declare(*play);
  StudyOptions study_options;
  CLI::App* study = app.add_subcommand(
      "study", "Run a network in many configurations: what memory leaves of the speedup");
  study_options.declare(*study);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return after_printing(app.exit(asked));
  } catch (const CLI::ParseError& problem) {
    return complain(first_line(problem.what()) + " (see --help, or run --help)", bad_usage);
  }
  if (generate->parsed()) return generate_command(generate_options);
  if (dram->parsed()) return dram_command(dram_options);
  if (soc->parsed()) return soc_command(soc_options);
  if (play->parsed()) return play_command(play_options);
  if (study->parsed()) return study_command(study_options);
  return run_command(options);
}

}  // namespace tensordash
