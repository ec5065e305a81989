#pragma once

#include "platform/run/run_report.h"
#include "platform/run/run_request.h"

namespace tensordash {

/// Runs the layers and operations of a trace at the request's level and writes what the request
/// asks for, except the table. The request, trace.json and the files' headers and sizes are checked
/// before the first clock, values when their layer is reached. Throws RequestError, ConfigError,
/// WaveError or TraceError for what the user can mend, std::system_error when a file cannot be
/// written, Interrupted after a signal. To be called once a process, because the pin level is
/// elaborated.
RunReport run_trace(RunRequest request);

}  // namespace tensordash
