#include "platform/run/trace_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <set>

#include "models/trace/atomic_file.h"
#include "models/trace/trace.h"
#include "platform/run/output_folder.h"
#include "platform/run/pin_runner.h"
#include "platform/run/progress_line.h"
#include "platform/run/report_json.h"

namespace tensordash {
namespace {

std::vector<TraceEntry> chosen_layers(const Trace& trace, const std::vector<std::string>& names) {
  if (names.empty()) return trace.entries();
  std::string known;
  for (const TraceEntry& entry : trace.entries()) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.name);
  }
  const std::set<std::string> wanted(names.begin(), names.end());
  for (const std::string& name : wanted) {
    const bool exists = std::any_of(trace.entries().begin(), trace.entries().end(),
                                    [&](const TraceEntry& entry) { return entry.name == name; });
    if (!exists) {
      throw RequestError(fmt::format("no layer '{}' in trace {}; allowed: {}", name,
                                     trace.folder().string(), known));
    }
  }
  std::vector<TraceEntry> chosen;
  std::copy_if(trace.entries().begin(), trace.entries().end(), std::back_inserter(chosen),
               [&](const TraceEntry& entry) { return wanted.count(entry.name) != 0; });
  return chosen;
}

/// Operations of a layer that were asked for and that it has the tensors for, in their usual order.
std::vector<Operation> chosen_operations(const TraceEntry& entry,
                                         const std::vector<Operation>& wanted) {
  std::vector<Operation> chosen;
  for (const Operation operation : all_operations) {
    const bool asked =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), operation) != wanted.end();
    if (asked && (operation == Operation::forward || entry.output_gradients)) {
      chosen.push_back(operation);
    }
  }
  return chosen;
}

/// Writes the JSON report whole or not at all.
class JsonReport {
 public:
  explicit JsonReport(const std::optional<std::filesystem::path>& file) : file_(file) {
    if (!file_ || *file_ == "-") return;
    try {
      // A look whether it can be written, before hours of work; nothing stays behind.
      const AtomicFile probe(*file_);
    } catch (const std::system_error& problem) {
      throw RequestError(problem.what());
    }
  }

  void write(const RunReport& report) const {
    if (!file_) return;
    const std::string text =
        report_json(report).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
        "\n";
    if (*file_ == "-") {
      std::cout << text << std::flush;
      if (!std::cout) throw std::runtime_error("the report cannot be written to standard output");
      return;
    }
    AtomicFile target(*file_);
    target.write(text.data(), text.size());
    target.commit();
  }

 private:
  std::optional<std::filesystem::path> file_;
};

}  // namespace

RunReport run_trace(RunRequest request) {
  const Trace trace(request.trace);
  const std::vector<TraceEntry> layers = chosen_layers(trace, request.layers);
  std::uint64_t operations = 0;
  for (const TraceEntry& entry : layers) {
    operations += chosen_operations(entry, request.operations).size();
    prepare_operands(trace.read(entry), request.config);  // bad tensors show before anything runs
  }
  if (operations == 0) {
    throw RequestError(fmt::format(
        "nothing to run: the chosen layers of {} have no output_gradients; allowed: forward",
        trace.folder().string()));
  }
  PinRunner runner(request.config);
  if (request.waves) {
    request.waves->lanes = runner.table().lanes();
    request.waves->depth = runner.table().depth();
    runner.machine().dump_waves(*request.waves);
  }
  const JsonReport json(request.json);
  std::optional<OutputFolder> folder;
  if (request.outputs) {
    std::vector<std::string> names;
    for (const TraceEntry& entry : layers) names.push_back(entry.name);
    folder.emplace(*request.outputs, names);
  }

  RunReport report;
  report.model = trace.model();
  report.epoch = trace.epoch();
  report.trace = request.trace.string();
  report.config = request.config;
  ProgressLine line;
  std::uint64_t done = 0;
  for (const TraceEntry& entry : layers) {
    const OperandSet operands = prepare_operands(trace.read(entry), request.config);
    LayerReport layer{operands.name, operands.shape, {}};
    for (const Operation operation : chosen_operations(entry, request.operations)) {
      const std::string what = fmt::format("{} {}", operands.name, name_of(operation));
      std::vector<float> outputs;
      layer.operations.push_back(runner.run(
          operation, operands, outputs,
          [&](std::uint64_t passes_done, std::uint64_t passes, std::uint64_t clocks) {
            const double fraction =
                passes == 0 ? 1.0 : static_cast<double>(passes_done) / static_cast<double>(passes);
            line.show(done, operations, what, fraction, clocks);
          }));
      if (folder) folder->write(operands.name, operands.shape, operation, std::move(outputs));
      ++done;
    }
    report.layers.push_back(std::move(layer));
  }
  line.clear();
  json.write(report);
  if (folder) folder->keep();
  runner.machine().finish_waves();  // last: a dump that failed takes nothing else with it
  return report;
}

}  // namespace tensordash
