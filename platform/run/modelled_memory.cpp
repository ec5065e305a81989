#include "platform/run/modelled_memory.h"

#include <fmt/format.h>
#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "hw/compression/zero_compression.h"
#include "models/layout/dram_image.h"
#include "models/mapping/mapping_error.h"
#include "platform/config/dram_keys.h"
#include "platform/config/memory_keys.h"
#include "platform/run/faulty_memory.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

FaultTensor fault_tensor(OperandTensor tensor) {
  switch (tensor) {
    case OperandTensor::activations:
      return FaultTensor::activations;
    case OperandTensor::weights:
      return FaultTensor::weights;
    case OperandTensor::gradients:
      break;
  }
  return FaultTensor::gradients;
}

const char* name_of(OperandTensor tensor) {
  return name_of(fault_tensor(tensor));
}

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

constexpr OperandTensor all_operands[] = {OperandTensor::activations, OperandTensor::weights,
                                          OperandTensor::gradients};

std::size_t index(OperandTensor tensor) {
  return static_cast<std::size_t>(tensor);
}

std::size_t index(Operation operation) {
  return static_cast<std::size_t>(operation);
}

DramConfiguration dram_of(const Config& config) {
  DramParameters parameters = dram_parameters(config);
  parameters.store_data = false;
  DramConfiguration dram;
  try {
    dram = DramConfiguration(parameters);
  } catch (const DramError& problem) {
    throw ConfigError(problem.what());
  }
  if (parameters.front_clocks != 0) {
    throw ConfigError(fmt::format("dram.front_clocks is {}; allowed with memory=modelled: 0",
                                  parameters.front_clocks));
  }
  if (parameters.response_order == ResponseOrder::in_order) {
    throw ConfigError(
        "dram.response_order is in_order; allowed with memory=modelled: out_of_order");
  }
  if (dram.burst_bytes() > dma_request_bytes) {
    throw ConfigError(
        fmt::format("dram.width is {}; allowed with memory=modelled: 16, 32", parameters.width));
  }
  const unsigned bursts =
      config.number("dma.outstanding") * (dma_request_bytes / dram.burst_bytes());
  if (bursts > parameters.queue) {
    throw ConfigError(
        fmt::format("dma.outstanding is {}, {} bursts; allowed: as many as a channel's queue holds "
                    "(dram.queue is {})",
                    config.number("dma.outstanding"), bursts, parameters.queue));
  }
  return dram;
}

/// The name that all segments share, or "mixed".
template <typename Name>
std::string common(const std::vector<SegmentKept>& segments, const Name& name) {
  if (segments.empty()) return "none";
  const std::string_view first = name(segments.front());
  const bool shared = std::all_of(segments.begin(), segments.end(),
                                  [&](const SegmentKept& of) { return name(of) == first; });
  return shared ? std::string(first) : "mixed";
}

/// The pairs' share of the ledger is known; here is where the clocks went besides steps.
void count_stalls(const MemoryTiming& timing, std::uint64_t tile_lanes, CycleLedger& ledger) {
  const auto cause = [&](std::size_t tile, StallCause which) {
    return timing.tile_stalls[tile][static_cast<std::size_t>(which)] * tile_lanes;
  };
  ledger.out_of_passes = 0;
  for (std::size_t tile = 0; tile < timing.tile_steps.size(); ++tile) {
    ledger.stall_scratchpad += cause(tile, StallCause::scratchpad);
    ledger.stall_sram += cause(tile, StallCause::sram);
    ledger.stall_bank_conflict += cause(tile, StallCause::bank_conflict);
    ledger.stall_transposer += cause(tile, StallCause::transposer);
    ledger.stall_credit += cause(tile, StallCause::credit);
    ledger.stall_dram += cause(tile, StallCause::dram) + timing.write_back * tile_lanes;
    const Edge end = std::max<Edge>(timing.tile_ends[tile], 1);
    ledger.out_of_passes += (std::max<Edge>(timing.last_step, 1) - end) * tile_lanes;
  }
}

}  // namespace

ModelledMemory::ModelledMemory(const Config& config, unsigned lanes,
                               std::vector<FaultRequest> faults)
    : config_(config),
      parameters_(memory_parameters(config, lanes)),
      dram_(dram_of(config)),
      tiles_(config.number("tiles")),
      depth_(config.number("staging.depth")),
      faults_(std::move(faults)) {
  if (config.text("sync") == "elastic") {
    throw ConfigError("sync is elastic; allowed with memory=modelled: lockstep");
  }
}

void ModelledMemory::begin(const TraceLayer& layer) {
  layer_ = &layer;
  memory_.emplace();
  const LayerShape& shape = layer.shape;
  const unsigned lanes = parameters_.lanes;
  const unsigned bytes = parameters_.value_bytes;
  const TensorLayout weights = TensorLayout::of_weights(shape, lanes);
  ImagePlacer placer(0, dram_.bytes());
  try {
    operands_[index(OperandTensor::activations)] =
        placer.place("activations", TensorLayout::of_activations(shape, lanes), bytes);
    operands_[index(OperandTensor::weights)] = placer.place("weights", weights, bytes);
    operands_[index(OperandTensor::gradients)] =
        placer.place("output_gradients", TensorLayout::of_outputs(shape, lanes), bytes);
    outputs_[index(Operation::forward)] =
        placer.place("O", TensorLayout::of_outputs(shape, lanes), 4);
    outputs_[index(Operation::backward_data)] =
        placer.place("GA", TensorLayout::of_activations(shape, lanes), 4);
    outputs_[index(Operation::backward_weights)] = placer.place("GW", weights, 4);
  } catch (const PlacementError& problem) {
    throw ConfigError(fmt::format("layer {}: {}", layer.name, problem.what()));
  }
  for (auto& image : operands_) image->compressed = parameters_.zero_compression;
  for (auto& image : outputs_) image->compressed = false;
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
  const TensorImage& image = *operands_[at];
  if (!in_memory_[at]) store_tensor(image, values, *memory_);
  in_memory_[at] = true;
  const LayerShape& shape = layer_->shape;
  const std::array<std::int64_t, 3> counts = {shape.activation_count(), shape.weight_count(),
                                              shape.output_count()};
  std::vector<float>& loaded = loaded_[at];
  loaded.assign(values, values + counts[at]);
  FaultyMemory memory(*memory_, image, dram_.burst_bytes(), faults_of(fault_tensor(tensor), image));
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
  const TensorImage& image = *outputs_[index(timed_.operation)];
  FaultyMemory memory(*memory_, image, dram_.burst_bytes(), faults_of(FaultTensor::outputs, image));
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
  return std::any_of(faults_.begin(), faults_.end(), [&](const FaultRequest& fault) {
    return fault.layer == layer_->name && fault.operation == operation;
  });
}

std::vector<FaultPlace> ModelledMemory::faults_of(FaultTensor tensor,
                                                  const TensorImage& image) const {
  std::vector<FaultPlace> places;
  for (const FaultRequest& fault : faults_) {
    if (fault.layer != layer_->name || fault.operation != timed_.operation) continue;
    if (fault.tensor == tensor) places.push_back(place_of(fault, image));
  }
  return places;
}

void ModelledMemory::require_met() const {
  for (const FaultRequest& fault : faults_) {
    if (fault.layer != layer_->name || fault.operation != timed_.operation) continue;
    const auto* const operand =
        std::find_if(std::begin(all_operands), std::end(all_operands),
                     [&](OperandTensor tensor) { return fault_tensor(tensor) == fault.tensor; });
    if (operand == std::end(all_operands)) {
      throw std::logic_error(fmt::format("--fault {}: the outputs were all written", fault.text));
    }
    const TensorImage& image = *operands_[index(*operand)];
    const std::uint64_t group = fault.byte / (fault.directory ? entry_bytes : image.slot_bytes());
    if (!timed_.read[index(*operand)]->groups[group]) {
      throw RequestError(
          fmt::format("--fault {}: {} does not read group {} of {}; allowed: a "
                      "group that it reads",
                      fault.text, tensordash::name_of(fault.operation), group, name_of(*operand)));
    }
    const std::uint64_t first = group * image.slot_bytes();
    throw RequestError(
        fmt::format("--fault {}: nothing looks at this byte of group {}'s slot; allowed: data+{} "
                    "to data+{}",
                    fault.text, group, first, first + bytes_used(*operand, group, fault.kind) - 1));
  }
}

std::uint64_t ModelledMemory::bytes_used(OperandTensor tensor, std::uint64_t group,
                                         FaultKind kind) const {
  const TensorImage& image = *operands_[index(tensor)];
  const StoredTensor where =
      stored(image, image.compressed ? units_[index(tensor)] : std::vector<std::uint16_t>());
  if (kind == FaultKind::error) return where.bytes(static_cast<std::uint32_t>(group));
  const std::size_t units = image.compressed ? units_[index(tensor)][group]
                                             : raw_units(image.group_values(), image.value_bytes);
  return std::uint64_t{units} * unit_bytes;
}

StoredTensor ModelledMemory::stored(const TensorImage& image,
                                    const std::vector<std::uint16_t>& units) const {
  StoredTensor tensor;
  tensor.data_base = image.data_base;
  tensor.directory_base = image.directory_base;
  tensor.slot_bytes = static_cast<std::uint32_t>(image.slot_bytes());
  tensor.transfer_bytes = dram_.burst_bytes();
  tensor.units = units;
  return tensor;
}

void ModelledMemory::time(const StreamPlan& plan, std::vector<SegmentPace> paces,
                          OperationReport& report, const std::function<void(double)>& progress) {
  const std::array<const float*, 3> values = {
      layer_->activations.values.data(), layer_->weights.values.data(),
      layer_->output_gradients ? layer_->output_gradients->values.data() : nullptr};
  MemoryProblem problem(plan, parameters_, dram_);
  problem.clock_ps = static_cast<std::uint64_t>(PinMachine::clock_ns * 1000);
  problem.tiles = tiles_;
  problem.depth = depth_;
  report.memory.emplace();
  std::array<SideOperand, 2> sides{SideOperand(plan, Side::b), SideOperand(plan, Side::a)};
  for (const Side side : both_sides) {
    const OperandTensor tensor = sides[static_cast<std::size_t>(side)].tensor();
    const std::size_t at = index(tensor);
    const TensorImage& image = *operands_[at];
    if (units_[at].empty()) {
      sizes_[at] = image_sizes(image.layout, image.value_bytes, values[at], &units_[at]);
    }
    StoredTensor& operand = problem.operands[static_cast<std::size_t>(side)];
    operand = stored(image, image.compressed ? units_[at] : std::vector<std::uint16_t>());
    SideMapping& mapping = side == Side::b ? report.memory->b : report.memory->a;
    mapping.tensor = name_of(tensor);
    mapping.transposed = sides[static_cast<std::size_t>(side)].transposed();
    mapping.raw_bytes = image.data_bytes();
    mapping.payload_bytes =
        image.compressed ? sizes_[at].compressed_payload_bytes : sizes_[at].raw_bytes;
    mapping.stored_bytes = operand.all_bytes(static_cast<std::uint32_t>(image.layout.groups()));
  }
  problem.outputs = stored(*outputs_[index(report.operation)], {});
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
      const auto& kept = dense.kept[static_cast<std::size_t>(side)];
      SideMapping& mapping = side == Side::b ? report.memory->b : report.memory->a;
      mapping.residency =
          common(kept, [](const SegmentKept& of) { return tensordash::name_of(of.residency); });
      mapping.scratchpad =
          common(kept, [](const SegmentKept& of) { return tensordash::name_of(of.scratchpads); });
    }
  } catch (const MappingError& misfit) {
    throw ConfigError(fmt::format("layer {}, {}: {}", layer_->name,
                                  tensordash::name_of(report.operation), misfit.what()));
  }
  if (sparse.steps != report.run.steps || dense.steps != report.dense.steps) {
    throw std::logic_error("the memory's timelines do not take the steps that were timed");
  }
  timed_ = Timed{};
  timed_.operation = report.operation;
  timed_.written = sparse.traffic.dram_write_bytes;
  for (const Side side : both_sides) {
    const auto at = static_cast<std::size_t>(side);
    timed_.read[index(sides[at].tensor())] = std::move(sparse.read[at]);
  }
  report.run.cycles = sparse.cycles;
  report.dense.cycles = dense.cycles;
  report.memory->traffic = sparse.traffic;
  report.memory->write_back = sparse.write_back;
  report.memory->dense_write_back = dense.write_back;
  report.memory->limited_by = limiting_resource(sparse);
  report.memory->dense_limited_by = limiting_resource(dense);
  const StreamGeometry& geometry = plan.geometry();
  const std::uint64_t tile_lanes = std::uint64_t{geometry.rows} * geometry.columns * geometry.lanes;
  count_stalls(sparse, tile_lanes, report.ledger);
  if (report.ledger.total() != sparse.cycles * tiles_ * tile_lanes) {
    throw std::logic_error("the lane-cycles with memory do not add up");
  }
}

}  // namespace tensordash
