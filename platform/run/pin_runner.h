#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "platform/config/mapping_file.h"
#include "platform/pin/pin_machine.h"
#include "platform/run/operand_set.h"
#include "platform/run/operation_runner.h"
#include "platform/run/pin_memory.h"

namespace tensordash {

/// The pin level: operations on the machine of signals and clocks, every output judged unless told
/// otherwise.
class PinRunner : public OperationRunner {
 public:
  /// Elaborates the machine that `config` describes, which must outlive the runner; a connectivity
  /// file may set its pe.lanes. `verify` is taken as all when automatic. Throws ConfigError
  /// or, when `waves` cannot be dumped, WaveError.
  PinRunner(Config& config, const std::optional<WaveRequest>& waves, const VerifyRequest& verify,
            const std::vector<FaultRequest>& faults = {});

  void begin(TraceLayer layer) override;
  void release() override { layer_ = {}; }
  OperationReport run(Operation operation, std::vector<float>* outputs,
                      const Progress& progress) override;
  std::uint64_t clock() const override { return machine_->now(); }
  void resume_at(std::uint64_t clock) override { machine_->resume_at(clock); }
  void finish() override { machine_->finish_waves(); }

 private:
  struct Part;

  const Config& config_;
  Connectivity table_;
  MappingTable mapping_;
  MachineParameters parameters_;
  VerifyRequest verify_;
  // One of the two.
  std::unique_ptr<PinMachine> ideal_;
  std::unique_ptr<PinMemory> memory_;
  Machine* machine_ = nullptr;
  OperandSet layer_;
};

}  // namespace tensordash
