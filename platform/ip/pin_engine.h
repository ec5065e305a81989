#pragma once

#include <memory>

#include "hw/array/memory_array.h"
#include "platform/ip/at_access.h"
#include "platform/ip/dma_bridge.h"
#include "platform/ip/functional_operation.h"
#include "platform/ip/operation_engine.h"

namespace tensordash {

/// Operations on the array of signals and clocks. The fast engine runs beside it: what the hardware
/// writes must be what it computed, and pairs and idle lanes of the passes are its counts.
class PinEngine : public sc_core::sc_module, public OperationEngine {
 public:
  sc_core::sc_in<bool> clk{"clk"};

  /// All outlive the engine.
  PinEngine(const sc_core::sc_module_name& name, const MachineModel& machine, AtAccess& access,
            AtMaster& master);
  ~PinEngine() override;
  PinEngine(const PinEngine&) = delete;
  PinEngine& operator=(const PinEngine&) = delete;

  OperationCounts run(const OperationJob& job) override;
  void recover() override;

  const MemoryArray& array() const { return array_; }

 private:
  /// What goes wrong while it runs.
  struct Watched;
  /// What the array runs from, until it is at rest.
  struct Running;

  void leave_reset();
  void wait_for_end(Watched& watched);

  const MachineModel& machine_;
  AtAccess& access_;
  const MemoryArrayParameters parameters_;
  const std::uint64_t patience_;
  sc_core::sc_signal<bool> rst_n_{"rst_n"}, start_{"start"}, bypass_{"bypass"}, busy_{"busy"};
  sc_core::sc_signal<sc_dt::uint64> cycles_{"cycles"};
  DmaBridge bridge_;
  MemoryArray array_;
  std::unique_ptr<Running> running_;
};

}  // namespace tensordash
