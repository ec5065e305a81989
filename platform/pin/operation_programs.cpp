#include "platform/pin/operation_programs.h"

#include "models/memory/timed_operation.h"

namespace tensordash {
namespace {

std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

LoadTensor load_tensor_of(const TensorImage& image) {
  LoadTensor tensor;
  tensor.data_base = image.data_base;
  tensor.directory_base = image.directory_base;
  tensor.slot_bytes = static_cast<std::uint32_t>(image.slot_bytes());
  tensor.value_bytes = image.value_bytes;
  tensor.directory = image.compressed;
  return tensor;
}

}  // namespace

PlannedOperation::PlannedOperation(const StreamPlan& of, const MemoryParameters& parameters,
                                   unsigned tiles)
    : plan(of),
      b(of, Side::b),
      a(of, Side::a),
      portions(of, b, a, parameters, tiles),
      outputs(of),
      memory{of, {&b, &a}, portions, parameters, tiles} {
  result_room(of, outputs, parameters, tiles);
  for (const Side side : both_sides) {
    for (const Segment& segment : of.segments()) {
      uses[index(side)].push_back(scratchpad_use(segment, side, parameters, tiles));
    }
    read[index(side)].resize(static_cast<std::size_t>(operand(side).layout().groups()));
  }
  for (const Portion& portion : portions.order()) {
    for (const std::uint32_t group : portions.groups(portion.groups)) {
      read[index(portion.side)][group] = true;
    }
  }
}

OperationPrograms::OperationPrograms(const PlannedOperation& of,
                                     std::array<const TensorImage*, 2> operands,
                                     const TensorImage& result)
    : load_(of.portions, {&of.b, &of.a},
            {load_tensor_of(*operands[0]), load_tensor_of(*operands[1])}, of.memory.parameters,
            of.memory.tiles),
      store_(of.plan, of.outputs, result.data_base,
             static_cast<std::uint32_t>(result.slot_bytes())) {
  for (unsigned tile = 0; tile < of.memory.tiles; ++tile) {
    b_.push_back(std::make_unique<LayerFetchProgram>(of.memory, Side::b, tile));
    a_.push_back(std::make_unique<LayerFetchProgram>(of.memory, Side::a, tile));
    passes_.push_back(std::make_unique<LayerPassProgram>(of.memory, tile));
  }
}

MemoryOperation OperationPrograms::operation() {
  MemoryOperation made{load_, store_, {}};
  for (std::size_t tile = 0; tile < b_.size(); ++tile) {
    made.tiles.push_back({b_[tile].get(), a_[tile].get(), passes_[tile].get()});
  }
  return made;
}

}  // namespace tensordash
