#include "models/synthetic/generate_trace.h"

#include <nlohmann/json.hpp>

#include "models/trace/trace_writer.h"

namespace tensordash {
namespace {

using nlohmann::ordered_json;

/// What the values depend on, enough to make them again.
ordered_json origin_of(const NetworkSource& source, const std::vector<std::size_t>& chosen) {
  const SyntheticParameters& parameters = source.parameters();
  ordered_json sparsity = ordered_json::object();
  for (const std::size_t index : chosen) {
    const LayerZeros expected = source.zeros(index);
    sparsity[source.layers()[index].name] = {{"activations", expected.activations},
                                             {"weights", expected.weights},
                                             {"gradients", expected.gradients}};
  }
  return {{"network", source.name()},          {"batch", parameters.batch},
          {"seed", parameters.seed},           {"cluster", parameters.cluster},
          {"description", source.synthetic()}, {"sparsity", sparsity}};
}

}  // namespace

void generate_trace(const NetworkSource& source, const std::vector<std::size_t>& chosen,
                    const std::filesystem::path& folder,
                    const std::function<void(std::size_t)>& before) {
  TraceWriter writer(folder);
  for (std::size_t place = 0; place < chosen.size(); ++place) {
    before(place);
    writer.add(source.read(chosen[place]));
  }
  // A run over the trace prints its model: that the values are made up must show there too.
  writer.finish(source.model() + " (synthetic values)", source.epoch(),
                {{"synthetic", origin_of(source, chosen)}});
}

}  // namespace tensordash
