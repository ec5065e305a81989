#pragma once

#include <memory>

#include "models/trace/layer_source.h"
#include "platform/run/run_request.h"

namespace tensordash {

/// Where the request's layers come from: an existing path is a trace, anything else a network's
/// name. Throws RequestError for a name that is neither or parameters that a network cannot have,
/// TraceError for a trace that cannot be used.
std::unique_ptr<LayerSource> open_source(const RunRequest& request);

}  // namespace tensordash
