#pragma once

#include "platform/ip/machine_model.h"
#include "platform/ip/operation_engine.h"

namespace tensordash {

/// Operations on the fast engine: schedules and results at once, then their clocks with the
/// platform's memory, whose every request is made. It takes the same clocks around an operation
/// as the pin level.
class FastEngine : public OperationEngine {
 public:
  /// Both outlive the engine.
  FastEngine(const MachineModel& machine, MemoryAccess& access)
      : machine_(machine), access_(access) {}

  OperationCounts run(const OperationJob& job) override;
  void recover() override;

 private:
  const MachineModel& machine_;
  MemoryAccess& access_;
  bool in_reset_ = true;  ///< as an array would be
};

}  // namespace tensordash
