// Clocks of an operation with its memory that the fast level times a second on one core: a
// convolution whose tiles wait for their SRAMs, and a fully-connected layer that waits for DRAM.

#include <benchmark/benchmark.h>

#include <stdexcept>
#include <string>

#include "models/engine/schedule_paces.h"
#include "models/layout/image_placer.h"
#include "models/memory/memory_timing.h"
#include "models/synthetic/network_source.h"

namespace tensordash {
namespace {

TraceLayer layer_of(const char* network, const std::string& name) {
  SyntheticParameters parameters;
  parameters.batch = 1;
  const NetworkSource source(*find_network(network), parameters);
  for (std::size_t at = 0; at < source.layers().size(); ++at) {
    if (source.layers()[at].name == name) return source.read(at);
  }
  throw std::invalid_argument("no layer " + name);
}

/// The forward operation of a layer in DRAM, raw.
class Problem {
 public:
  Problem(const char* network, const char* layer, bool dense)
      : layer_(layer_of(network, layer)),
        plan_(Operation::forward, SparseOperand::activations, layer_.shape, {16, 4, 4, false}),
        table_(Connectivity::named("paper", parameters_.lanes, 3)),
        problem_(plan_, parameters_, dram_) {
    const LayerShape& shape = layer_.shape;
    ImagePlacer placer(0, dram_.bytes());
    const auto place = [&](const TensorLayout& layout) {
      const TensorImage image = placer.place("tensor", layout, 4);
      StoredTensor stored;
      stored.data_base = image.data_base;
      stored.directory_base = image.directory_base;
      stored.slot_bytes = static_cast<std::uint32_t>(image.slot_bytes());
      stored.transfer_bytes = dram_.burst_bytes();
      return stored;
    };
    problem_.operands = {place(TensorLayout::of_activations(shape, parameters_.lanes)),
                         place(TensorLayout::of_weights(shape, parameters_.lanes))};
    problem_.outputs = place(TensorLayout::of_outputs(shape, parameters_.lanes));
    if (dense) return;
    const engine::TensorBits bits(layer_.activations.values.data(), shape.N, shape.C,
                                  shape.H * shape.W, engine::fp32_zeros);
    engine::Machine machine;
    machine.table = &table_;
    problem_.paces = engine::schedule_paces(plan_, {&bits, nullptr, nullptr}, machine);
  }
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;
  ~Problem() = default;

  const MemoryProblem& get() const { return problem_; }

 private:
  TraceLayer layer_;
  MemoryParameters parameters_;
  DramConfiguration dram_{DramParameters{}};
  StreamPlan plan_;
  Connectivity table_;
  MemoryProblem problem_;
};

void time_operation(benchmark::State& state, const char* network, const char* layer, bool dense) {
  const Problem problem(network, layer, dense);
  double clocks = 0;
  double bursts = 0;
  for (auto _ : state) {
    const MemoryTiming timing = time_memory(problem.get());
    clocks += static_cast<double>(timing.cycles);
    bursts += static_cast<double>(timing.traffic.dram_bursts);
  }
  state.counters["clocks"] = benchmark::Counter(clocks, benchmark::Counter::kIsRate);
  state.counters["bursts"] = benchmark::Counter(bursts, benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(time_operation, convolution_sparse, "resnet50", "conv4_2.conv2", false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(time_operation, convolution_dense, "resnet50", "conv4_2.conv2", true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(time_operation, fully_connected_sparse, "alexnet", "fc8", false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(time_operation, fully_connected_dense, "alexnet", "fc8", true)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tensordash

BENCHMARK_MAIN();
