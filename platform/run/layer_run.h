#pragma once

#include "models/trace/layer_source.h"
#include "platform/run/operation_runner.h"
#include "platform/run/run_report.h"
#include "platform/run/run_request.h"

namespace tensordash {

/// Runs the chosen layers and operations of `source` one after the other and writes what the
/// request asks for, except the table. The request's own complaints come before the first
/// operation; values that are refused (NaN, infinity) show when their layer is reached, and then
/// nothing is written. Throws RequestError or TraceError for what the user can mend,
/// std::system_error when a file cannot be written, Interrupted (platform/run/interrupt.h) after a
/// signal.
///
/// With a report file and neither outputs nor waves, finished operations go into a journal beside
/// it (platform/run/run_journal.h), which stays when the run is interrupted or fails, and from
/// which a request with `resume` continues.
RunReport run_layers(const RunRequest& request, const LayerSource& source, OperationRunner& runner);

}  // namespace tensordash
