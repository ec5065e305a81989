#include "platform/run/report_file.h"

#include <iostream>
#include <system_error>

#include "models/trace/atomic_file.h"
#include "platform/run/report_json.h"
#include "platform/run/run_request.h"

namespace tensordash {

ReportFile::ReportFile(std::optional<std::filesystem::path> file) : file_(std::move(file)) {
  if (!file_ || *file_ == "-") return;
  try {
    const AtomicFile probe(*file_);
  } catch (const std::system_error& problem) {
    throw RequestError(problem.what());
  }
}

void ReportFile::write(const RunReport& report) const {
  if (file_) write_json(report_json(report));
}

void ReportFile::write_json(const nlohmann::ordered_json& json) const {
  if (!file_) return;
  const std::string text =
      json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  if (*file_ == "-") {
    std::cout << text << std::flush;
    if (!std::cout) throw std::runtime_error("the report cannot be written to standard output");
    return;
  }
  AtomicFile target(*file_);
  target.write(text.data(), text.size());
  target.commit();
}

}  // namespace tensordash
