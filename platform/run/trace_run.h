#pragma once

#include "platform/run/run_report.h"
#include "platform/run/run_request.h"

namespace tensordash {

/// Runs the layers and operations of a trace at pin level and writes what the request asks for,
/// except the table. Everything about the request and the trace is checked before the first clock.
/// Throws RequestError, ConfigError or TraceError for what the user can mend, std::system_error
/// when a file cannot be written. To be called once a process, because the machine is elaborated.
RunReport run_trace(RunRequest request);

}  // namespace tensordash
