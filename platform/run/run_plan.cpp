#include "platform/run/run_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "platform/config/mapping_file.h"

namespace tensordash {
namespace {

/// `what` names the layers, before a complaint.
void require_known(const std::set<std::string>& wanted, const LayerSource& source,
                   const std::string& what) {
  std::string known;
  for (const LayerOutline& layer : source.layers()) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", layer.name);
  }
  for (const std::string& name : wanted) {
    const bool exists = std::any_of(source.layers().begin(), source.layers().end(),
                                    [&](const LayerOutline& layer) { return layer.name == name; });
    if (exists) continue;
    throw RequestError(
        fmt::format("{}no layer '{}' in {}; allowed: {}", what, name, source.name(), known));
  }
}

std::vector<Operation> chosen_operations(const LayerOutline& layer,
                                         const std::vector<Operation>& wanted) {
  std::vector<Operation> chosen;
  for (const Operation operation : all_operations) {
    const bool asked =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), operation) != wanted.end();
    if (asked && (operation == Operation::forward || layer.has_gradients)) {
      chosen.push_back(operation);
    }
  }
  return chosen;
}

}  // namespace

std::uint64_t RunPlan::operation_count() const {
  std::uint64_t count = 0;
  for (const PlannedLayer& layer : layers) count += layer.operations.size();
  return count;
}

double RunPlan::macs(const LayerSource& source) const {
  double macs = 0.0;
  for (const PlannedLayer& layer : layers) {
    macs += static_cast<double>(source.layers()[layer.index].shape.macs()) *
            static_cast<double>(layer.operations.size());
  }
  return macs;
}

RunPlan plan_run(const RunRequest& request, const LayerSource& source) {
  const std::set<std::string> wanted(request.layers.begin(), request.layers.end());
  require_known(wanted, source, "");
  const MappingTable mapping(request.config);
  const bool exact = request.config.text("accumulate") == "exact";
  // A file for a whole network goes for some of its layers too.
  if (request.layers.empty()) {
    require_known(mapping.layers(), source, fmt::format("mapping file {}: ", mapping.file()));
  }
  RunPlan plan;
  for (std::size_t index = 0; index < source.layers().size(); ++index) {
    const LayerOutline& layer = source.layers()[index];
    if (!wanted.empty() && wanted.count(layer.name) == 0) continue;
    plan.layers.push_back({index, chosen_operations(layer, request.operations)});
    if (!exact) continue;
    for (const Operation operation : plan.layers.back().operations) {
      mapping.require_whole(layer.name, operation);
    }
  }
  if (plan.operation_count() == 0) {
    throw RequestError(fmt::format(
        "nothing to run: the chosen layers of {} have no output_gradients; allowed: forward",
        source.name()));
  }
  return plan;
}

}  // namespace tensordash
