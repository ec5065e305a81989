#include "platform/run/layer_run.h"

#include <fmt/format.h>

#include <optional>

#include "platform/config/mapping_file.h"
#include "platform/run/fault_plan.h"
#include "platform/run/interrupt.h"
#include "platform/run/output_folder.h"
#include "platform/run/progress_line.h"
#include "platform/run/report_file.h"
#include "platform/run/report_json.h"
#include "platform/run/run_journal.h"
#include "platform/run/run_plan.h"

#ifndef TENSORDASH_VERSION
#error "TENSORDASH_VERSION comes from the build"
#endif

namespace tensordash {
namespace {

RunReport empty_report(const RunRequest& request, const LayerSource& source) {
  RunReport report;
  report.model = source.model();
  report.epoch = source.epoch();
  report.trace = source.name();
  report.synthetic = source.synthetic();
  report.level = request.level;
  report.config = request.config;
  return report;
}

std::optional<OutputFolder> output_folder(const RunRequest& request, const LayerSource& source,
                                          const RunPlan& plan) {
  if (!request.outputs) return std::nullopt;
  std::vector<std::string> names;
  for (const PlannedLayer& layer : plan.layers) names.push_back(source.layers()[layer.index].name);
  return std::optional<OutputFolder>(std::in_place, *request.outputs, names);
}

/// Everything that a run's result follows from, except the tensors' values.
nlohmann::json identity_of(const RunRequest& request, const LayerSource& source,
                           const RunPlan& plan) {
  RunReport report = empty_report(request, source);
  for (const PlannedLayer& layer : plan.layers) {
    const LayerOutline& outline = source.layers()[layer.index];
    report.layers.push_back({outline.name, outline.shape, {}});
  }
  nlohmann::json identity = report_json(report);
  identity.erase("totals");
  identity["format"] = "tensordash-journal/1";
  identity["version"] = TENSORDASH_VERSION;
  identity["verify"] = text_of(request.verify);
  identity["mapping"] = MappingTable(request.config).text();
  for (std::size_t at = 0; at < plan.layers.size(); ++at) {
    nlohmann::json& operations = identity["layers"][at]["operations"];
    operations = nlohmann::json::array();
    for (const Operation operation : plan.layers[at].operations) {
      operations.push_back(std::string(name_of(operation)));
    }
  }
  return identity;
}

RunPlan checked_plan(const RunRequest& request, const LayerSource& source) {
  RunPlan plan = plan_run(request, source);
  require_faults(request, source, plan);
  return plan;
}

/// The journal of a run that leaves a report file and nothing else; outputs and waves of finished
/// operations could not be had again.
std::optional<RunJournal> journal_of(const RunRequest& request, const LayerSource& source,
                                     const RunPlan& plan) {
  const bool to_file = request.json && *request.json != "-";
  if (request.resume && !to_file) {
    throw RequestError("--resume needs --json FILE, whose journal tells what was done before");
  }
  if (request.resume && (request.outputs || request.waves)) {
    throw RequestError(fmt::format(
        "--resume cannot be had together with {}: what it wrote of finished operations is gone",
        request.outputs ? "--outputs" : "--vcd"));
  }
  // A run with a fault does not come to its end.
  if (!to_file || request.outputs || request.waves || !request.faults.empty()) return std::nullopt;
  return std::optional<RunJournal>(std::in_place, *request.json, identity_of(request, source, plan),
                                   request.resume);
}

/// One run under way.
class LayerRun {
 public:
  LayerRun(const RunRequest& request, const LayerSource& source, OperationRunner& runner)
      : source_(source),
        runner_(runner),
        plan_(checked_plan(request, source)),
        json_(request.json),
        journal_(journal_of(request, source, plan_)),
        folder_(output_folder(request, source, plan_)),
        line_(plan_.macs(source)),
        report_(empty_report(request, source)) {}

  RunReport run() {
    try {
      if (journal_ && !journal_->entries().empty()) {
        to_take_ = journal_->entries().size();
        runner_.resume_at(journal_->entries().back().clock);
      }
      for (const PlannedLayer& layer : plan_.layers) run_layer(layer);
      line_.clear();
      json_.write(report_);
    } catch (const Interrupted& stop) {
      if (journal_) journal_->keep();
      throw Interrupted(stop.signal(), interruption());
    } catch (const ConfigError&) {
      // Other settings are called for, and what these have found is no part of a run with those.
      throw;
    } catch (...) {  // a refused value, a full disk, no memory: what was found so far is not lost
      if (journal_) journal_->keep();
      throw;
    }
    if (folder_) folder_->keep();
    runner_.finish();  // last: a dump that failed takes nothing else with it
    return std::move(report_);
  }

 private:
  void run_layer(const PlannedLayer& planned) {
    const LayerOutline& outline = source_.layers()[planned.index];
    const auto work = static_cast<double>(outline.shape.macs());
    LayerReport layer{outline.name, outline.shape, {}};
    bool begun = false;
    for (const Operation operation : planned.operations) {
      if (done_ < to_take_) {
        layer.operations.push_back(taken(outline, operation));
        line_.skip(work);
      } else {
        check_interrupted();
        if (!begun) begin(planned.index);
        begun = true;
        line_.begin(fmt::format("{} {}", outline.name, name_of(operation)), work);
        layer.operations.push_back(run_operation(outline, operation));
      }
      ++done_;
    }
    report_.layers.push_back(std::move(layer));
  }

  void begin(std::size_t layer) {
    runner_.release();  // two layers at once might not fit
    TraceLayer tensors = source_.read(layer);
    check_interrupted();
    runner_.begin(std::move(tensors));
    check_interrupted();
  }

  OperationReport run_operation(const LayerOutline& outline, Operation operation) {
    std::vector<float> outputs;
    OperationReport report;
    try {
      report = runner_.run(operation, folder_ ? &outputs : nullptr,
                           [&](double fraction, const std::string& detail) {
                             check_interrupted();
                             line_.show(fraction, detail);
                           });
    } catch (const std::bad_alloc&) {
      throw std::runtime_error(
          fmt::format("layer '{}': {} does not fit in memory", outline.name, name_of(operation)));
    } catch (const std::invalid_argument& problem) {
      throw RequestError(
          fmt::format("layer '{}': {}: {}", outline.name, name_of(operation), problem.what()));
    }
    if (folder_) folder_->write(outline.name, outline.shape, operation, std::move(outputs));
    if (journal_) journal_->add({outline.name, report, runner_.clock()});
    return report;
  }

  /// The next operation of the earlier run, which did the same ones in the same order.
  const OperationReport& taken(const LayerOutline& outline, Operation operation) const {
    const RunJournal::Entry& entry = journal_->entries()[done_];
    if (entry.layer == outline.name && entry.report.operation == operation) return entry.report;
    throw RequestError(fmt::format(
        "journal {} is damaged: {} {} stands in the place of {} {}", journal_->file().string(),
        entry.layer, name_of(entry.report.operation), outline.name, name_of(operation)));
  }

  std::string interruption() const {
    std::string text =
        fmt::format("interrupted after {} of {} operations; ", done_, plan_.operation_count());
    if (!journal_ || journal_->entries().empty()) return text + "nothing was written";
    return text + fmt::format("the same command with --resume continues (they are in {})",
                              journal_->file().string());
  }

  const LayerSource& source_;
  OperationRunner& runner_;
  RunPlan plan_;
  ReportFile json_;
  std::optional<RunJournal> journal_;
  std::optional<OutputFolder> folder_;
  ProgressLine line_;
  RunReport report_;
  std::size_t to_take_ = 0;  ///< operations that are in the journal already
  std::size_t done_ = 0;
};

}  // namespace

RunReport run_layers(const RunRequest& request, const LayerSource& source,
                     OperationRunner& runner) {
  return LayerRun(request, source, runner).run();
}

}  // namespace tensordash
