#include "platform/run/source.h"

#include <fmt/format.h>

#include <stdexcept>

#include "models/trace/trace_source.h"

namespace tensordash {

std::unique_ptr<LayerSource> open_source(const RunRequest& request) {
  if (std::filesystem::exists(request.trace)) {
    return std::make_unique<TraceSource>(
        request.trace, std::set<std::string>(request.layers.begin(), request.layers.end()));
  }
  const Network* const network = find_network(request.trace.string());
  if (network == nullptr) {
    throw RequestError(
        fmt::format("no trace at '{}', and no network of that name; allowed: a folder with a "
                    "trace.json, or {}",
                    request.trace.string(), fmt::join(network_names(), ", ")));
  }
  try {
    return std::make_unique<NetworkSource>(*network, request.synthetic);
  } catch (const std::invalid_argument& problem) {
    throw RequestError(problem.what());
  }
}

}  // namespace tensordash
