#pragma once

#include <atomic>
#include <optional>
#include <vector>

#include "models/engine/operation_outputs.h"
#include "models/mapping/power_gating.h"
#include "platform/config/mapping_file.h"
#include "platform/run/modelled_memory.h"
#include "platform/run/operand_set.h"
#include "platform/run/operation_runner.h"
#include "platform/run/verify_request.h"

namespace tensordash {

/// Runs single operations on the fast engine: the same figures and bits as the pin level. Outputs
/// are computed where they are wanted or verified, nowhere else.
class FastRunner : public OperationRunner {
 public:
  /// Operations of up to so many multiply-accumulates are verified whole when nothing else is said.
  static constexpr unsigned log2_most_macs_verified = 27;
  /// Of larger ones a sample of so many outputs is, or of fewer whose reductions together have so
  /// many multiply-accumulates, but not of fewer than the least.
  static constexpr std::uint64_t sample_size = 1024;
  static constexpr std::uint64_t sample_macs = std::uint64_t{1} << 22;
  static constexpr std::uint64_t least_sample = 16;

  /// A connectivity file may set the pe.lanes of `config`, which must outlive the runner. Throws
  /// ConfigError.
  FastRunner(Config& config, const VerifyRequest& verify, std::vector<FaultRequest> faults = {});

  void begin(TraceLayer layer) override;
  void release() override;
  OperationReport run(Operation operation, std::vector<float>* outputs,
                      const Progress& progress) override;

  /// Runs an operation and verifies `results`, C order, that another machine has for it: they are
  /// judged in place of the runner's own. `different` receives how many of those that it computes
  /// for that, the verified ones at least, have other bits. Nothing is computed when nothing is to
  /// be verified.
  OperationReport check(Operation operation, const std::vector<float>& results,
                        std::uint64_t& different);

 private:
  struct Task;

  OperandTensors operands();
  PowerGatingDecision decide_gating(SparseOperand sparse) const;
  VerifyRequest verification(const LayerShape& shape, std::uint64_t outputs) const;
  void compute(const Task& task, std::vector<float>* outputs, OperationReport& report,
               const engine::Progress& progress);

  const Config& config_;
  VerifyRequest verify_;
  Connectivity table_;
  engine::ZeroRule rule_;
  engine::Machine machine_;
  PowerGatingRule gating_;
  MappingTable mapping_;
  bool exact_;
  TraceLayer layer_;
  engine::TensorBits activations_, gradients_;
  std::optional<OperandSet> rounded_;  ///< of the layer, once outputs are computed
  std::optional<ModelledMemory> memory_;
  const std::vector<float>* given_ = nullptr;  ///< results that check() is about
  std::atomic<std::uint64_t> different_{0};
};

}  // namespace tensordash
