#pragma once

#include <cstdint>
#include <functional>

#include "hw/dram/parameters.h"
#include "models/memory/operation_timeline.h"

namespace tensordash {

/// What an operation needs to be timed with LPDDR4 behind the machine.
struct MemoryProblem : OperationProblem {
  /// All three outlive the problem.
  MemoryProblem(const StreamPlan& streams, const MemoryParameters& memory,
                const DramConfiguration& behind)
      : OperationProblem(streams, memory), dram(behind) {}

  const DramConfiguration& dram;
  std::uint64_t clock_ps = 2000;  ///< of the core
};

/// Times an operation from DRAM to DRAM, clock for clock as the pin-level machine takes them.
/// Throws MappingError for a layer that does not fit, std::logic_error when loads and tiles wait
/// for each other, which is a defect.
MemoryTiming time_memory(const MemoryProblem& problem,
                         const std::function<void(double)>& progress = {});

}  // namespace tensordash
