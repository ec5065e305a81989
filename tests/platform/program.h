#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace tensordash {

/// How a run of the program ended.
struct ProgramRun {
  int exit_code = 0;  ///< or minus the signal that killed it
  std::string out, err;

  /// Standard output as JSON. Throws nlohmann::json::parse_error if it is anything else.
  nlohmann::json json() const;
};

/// What a run starts in.
struct ProgramSettings {
  std::filesystem::path folder = ".";  ///< working directory
  std::optional<rlim_t> file_bytes;    ///< no file may grow beyond; stands in for a full disk
  std::string standard_output;         ///< a file or device instead of capturing
  /// Called with the process once it was started; its output waits in pipes meanwhile.
  std::function<void(pid_t)> meanwhile = {};
};

/// Runs the program `tensordash` of this build with `arguments` as a child process.
/// Throws std::system_error if it cannot be started.
ProgramRun run_program(const std::vector<std::string>& arguments,
                       const ProgramSettings& settings = {});

/// The arguments of a run over `trace` with settings such as "tile.rows=2", its JSON report on
/// standard output. At pin level the memory is ideal unless a setting says otherwise: signal by
/// signal it takes many times as long, and most runs are about schedules and values.
std::vector<std::string> report_arguments(const std::filesystem::path& trace,
                                          const std::vector<std::string>& settings,
                                          const std::string& level = "pin");

}  // namespace tensordash
