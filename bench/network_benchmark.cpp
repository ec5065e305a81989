// Where the time of a whole network goes at fast level: making values, packing their zero bits,
// scheduling; and how long a plain read of the same tensors takes.

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <chrono>
#include <cstring>
#include <utility>

#include "models/engine/operation_timing.h"
#include "models/synthetic/network_source.h"

namespace tensordash::engine {
namespace {

/// Adds up the time of one kind of work.
class Stopwatch {
 public:
  template <typename Work>
  auto measure(Work work) {
    const auto start = std::chrono::steady_clock::now();
    auto result = work();
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
  }
  double seconds() const { return seconds_; }

 private:
  double seconds_ = 0;
};

std::uint32_t read_all(const TensorValues& values) {
  return tbb::parallel_reduce(
      tbb::blocked_range<std::size_t>(0, values.size(), std::size_t{1} << 18), std::uint32_t{0},
      [&](const auto& range, std::uint32_t sum) {
        for (std::size_t at = range.begin(); at != range.end(); ++at) {
          std::uint32_t bits = 0;
          std::memcpy(&bits, values.data() + at, sizeof bits);
          sum ^= bits;
        }
        return sum;
      },
      [](std::uint32_t a, std::uint32_t b) { return a ^ b; });
}

/// All layers and operations of a network, timing only; the batch is the benchmark's argument.
void time_network(benchmark::State& state, const char* name) {
  SyntheticParameters parameters;
  parameters.batch = state.range(0);
  const NetworkSource source(*find_network(name), parameters);
  const Connectivity table = Connectivity::named("paper", 16, 3);
  Machine machine;
  machine.table = &table;
  Stopwatch generating, reading, packing, scheduling;
  double bytes = 0;
  for (auto _ : state) {
    for (std::size_t index = 0; index < source.layers().size(); ++index) {
      const TraceLayer layer = generating.measure([&] { return source.read(index); });
      const LayerShape& shape = layer.shape;
      reading.measure([&] {
        std::uint32_t sum = 0;
        for (const Tensor* tensor :
             {&layer.activations, &layer.weights, &*layer.output_gradients}) {
          bytes += static_cast<double>(tensor->values.size() * sizeof(float));
          sum ^= read_all(tensor->values);
        }
        benchmark::DoNotOptimize(sum);
        return sum;
      });
      const auto [activations, gradients] = packing.measure([&] {
        return std::pair(TensorBits(layer.activations.values.data(), shape.N, shape.C,
                                    shape.H * shape.W, fp32_zeros),
                         TensorBits(layer.output_gradients->values.data(), shape.N, shape.M,
                                    shape.P * shape.Q, fp32_zeros));
      });
      const OperandBits bits{&activations, &gradients, nullptr};
      for (const Operation operation : all_operations) {
        benchmark::DoNotOptimize(scheduling.measure([&] {
          const StreamPlan plan(operation, sparse_operand(operation, bits), shape, {});
          return time_operation(plan, bits, layer.weights.values.data(), fp32_zeros, machine);
        }));
      }
    }
  }
  const auto a_run = static_cast<double>(state.iterations());
  state.counters["generating_s"] = generating.seconds() / a_run;
  state.counters["reading_s"] = reading.seconds() / a_run;
  state.counters["packing_s"] = packing.seconds() / a_run;
  state.counters["scheduling_s"] = scheduling.seconds() / a_run;
  state.counters["engine_over_reading"] =
      (packing.seconds() + scheduling.seconds()) / reading.seconds();
  state.counters["tensor_GB"] = bytes / a_run / 1e9;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  // Of the process so far: right as long as batches grow from one benchmark to the next.
  state.counters["peak_GB"] = static_cast<double>(usage.ru_maxrss) * 1024 / 1e9;
}

BENCHMARK_CAPTURE(time_network, resnet50, "resnet50")
    ->Arg(1)
    ->Arg(4)
    ->Arg(16)
    ->Arg(64)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace tensordash::engine

BENCHMARK_MAIN();
