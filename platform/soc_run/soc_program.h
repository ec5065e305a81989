#pragma once

#include <optional>

#include "models/trace/layer_source.h"
#include "platform/run/fast_runner.h"
#include "platform/run/output_folder.h"
#include "platform/run/progress_line.h"
#include "platform/run/run_plan.h"
#include "platform/soc/small_soc.h"
#include "platform/soc_run/soc_tensors.h"

namespace tensordash {

/// The program on the host: layer by layer it lays the operands down, queues all operations of the
/// layer, waits for one after the other, and verifies what it reads back.
class SocProgram {
 public:
  /// All of them outlive the program. Throws what FastRunner and OutputFolder throw.
  SocProgram(const SocRequest& request, const LayerSource& source, const RunPlan& plan,
             SmallSoc& soc);

  /// On the host. Throws SocError, TraceError, RequestError, ConfigError, Interrupted.
  void run(HostCore& host);

  /// After the simulation: keeps the outputs.
  SocReport finish();

 private:
  struct Queued;

  void run_layer(const PlannedLayer& planned, SocDriver& driver, HostCore& host);
  std::vector<Queued> queue(const PlannedLayer& planned, const OperandSet& operands,
                            const SocTensors& tensors, SocDriver& driver) const;
  void verify(const std::vector<float>& results, SocOperation& operation);

  const SocRequest& request_;
  const LayerSource& source_;
  const RunPlan& plan_;
  SmallSoc& soc_;
  Config judge_config_;
  FastRunner judge_;
  std::optional<OutputFolder> folder_;
  ProgressLine line_;
  SocReport report_;
};

}  // namespace tensordash
