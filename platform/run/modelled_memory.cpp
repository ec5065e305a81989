#include "platform/run/modelled_memory.h"

#include <fmt/format.h>
#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "models/layout/dram_image.h"
#include "models/mapping/mapping_error.h"
#include "models/memory/stall_ledger.h"
#include "platform/config/memory_keys.h"
#include "platform/run/faulty_memory.h"
#include "platform/run/layer_images.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

/// NaN in the groups that were not read: who uses them all the same gets no right result.
void spoil_others(const TensorLayout& layout, const std::vector<bool>& read, float* values) {
  for (std::int64_t group = 0; group < layout.groups(); ++group) {
    if (read[static_cast<std::size_t>(group)]) continue;
    const GroupExtent extent = layout.extent(group);
    for (unsigned x = 0; x < extent.width; ++x) {
      for (unsigned y = 0; y < extent.height; ++y) {
        values[extent.first + x * extent.x_stride + y * extent.y_stride] =
            std::numeric_limits<float>::quiet_NaN();
      }
    }
  }
}

std::size_t index(OperandTensor tensor) {
  return static_cast<std::size_t>(tensor);
}

}  // namespace

ModelledMemory::ModelledMemory(const Config& config, unsigned lanes,
                               std::vector<FaultRequest> faults)
    : config_(config),
      parameters_(modelled_parameters(config, lanes)),
      dram_(modelled_dram(config, false)),
      tiles_(config.number("tiles")),
      depth_(config.number("staging.depth")),
      faults_(std::move(faults)) {}

void ModelledMemory::begin(const TraceLayer& layer) {
  layer_ = &layer;
  memory_.emplace();
  images_ = place_layer(layer.name, layer.shape, parameters_, dram_.bytes());
  for (auto& units : units_) units.clear();
  in_memory_.fill(false);
}

OperandTensors ModelledMemory::load(const OperandTensors& tensors) {
  return {through(OperandTensor::activations, tensors.activations),
          through(OperandTensor::weights, tensors.weights),
          through(OperandTensor::gradients, tensors.output_gradients)};
}

const float* ModelledMemory::through(OperandTensor tensor, const float* values) {
  const std::size_t at = index(tensor);
  if (!timed_.read[at]) return values;
  const ReadOnce& read = *timed_.read[at];
  const TensorImage& image = *images_.operands[at];
  if (!in_memory_[at]) store_tensor(image, values, *memory_);
  in_memory_[at] = true;
  const LayerShape& shape = layer_->shape;
  const std::array<std::int64_t, 3> counts = {shape.activation_count(), shape.weight_count(),
                                              shape.output_count()};
  std::vector<float>& loaded = loaded_[at];
  loaded.assign(values, values + counts[at]);
  FaultyMemory memory(*memory_, image, dram_.burst_bytes(),
                      timed_.faults.places(fault_tensor(tensor), image));
  try {
    load_tensor(image, memory, loaded.data(), &read.groups);
    if (std::memcmp(loaded.data(), values, loaded.size() * sizeof(float)) != 0) {
      const std::int64_t group =
          first_difference(image.layout, loaded.data(), values, &read.groups);
      throw ImageError(group, image.slot_address(group),
                       "the values read are not those that were stored");
    }
  } catch (const ImageError& problem) {
    throw MemoryFault(layer_->name, timed_.operation, name_of(tensor), problem.what());
  } catch (const DramRefusal& problem) {
    throw MemoryFault(layer_->name, timed_.operation, name_of(tensor),
                      fmt::format("{}, {}", groups_at(image, problem.address()), problem.what()));
  }
  if (memory.bytes_read() != read.bytes) {
    throw std::logic_error(fmt::format("layer {}, {}: {} bytes of {} were read, but {} timed",
                                       layer_->name, tensordash::name_of(timed_.operation),
                                       memory.bytes_read(), name_of(tensor), read.bytes));
  }
  spoil_others(image.layout, read.groups, loaded.data());
  return loaded.data();
}

void ModelledMemory::write_back(std::vector<float>& outputs) {
  const TensorImage& image = images_.output(timed_.operation);
  FaultyMemory memory(*memory_, image, dram_.burst_bytes(),
                      timed_.faults.places(FaultTensor::outputs, image));
  try {
    store_tensor(image, outputs.data(), memory);
  } catch (const DramRefusal& problem) {
    throw MemoryFault(layer_->name, timed_.operation, tensordash::name_of(FaultTensor::outputs),
                      fmt::format("{}, {}", groups_at(image, problem.address()), problem.what()));
  }
  const std::vector<float> sent = outputs;
  load_tensor(image, *memory_, outputs.data());
  if (memory.bytes_written() != timed_.written ||
      std::memcmp(sent.data(), outputs.data(), sent.size() * sizeof(float)) != 0) {
    throw std::logic_error(fmt::format(
        "layer {}, {}: {} bytes of outputs were written, but {} timed, or they came back changed",
        layer_->name, tensordash::name_of(timed_.operation), memory.bytes_written(),
        timed_.written));
  }
}

bool ModelledMemory::faulty(Operation operation) const {
  return OperationFaults(faults_, layer_->name, operation).any();
}

void ModelledMemory::require_met() const {
  std::array<std::optional<OperandRead>, 3> reads;
  for (std::size_t at = 0; at < reads.size(); ++at) {
    if (!timed_.read[at]) continue;
    reads[at] = {&*images_.operands[at], &timed_.read[at]->groups, &units_[at],
                 dram_.burst_bytes()};
  }
  timed_.faults.refuse_unmet(reads);
}

void ModelledMemory::time(const StreamPlan& plan, const MappingChoice& mapping,
                          std::vector<SegmentPace> paces, OperationReport& report,
                          const std::function<void(double)>& progress) {
  const std::array<const float*, 3> values = {
      layer_->activations.values.data(), layer_->weights.values.data(),
      layer_->output_gradients ? layer_->output_gradients->values.data() : nullptr};
  parameters_.mapping = mapping;
  MemoryProblem problem(plan, parameters_, dram_);
  problem.clock_ps = static_cast<std::uint64_t>(machine_clock_ns * 1000);
  problem.tiles = tiles_;
  problem.depth = depth_;
  report.memory.emplace();
  std::array<SideOperand, 2> sides{SideOperand(plan, Side::b), SideOperand(plan, Side::a)};
  for (const Side side : both_sides) {
    const OperandTensor tensor = sides[static_cast<std::size_t>(side)].tensor();
    const std::size_t at = index(tensor);
    const TensorImage& image = *images_.operands[at];
    if (units_[at].empty()) {
      sizes_[at] = image_sizes(image.layout, image.value_bytes, values[at], &units_[at]);
    }
    StoredTensor& operand = problem.operands[static_cast<std::size_t>(side)];
    operand = stored_tensor(image, units_[at], dram_.burst_bytes());
    SideMapping& side_mapping = side == Side::b ? report.memory->b : report.memory->a;
    describe_operand(sides[static_cast<std::size_t>(side)], image, sizes_[at], operand,
                     side_mapping);
  }
  problem.outputs = stored_tensor(images_.output(report.operation), {}, dram_.burst_bytes());
  MemoryTiming dense;
  MemoryTiming sparse;
  try {
    const bool both = !paces.empty();
    MemoryProblem moving = problem;
    moving.paces = std::move(paces);
    tbb::parallel_invoke([&] { dense = time_memory(problem, both ? nullptr : progress); },
                         [&] {
                           if (both) sparse = time_memory(moving, progress);
                         });
    if (!both) sparse = dense;
    for (const Side side : both_sides) {
      describe_kept(dense.kept[static_cast<std::size_t>(side)],
                    side == Side::b ? report.memory->b : report.memory->a);
    }
  } catch (const MappingError& misfit) {
    refuse_mapping(layer_->name, report.operation, misfit);
  }
  if (sparse.steps != report.run.steps || dense.steps != report.dense.steps) {
    throw std::logic_error("the memory's timelines do not take the steps that were timed");
  }
  timed_ = Timed{};
  timed_.operation = report.operation;
  timed_.faults = OperationFaults(faults_, layer_->name, report.operation);
  timed_.written = sparse.traffic.dram_write_bytes;
  for (const Side side : both_sides) {
    const auto at = static_cast<std::size_t>(side);
    timed_.read[index(sides[at].tensor())] = std::move(sparse.read[at]);
  }
  report.run.cycles = sparse.cycles;
  report.dense.cycles = dense.cycles;
  describe_runs(sparse, dense, *report.memory);
  const StreamGeometry& geometry = plan.geometry();
  const std::uint64_t tile_lanes = std::uint64_t{geometry.rows} * geometry.columns * geometry.lanes;
  add_memory_stalls(sparse, tile_lanes, report.ledger);
  if (report.ledger.total() != sparse.cycles * tiles_ * tile_lanes) {
    throw std::logic_error("the lane-cycles with memory do not add up");
  }
}

}  // namespace tensordash
