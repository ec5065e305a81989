#pragma once

#include "platform/ip/machine_model.h"
#include "platform/ip/operation_engine.h"

namespace tensordash {

/// Operations on the fast engine: schedules and results at once, then their clocks with the
/// platform's memory, whose every request is made.
class FastEngine : public OperationEngine {
 public:
  /// Both outlive the engine.
  FastEngine(const MachineModel& machine, MemoryAccess& access)
      : machine_(machine), access_(access) {}

  OperationCounts run(const OperationJob& job) override;

 private:
  const MachineModel& machine_;
  MemoryAccess& access_;
};

}  // namespace tensordash
