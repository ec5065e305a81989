#pragma once

#include <cstdint>

#include "platform/ip/accelerator_parameters.h"
#include "platform/run/run_request.h"
#include "platform/soc/host.h"

namespace tensordash {

/// What the user asks of `tensordash soc`.
struct SocRequest {
  /// Trace or network, layers, operations, configuration, verification, report, outputs; `level` is
  /// not looked at.
  RunRequest run;
  Transport transport = Transport::loosely_timed;
  EngineLevel level = EngineLevel::fast;
  std::uint64_t quantum_ns = 1000;  ///< the global quantum
  bool dmi = false;                 ///< loosely timed: the accelerator uses pointers
  HostWait wait = HostWait::interrupt;
  bool plain = false;  ///< tensors in C order, which the accelerator converts
};

/// Throws RequestError or ConfigError for what a request cannot have together, and for
/// configuration keys that a system has no use for.
void require_sensible(const SocRequest& request);

}  // namespace tensordash
