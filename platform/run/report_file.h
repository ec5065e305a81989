#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "platform/run/run_report.h"

namespace tensordash {

/// The JSON report, written whole or not at all.
class ReportFile {
 public:
  /// `file` may be "-", standard output, or nothing. Throws RequestError
  /// (platform/run/run_request.h) when the file cannot be written, which is found out here, before
  /// hours of work; nothing stays behind.
  explicit ReportFile(std::optional<std::filesystem::path> file);

  /// Throws std::runtime_error (std::system_error for a file) when it cannot be written.
  void write(const RunReport& report) const;
  void write_json(const nlohmann::ordered_json& json) const;

 private:
  std::optional<std::filesystem::path> file_;
};

}  // namespace tensordash
