#include "platform/ip/functional_operation.h"

#include <algorithm>
#include <stdexcept>

#include "hw/pe/pipeline_clocks.h"
#include "models/engine/operation_outputs.h"
#include "models/engine/schedule_paces.h"
#include "models/mapping/mapping_error.h"
#include "models/memory/stall_ledger.h"
#include "platform/ip/job_error.h"

namespace tensordash {
namespace {

/// Filling the windows, and draining the pipeline (models/ledger).
constexpr unsigned fill_clocks = 1 + drain_clocks;

std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

}  // namespace

FunctionalOperation::FunctionalOperation(const MachineModel& machine, const OperationJob& job,
                                         MemoryAccess& access)
    : machine_(machine),
      job_(job),
      parameters_(machine.memory(job.value_bytes)),
      scheduled_(machine.scheduled(job.dense)) {
  const TileParameters& tile = machine.array().tile;
  plan_.emplace(job.operation, job.sparse, job.shape,
                StreamGeometry{machine.table().lanes(), tile.rows, tile.columns,
                               job.dilation_zeros_removed, job.reduction_rows});
  try {
    planned_ = std::make_unique<PlannedOperation>(*plan_, parameters_, machine.array().tiles);
  } catch (const MappingError& misfit) {
    throw JobError(ErrorCode::mapping, 0, 0, misfit.what());
  }
  for (const Side side : both_sides) {
    const auto tensor = static_cast<std::size_t>(planned_->operand(side).tensor());
    values_[tensor] = read_image(image(side), &planned_->read[index(side)], ReadMode::peek, access,
                                 machine.request_limits(), memory_);
  }
  const engine::ZeroRule& rule = engine::fp32_zeros;
  const LayerShape& shape = job.shape;
  const OperandTensors operands = tensors();
  if (operands.activations != nullptr) {
    activations_ = {operands.activations, shape.N, shape.C, shape.H * shape.W, rule};
  }
  if (operands.output_gradients != nullptr) {
    gradients_ = {operands.output_gradients, shape.N, shape.M, shape.P * shape.Q, rule};
  }
  if (scheduled_.sidedness == engine::Sidedness::two_sided && operands.weights != nullptr) {
    weights_ = engine::weight_bits(job.operation, shape, operands.weights, rule);
  }
  counts_ = engine::time_operation(*plan_, bits(), operands.weights, rule, scheduled_, progress());
}

engine::Progress FunctionalOperation::progress() const {
  const std::function<void()>& told = machine_.parameters().still_computing;
  if (!told) return {};
  return [&told](double /*part*/) { told(); };
}

const TensorImage& FunctionalOperation::image(Side side) const {
  return job_.operand(planned_->operand(side).tensor());
}

OperandTensors FunctionalOperation::tensors() const {
  const auto values = [&](OperandTensor tensor) -> const float* {
    const std::vector<float>& of = values_[static_cast<std::size_t>(tensor)];
    return of.empty() ? nullptr : of.data();
  };
  return {values(OperandTensor::activations), values(OperandTensor::weights),
          values(OperandTensor::gradients)};
}

OperationProblem FunctionalOperation::problem() {
  OperationProblem problem(*plan_, parameters_);
  problem.tiles = machine_.array().tiles;
  problem.depth = machine_.table().depth();
  if (!dense()) problem.paces = engine::schedule_paces(*plan_, bits(), scheduled_);
  const auto stored = [](const TensorImage& image) {
    StoredTensor tensor;
    tensor.data_base = image.data_base;
    tensor.directory_base = image.directory_base;
    tensor.slot_bytes = static_cast<std::uint32_t>(image.slot_bytes());
    tensor.transfer_bytes = MachineModel::transfer_bytes;
    return tensor;
  };
  for (const Side side : both_sides) {
    problem.operands[index(side)] = stored(image(side));
    problem.operands[index(side)].units =
        units_read(image(side), planned_->read[index(side)], memory_);
  }
  problem.outputs = stored(*job_.result);
  return problem;
}

void FunctionalOperation::store_results(ImageMemory& memory, OperationCounts& counts) const {
  const engine::OutputProblem problem{*plan_, tensors(), bits(), scheduled_, machine_.exact()};
  const std::vector<float> results = engine::compute_outputs(problem, {}, progress());
  counts.values = results.size();
  counts.zeros = static_cast<std::uint64_t>(std::count(results.begin(), results.end(), 0.0F));
  counts.issued = counts_.issued;
  store_tensor(*job_.result, results.data(), memory);
}

CycleLedger FunctionalOperation::ledger(const MemoryTiming& timing) const {
  const StreamGeometry& geometry = plan_->geometry();
  const std::uint64_t tile_lanes = std::uint64_t{geometry.rows} * geometry.columns * geometry.lanes;
  CycleLedger ledger = counts_.ledger;
  ledger.fill = std::uint64_t{fill_clocks} * machine_.array().tiles * tile_lanes;
  add_memory_stalls(timing, tile_lanes, ledger);
  if (ledger.total() != timing.cycles * machine_.array().tiles * tile_lanes) {
    throw std::logic_error("the lane-cycles of an operation do not add up");
  }
  return ledger;
}

}  // namespace tensordash
