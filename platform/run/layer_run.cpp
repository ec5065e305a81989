#include "platform/run/layer_run.h"

#include <fmt/format.h>

#include <optional>

#include "platform/run/output_folder.h"
#include "platform/run/progress_line.h"
#include "platform/run/report_file.h"
#include "platform/run/run_plan.h"

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

}  // namespace

RunReport run_layers(const RunRequest& request, const LayerSource& source,
                     OperationRunner& runner) {
  const RunPlan plan = plan_run(request, source);
  const ReportFile json(request.json);
  std::optional<OutputFolder> folder = output_folder(request, source, plan);

  RunReport report = empty_report(request, source);
  ProgressLine line(plan.macs(source));
  for (const PlannedLayer& planned : plan.layers) {
    const LayerOutline& outline = source.layers()[planned.index];
    LayerReport layer{outline.name, outline.shape, {}};
    if (!planned.operations.empty()) runner.begin(source.read(planned.index));
    for (const Operation operation : planned.operations) {
      line.begin(fmt::format("{} {}", outline.name, name_of(operation)),
                 static_cast<double>(outline.shape.macs()));
      std::vector<float> outputs;
      layer.operations.push_back(runner.run(
          operation, folder ? &outputs : nullptr,
          [&](double fraction, const std::string& detail) { line.show(fraction, detail); }));
      if (folder) folder->write(outline.name, outline.shape, operation, std::move(outputs));
    }
    report.layers.push_back(std::move(layer));
  }
  line.clear();
  json.write(report);
  if (folder) folder->keep();
  runner.finish();  // last: a dump that failed takes nothing else with it
  return report;
}

}  // namespace tensordash
