#include "platform/run/modelled_memory.h"

#include <fmt/format.h>
#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "models/layout/dram_image.h"
#include "models/mapping/mapping_error.h"
#include "platform/config/dram_keys.h"
#include "platform/config/memory_keys.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

const char* name_of(OperandTensor tensor) {
  switch (tensor) {
    case OperandTensor::activations:
      return "activations";
    case OperandTensor::weights:
      return "weights";
    case OperandTensor::gradients:
      break;
  }
  return "gradients";
}

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

ModelledMemory::ModelledMemory(const Config& config, unsigned lanes)
    : config_(config),
      parameters_(memory_parameters(config, lanes)),
      dram_(dram_of(config)),
      tiles_(config.number("tiles")),
      depth_(config.number("staging.depth")) {
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
    throw RequestError(fmt::format("layer {}: {}", layer.name, problem.what()));
  }
  for (auto& units : units_) units.clear();
}

ModelledMemory::Loaded ModelledMemory::load(const float* activations, const float* weights,
                                            const float* gradients) {
  Loaded loaded;
  const auto through = [&](OperandTensor tensor, const float* values, std::size_t count,
                           std::vector<float>& to) {
    if (values == nullptr) return;
    to.resize(count);
    const TensorImage& image = *operands_[index(tensor)];
    try {
      store_tensor(image, values, *memory_);
      load_tensor(image, *memory_, to.data());
    } catch (const ImageError& problem) {
      throw std::runtime_error(
          fmt::format("layer {}, {}: {}", layer_->name, name_of(tensor), problem.what()));
    }
    if (std::memcmp(to.data(), values, count * sizeof(float)) != 0) {
      throw std::logic_error(fmt::format("layer {}: {} do not come back from DRAM as they were",
                                         layer_->name, name_of(tensor)));
    }
  };
  const LayerShape& shape = layer_->shape;
  through(OperandTensor::activations, activations,
          static_cast<std::size_t>(shape.activation_count()), loaded.activations);
  through(OperandTensor::weights, weights, static_cast<std::size_t>(shape.weight_count()),
          loaded.weights);
  through(OperandTensor::gradients, gradients, static_cast<std::size_t>(shape.output_count()),
          loaded.gradients);
  return loaded;
}

void ModelledMemory::write_back(Operation operation, std::vector<float>& outputs) {
  const TensorImage& image = *outputs_[index(operation)];
  const std::vector<float> sent = outputs;
  store_tensor(image, sent.data(), *memory_);
  load_tensor(image, *memory_, outputs.data());
  if (std::memcmp(sent.data(), outputs.data(), sent.size() * sizeof(float)) != 0) {
    throw std::logic_error(
        fmt::format("layer {}: outputs do not come back from DRAM as they were", layer_->name));
  }
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

void ModelledMemory::time(const StreamPlan& plan, const MappingChoice& mapping,
                          std::vector<SegmentPace> paces, OperationReport& report,
                          const std::function<void(double)>& progress) {
  const std::array<const float*, 3> values = {
      layer_->activations.values.data(), layer_->weights.values.data(),
      layer_->output_gradients ? layer_->output_gradients->values.data() : nullptr};
  parameters_.mapping = mapping;
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
    problem.operands[static_cast<std::size_t>(side)] =
        stored(image, parameters_.zero_compression ? units_[at] : std::vector<std::uint16_t>());
    SideMapping& kept_side = side == Side::b ? report.memory->b : report.memory->a;
    kept_side.tensor = name_of(tensor);
    kept_side.transposed = sides[static_cast<std::size_t>(side)].transposed();
    kept_side.raw_bytes = sizes_[at].raw_bytes;
    kept_side.payload_bytes =
        parameters_.zero_compression ? sizes_[at].compressed_payload_bytes : sizes_[at].raw_bytes;
    kept_side.stored_bytes = parameters_.zero_compression
                                 ? sizes_[at].stored_units * storage_unit_bytes
                                 : sizes_[at].raw_bytes;
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
      SideMapping& kept_side = side == Side::b ? report.memory->b : report.memory->a;
      kept_side.residency =
          common(kept, [](const SegmentKept& of) { return tensordash::name_of(of.residency); });
      kept_side.scratchpad =
          common(kept, [](const SegmentKept& of) { return tensordash::name_of(of.scratchpads); });
    }
  } catch (const MappingError& misfit) {
    throw RequestError(fmt::format("layer {}, {}: {}", layer_->name,
                                   tensordash::name_of(report.operation), misfit.what()));
  }
  if (sparse.steps != report.run.steps || dense.steps != report.dense.steps) {
    throw std::logic_error("the memory's timelines do not take the steps that were timed");
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
