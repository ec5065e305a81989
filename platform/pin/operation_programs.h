#pragma once

#include <array>
#include <memory>
#include <vector>

#include "models/layout/dram_image.h"
#include "models/mapping/output_plan.h"
#include "models/mapping/portion_plan.h"
#include "models/mapping/scratchpad_plan.h"
#include "platform/pin/array_run.h"
#include "platform/pin/layer_fetch_program.h"
#include "platform/pin/layer_load_program.h"
#include "platform/pin/layer_store_program.h"

namespace tensordash {

/// An operation, and what moves where in it.
struct PlannedOperation {
  /// `of` and `parameters` outlive it. Throws MappingError for an operation that does not fit.
  PlannedOperation(const StreamPlan& of, const MemoryParameters& parameters, unsigned tiles);
  ~PlannedOperation() = default;
  PlannedOperation(const PlannedOperation&) = delete;
  PlannedOperation& operator=(const PlannedOperation&) = delete;

  const SideOperand& operand(Side side) const { return side == Side::b ? b : a; }

  const StreamPlan& plan;
  SideOperand b, a;
  PortionPlan portions;
  OutputPlan outputs;
  MemoryPlan memory;
  std::array<std::vector<bool>, 2> read;           ///< [side][group]
  std::array<std::vector<ScratchpadUse>, 2> uses;  ///< [side][segment]
};

/// What the blocks of a MemoryArray do in one run of an operation.
class OperationPrograms {
 public:
  /// `operands` [side] and `result` say where the tensors lie; `of` outlives the programs.
  OperationPrograms(const PlannedOperation& of, std::array<const TensorImage*, 2> operands,
                    const TensorImage& result);

  MemoryOperation operation();

 private:
  LayerLoadProgram load_;
  LayerStoreProgram store_;
  std::vector<std::unique_ptr<LayerFetchProgram>> b_, a_;
  std::vector<std::unique_ptr<LayerPassProgram>> passes_;
};

}  // namespace tensordash
