// Compares the pin level with the fast engine on as many random cases as wanted.

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <systemc>

#include <fmt/format.h>
#include <unistd.h>

#include "tests/differential/failure.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t cases = 1000;
  std::uint64_t seed = 1;
  double seconds = 0;
  std::string folder = "differential-failures";
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A line that is written over on a terminal, and now and then a line elsewhere.
class Progress {
 public:
  void show(std::uint64_t done, const Options& options) {
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    if (seconds_since(last_) < (terminal ? 0.2 : 10.0)) return;
    last_ = Clock::now();
    fmt::print(stderr, "{}{} of {} cases, {:.0f} s, next seed {}{}", terminal ? "\r" : "", done,
               options.cases, seconds_since(start_), options.seed + done, terminal ? "" : "\n");
    on_line_ = terminal;
  }
  void end_line() {
    if (on_line_) fmt::print(stderr, "\n");
    on_line_ = false;
  }
  double seconds() const { return seconds_since(start_); }

 private:
  bool on_line_ = false;
  Clock::time_point start_ = Clock::now(), last_ = start_;
};

int run(const Options& options) {
  Progress progress;
  std::uint64_t done = 0;
  while (done < options.cases && (options.seconds <= 0 || progress.seconds() < options.seconds)) {
    const std::uint64_t seed = options.seed + done;
    std::string failure;
    try {
      failure = tensordash::differential::failure_of(seed, options.folder);
    } catch (const std::exception& error) {
      failure = fmt::format("seed {}: {}\n", seed, error.what());
    }
    ++done;
    if (!failure.empty()) {
      progress.end_line();
      fmt::print("{}", failure);
      return EXIT_FAILURE;
    }
    progress.show(done, options);
  }
  progress.end_line();
  fmt::print("{} cases agree, seeds {} to {}, {:.1f} s\n", done, options.seed,
             options.seed + done - 1, progress.seconds());
  return EXIT_SUCCESS;
}

}  // namespace

// libsystemc brings a main() of its own that prints a banner; ours silences it first.
int main(int argc, char* argv[]) {
  setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}

int sc_main(int argc, char* argv[]) {
  Options options;
  CLI::App app{"Runs random cases at pin level and on the fast engine, and compares everything."};
  app.add_option("--cases", options.cases, "How many")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--seed", options.seed, "The first one's; the next ones follow")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "Stop after so long; 0: never")
      ->capture_default_str();
  app.add_option("--folder", options.folder, "Where a failing case is left as a trace")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return run(options);
}
