#include "platform/run/pin_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "models/mapping/mapping_error.h"
#include "platform/config/memory_keys.h"
#include "platform/pin/operation_programs.h"
#include "platform/run/faulty_memory.h"

namespace tensordash {
namespace {

std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

}  // namespace

/// An operation, and the faults that are asked for in it.
struct PinMemory::Planned : PlannedOperation {
  using PlannedOperation::PlannedOperation;

  OperationFaults faults;
};

PinMemory::PinMemory(const Config& config, const MachineParameters& parameters,
                     const Connectivity& table, std::vector<FaultRequest> faults)
    : parameters_(modelled_parameters(config, table.lanes())),
      dram_(modelled_dram(config, true)),
      tiles_(parameters.tiles),
      machine_(parameters, parameters_, dram_, table),
      faults_(std::move(faults)) {}

PinMemory::~PinMemory() = default;

const float* PinMemory::operand_values(OperandTensor tensor) const {
  const OperandTensors tensors = layer_->tensors();
  switch (tensor) {
    case OperandTensor::activations:
      return tensors.activations;
    case OperandTensor::weights:
      return tensors.weights;
    case OperandTensor::gradients:
      break;
  }
  return tensors.output_gradients;
}

std::int64_t PinMemory::operand_count(OperandTensor tensor) const {
  switch (tensor) {
    case OperandTensor::activations:
      return layer_->shape.activation_count();
    case OperandTensor::weights:
      return layer_->shape.weight_count();
    case OperandTensor::gradients:
      break;
  }
  return layer_->shape.output_count();
}

void PinMemory::begin(const OperandSet& layer) {
  planned_.reset();
  layer_ = &layer;
  images_ = place_layer(layer.name, layer.shape, parameters_, dram_.bytes());
  for (std::size_t at = 0; at < images_.operands.size(); ++at) {
    const float* const tensor = operand_values(static_cast<OperandTensor>(at));
    if (tensor == nullptr) continue;
    const TensorImage& image = *images_.operands[at];
    store_tensor(image, tensor, machine_.dram());
    sizes_[at] = image_sizes(image.layout, image.value_bytes, tensor, &units_[at]);
  }
}

void PinMemory::plan(const StreamPlan& plan, const MappingChoice& mapping) {
  planned_.reset();
  parameters_.mapping = mapping;
  try {
    planned_ = std::make_unique<Planned>(plan, parameters_, tiles_);
    planned_->faults = OperationFaults(faults_, layer_->name, plan.operation());
  } catch (const MappingError& misfit) {
    refuse_mapping(layer_->name, plan.operation(), misfit);
  }
}

MemoryTiming PinMemory::run(bool dense, const Machine::Sink& sink,
                            const Machine::Progress& progress, const Machine::IdleSink& idle_sink,
                            OperationClocks& clocks) {
  const LayerImages& images = images_;
  OperationPrograms programs(
      *planned_, {&images.operand(planned_->b.tensor()), &images.operand(planned_->a.tensor())},
      images.output(planned_->plan.operation()));
  forget_outputs();
  set_faults(true);
  try {
    clocks = machine_.run(programs.operation(), dense, sink, progress, idle_sink);
  } catch (const DmaFaultError& error) {
    report_fault(error.fault());
  }
  if (planned_->faults.any()) require_operands();
  set_faults(false);
  MemoryTiming timing = timing_of(clocks, machine_.counts(), machine_.tile_steps());
  for (const Side side : both_sides) {
    const std::vector<ScratchpadUse>& uses = planned_->uses[index(side)];
    for (std::size_t at = 0; at < uses.size(); ++at) {
      timing.kept[index(side)].push_back({planned_->portions.residency(side, at).mode, uses[at]});
    }
  }
  return timing;
}

void PinMemory::report_fault(const DmaFault& fault) const {
  const Operation operation = planned_->plan.operation();
  if (fault.kind == DmaFaultKind::dram_write) {
    throw MemoryFault(layer_->name, operation, tensordash::name_of(FaultTensor::outputs),
                      fmt::format("{}, {}", groups_at(images_.output(operation), fault.address),
                                  DramRefusal(fault.address, true).what()));
  }
  const OperandTensor tensor = planned_->operand(fault.side == 0 ? Side::b : Side::a).tensor();
  if (fault.kind == DmaFaultKind::dram_read) {
    throw MemoryFault(layer_->name, operation, tensordash::name_of(tensor),
                      fmt::format("{}, {}", groups_at(images_.operand(tensor), fault.address),
                                  DramRefusal(fault.address, false).what()));
  }
  const ImageError what(static_cast<std::int64_t>(fault.group), fault.address, fault.text);
  throw MemoryFault(layer_->name, operation, tensordash::name_of(tensor), what.what());
}

void PinMemory::set_faults(bool there) {
  const OperationFaults& faults = planned_->faults;
  if (!faults.any()) return;
  const Operation operation = planned_->plan.operation();
  std::vector<FaultPlace> places = faults.places(FaultTensor::outputs, images_.output(operation));
  for (const Side side : both_sides) {
    const OperandTensor tensor = planned_->operand(side).tensor();
    for (const FaultPlace& place : faults.places(fault_tensor(tensor), images_.operand(tensor))) {
      places.push_back(place);
    }
  }
  std::vector<RefusedBurst> refused;
  for (const FaultPlace& place : places) {
    if (place.kind == FaultKind::error) {
      const std::uint64_t first = place.address / dram_.burst_bytes() * dram_.burst_bytes();
      refused.push_back({first, first + dram_.burst_bytes() - 1, place.write});
      continue;
    }
    std::uint8_t byte = 0;
    machine_.dram().read(place.address, &byte, 1);
    byte ^= place.mask;
    machine_.dram().write(place.address, &byte, 1);
  }
  machine_.refuse(there ? std::move(refused) : std::vector<RefusedBurst>());
}

void PinMemory::require_operands() {
  for (const Side side : both_sides) {
    const OperandTensor tensor = planned_->operand(side).tensor();
    const TensorImage& image = images_.operand(tensor);
    const std::vector<bool>& read = planned_->read[index(side)];
    const float* const values = operand_values(tensor);
    std::vector<float> now(values, values + operand_count(tensor));
    try {
      load_tensor(image, machine_.dram(), now.data(), &read);
      if (std::memcmp(now.data(), values, now.size() * sizeof(float)) == 0) continue;
      const std::int64_t group = first_difference(image.layout, now.data(), values, &read);
      throw ImageError(group, image.slot_address(group),
                       "the values read are not those that were stored");
    } catch (const ImageError& problem) {
      throw MemoryFault(layer_->name, planned_->plan.operation(), tensordash::name_of(tensor),
                        problem.what());
    }
  }
}

void PinMemory::require_met() const {
  std::array<std::optional<OperandRead>, 3> reads;
  for (const Side side : both_sides) {
    const OperandTensor tensor = planned_->operand(side).tensor();
    const auto at = static_cast<std::size_t>(tensor);
    reads[at] = {&images_.operand(tensor), &planned_->read[index(side)], &units_[at],
                 dram_.burst_bytes()};
  }
  planned_->faults.refuse_unmet(reads);
}

/// So that what is read afterwards was written in this run.
void PinMemory::forget_outputs() {
  const TensorImage& image = images_.output(planned_->plan.operation());
  const std::vector<std::uint8_t> nothing(image.slot_bytes(), 0xff);
  for (std::int64_t group = 0; group < image.layout.groups(); ++group) {
    machine_.dram().write(image.slot_address(group), nothing.data(), nothing.size());
  }
}

std::vector<float> PinMemory::outputs() {
  const TensorImage& image = images_.output(planned_->plan.operation());
  std::vector<float> values(static_cast<std::size_t>(planned_->plan.output_count()));
  load_tensor(image, machine_.dram(), values.data());
  return values;
}

MemoryReport PinMemory::report(const MemoryTiming& sparse, const MemoryTiming& dense) {
  MemoryReport made;
  for (const Side side : both_sides) {
    SideMapping& mapping = side == Side::b ? made.b : made.a;
    const SideOperand& operand = planned_->operand(side);
    const auto at = static_cast<std::size_t>(operand.tensor());
    const TensorImage& image = *images_.operands[at];
    describe_operand(operand, image, sizes_[at],
                     stored_tensor(image, units_[at], dram_.burst_bytes()), mapping);
    describe_kept(dense.kept[index(side)], mapping);
  }
  describe_runs(sparse, dense, made);
  return made;
}

}  // namespace tensordash
