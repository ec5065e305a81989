#pragma once

#include "platform/soc_run/soc_report.h"

namespace tensordash {

/// Builds the system, runs the request's layers and operations on it and writes what the request
/// asks for, except the table. Sets the global quantum. Throws RequestError, ConfigError or
/// TraceError for what the user can mend, SocError, std::system_error, Interrupted. To be called
/// once a kernel, because the system is elaborated.
SocReport run_soc(SocRequest request);

}  // namespace tensordash
