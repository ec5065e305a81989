#pragma once

#include "models/trace/layer_source.h"
#include "platform/run/run_plan.h"
#include "platform/run/run_request.h"

namespace tensordash {

/// Throws RequestError for a fault that the run cannot meet, saying what is allowed: a layer or an
/// operation that it does not have, a byte beyond the tensor's image, a memory that is not
/// modelled.
void require_faults(const RunRequest& request, const LayerSource& source, const RunPlan& plan);

}  // namespace tensordash
