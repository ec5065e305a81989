#include "platform/run/fault_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tensordash {
namespace {

void require_fault(const FaultRequest& fault, const Config& config, const LayerSource& source,
                   const RunPlan& plan) {
  std::string names;
  for (const PlannedLayer& layer : plan.layers) {
    const LayerOutline& outline = source.layers()[layer.index];
    names += (names.empty() ? "" : ", ") + outline.name;
    if (outline.name != fault.layer) continue;
    if (std::find(layer.operations.begin(), layer.operations.end(), fault.operation) ==
        layer.operations.end()) {
      std::string operations;
      for (const Operation each : layer.operations) {
        operations += fmt::format("{}{}", operations.empty() ? "" : ", ", name_of(each));
      }
      throw RequestError(fmt::format("--fault {}: the run has no {} of layer {}; allowed: {}",
                                     fault.text, name_of(fault.operation), fault.layer,
                                     operations));
    }
    TensorImage image{layout_of(fault, outline.shape, config.number("pe.lanes"))};
    const bool outputs = fault.tensor == FaultTensor::outputs;
    image.value_bytes = !outputs && config.text("dtype") == "bf16" ? 2 : 4;
    image.compressed = !outputs && config.text("zero_compression") == "on";
    require_place(fault, image);
    return;
  }
  throw RequestError(fmt::format("--fault {}: the run has no layer '{}'; allowed: {}", fault.text,
                                 fault.layer, names));
}

}  // namespace

void require_faults(const RunRequest& request, const LayerSource& source, const RunPlan& plan) {
  if (request.faults.empty()) return;
  if (request.config.text("memory") != "modelled") {
    throw RequestError("--fault needs a memory to be at fault; allowed: --set memory=modelled");
  }
  if (request.resume) {
    throw RequestError("--resume cannot be had together with --fault, which leaves nothing whole");
  }
  std::set<std::string> seen;
  for (const FaultRequest& fault : request.faults) {
    if (!seen.insert(fault.text).second) {
      throw RequestError(fmt::format("--fault {} twice; allowed: once", fault.text));
    }
    require_fault(fault, request.config, source, plan);
  }
}

}  // namespace tensordash
