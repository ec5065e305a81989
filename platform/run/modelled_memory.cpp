#include "platform/run/modelled_memory.h"

#include <fmt/format.h>
#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "models/layout/dram_image.h"
#include "models/mapping/mapping_error.h"
#include "models/memory/stall_ledger.h"
#include "platform/config/memory_keys.h"
#include "platform/run/layer_images.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

std::size_t index(OperandTensor tensor) {
  return static_cast<std::size_t>(tensor);
}

std::size_t index(Operation operation) {
  return static_cast<std::size_t>(operation);
}

}  // namespace

ModelledMemory::ModelledMemory(const Config& config, unsigned lanes)
    : config_(config),
      parameters_(memory_parameters(config, lanes)),
      dram_(modelled_dram(config, false)),
      tiles_(config.number("tiles")),
      depth_(config.number("staging.depth")) {
  if (config.text("sync") == "elastic") {
    throw ConfigError("sync is elastic; allowed with memory=modelled: lockstep");
  }
}

void ModelledMemory::begin(const TraceLayer& layer) {
  layer_ = &layer;
  memory_.emplace();
  LayerImages images = place_layer(layer.name, layer.shape, parameters_, dram_.bytes());
  operands_ = images.operands;
  outputs_ = images.outputs;
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

void ModelledMemory::time(const StreamPlan& plan, std::vector<SegmentPace> paces,
                          OperationReport& report, const std::function<void(double)>& progress) {
  const std::array<const float*, 3> values = {
      layer_->activations.values.data(), layer_->weights.values.data(),
      layer_->output_gradients ? layer_->output_gradients->values.data() : nullptr};
  MemoryProblem problem(plan, parameters_, dram_);
  problem.clock_ps = static_cast<std::uint64_t>(machine_clock_ns * 1000);
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
    SideMapping& mapping = side == Side::b ? report.memory->b : report.memory->a;
    describe_operand(sides[static_cast<std::size_t>(side)], sizes_[at],
                     parameters_.zero_compression, mapping);
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
      describe_kept(dense.kept[static_cast<std::size_t>(side)],
                    side == Side::b ? report.memory->b : report.memory->a);
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
  describe_runs(sparse, dense, *report.memory);
  const StreamGeometry& geometry = plan.geometry();
  const std::uint64_t tile_lanes = std::uint64_t{geometry.rows} * geometry.columns * geometry.lanes;
  add_memory_stalls(sparse, tile_lanes, report.ledger);
  if (report.ledger.total() != sparse.cycles * tiles_ * tile_lanes) {
    throw std::logic_error("the lane-cycles with memory do not add up");
  }
}

}  // namespace tensordash
