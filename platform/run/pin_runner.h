#pragma once

#include <functional>
#include <vector>

#include "platform/pin/pin_machine.h"
#include "platform/run/operand_set.h"
#include "platform/run/run_report.h"

namespace tensordash {

/// Runs single operations on the pin-level machine and has every output judged.
class PinRunner {
 public:
  /// Told how far an operation is: passes done, passes in all (sparse and dense runs together),
  /// clocks.
  using Progress =
      std::function<void(std::uint64_t done, std::uint64_t passes, std::uint64_t clocks)>;

  /// Elaborates the machine that `config` describes; a connectivity file may set its pe.lanes.
  /// Throws ConfigError.
  explicit PinRunner(Config& config);

  PinMachine& machine() { return machine_; }
  const Connectivity& table() const { return table_; }

  /// Runs one operation, then its dense baseline. `outputs` receives the machine's results of the
  /// former.
  OperationReport run(Operation operation, const OperandSet& layer, std::vector<float>& outputs,
                      const Progress& progress);

 private:
  struct Part;

  const Config& config_;
  Connectivity table_;
  MachineParameters parameters_;
  PinMachine machine_;
};

}  // namespace tensordash
