// The fast engine: how many stream rows it schedules and how many outputs it computes a second.

#include <benchmark/benchmark.h>
#include <tbb/global_control.h>

#include <numeric>
#include <random>

#include "models/engine/operation_outputs.h"
#include "models/engine/scalar_scheduler.h"
#include "models/engine/window_scheduler.h"

namespace tensordash::engine {
namespace {

std::vector<float> random_values(std::int64_t count, double zeros, unsigned seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution is_zero(zeros);
  std::uniform_real_distribution<float> value(-1.0F, 1.0F);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& number : values) number = is_zero(random) ? 0.0F : value(random);
  return values;
}

/// Row groups of four random streams of 72 rows of 16 lanes, as many as are scheduled at once.
struct RandomGroups {
  explicit RandomGroups(double zeros) {
    std::mt19937_64 random(1);
    std::bernoulli_distribution is_set(1 - zeros);
    batch.stream_rows = rows;
    batch.rows = 4;
    streams.resize(WindowScheduler::batch_width());
    for (auto& stream : streams) {
      stream.resize(rows + 3);
      for (unsigned k = 0; k < rows; ++k) {
        for (unsigned bit = 0; bit < 64; ++bit) {
          stream[k] |= std::uint64_t{is_set(random)} << bit;
        }
      }
      batch.b.push_back(stream.data());
      batch.real_rows.push_back(4);
    }
  }

  static constexpr unsigned rows = 72;
  std::vector<std::vector<std::uint64_t>> streams;
  ScheduleBatch batch;
};

benchmark::Counter rate(double work) {
  return {work, benchmark::Counter::kIsIterationInvariantRate};
}

/// Stream rows a second of one core, four rows in lockstep, depth 3, the paper's table.
void schedule_rows(benchmark::State& state, double zeros, bool with_ledger) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  const WindowScheduler scheduler(table);
  const RandomGroups groups(zeros);
  std::vector<std::uint32_t> steps(groups.batch.groups());
  LaneSteps lanes;
  for (auto _ : state) {
    scheduler.run(groups.batch, steps.data(), with_ledger ? &lanes : nullptr);
    benchmark::DoNotOptimize(steps.data());
  }
  const double rows = static_cast<double>(steps.size()) * 4 * RandomGroups::rows;
  state.counters["stream_rows"] = rate(rows);
  state.counters["step_speedup"] = static_cast<double>(steps.size()) * RandomGroups::rows /
                                   std::accumulate(steps.begin(), steps.end(), 0.0);
  state.SetLabel(instruction_set());
}

/// The same work by the scheduler that decides lane after lane.
void schedule_rows_scalar(benchmark::State& state, double zeros) {
  const Connectivity table = Connectivity::named("paper", 16, 3);
  const ScalarScheduler scheduler(table);
  const RandomGroups groups(zeros);
  std::uint64_t steps = 0;
  for (auto _ : state) {
    steps = 0;
    for (const auto& stream : groups.streams) {
      std::array<ScalarScheduler::Window, 4> windows{};
      const auto bits = [&](unsigned row, unsigned k) { return stream[k] >> (16 * row) & 0xffffU; };
      for (unsigned row = 0; row < 4; ++row) {
        for (unsigned d = 0; d < 3; ++d) windows[row][d] = bits(row, d);
      }
      for (unsigned k = 0; k < RandomGroups::rows; ++steps) {
        const unsigned left = std::min(3U, RandomGroups::rows - k);
        unsigned leaving = left;
        std::uint16_t taken[16];
        for (auto& window : windows) {
          leaving = std::min(leaving, scheduler.decide(window, left, taken));
          benchmark::DoNotOptimize(taken[0]);
        }
        k += leaving;
        for (unsigned row = 0; row < 4; ++row) {
          for (unsigned d = 0; d < 3; ++d) {
            windows[row][d] = d + leaving < 3              ? windows[row][d + leaving]
                              : k + d < RandomGroups::rows ? bits(row, k + d)
                                                           : 0;
          }
        }
      }
    }
  }
  const double rows = static_cast<double>(groups.streams.size()) * 4 * RandomGroups::rows;
  state.counters["stream_rows"] = rate(rows);
  state.counters["step_speedup"] =
      static_cast<double>(groups.streams.size()) * RandomGroups::rows / static_cast<double>(steps);
}

/// N1 C64 56x56 M64 3x3 p1, half of both tensors zero.
struct Layer {
  Layer()
      : shape(conv2d_shape({1, 64, 56, 56}, {64, 64, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1)),
        activations(random_values(shape.activation_count(), 0.5, 1)),
        weights(random_values(shape.weight_count(), 0.5, 2)),
        gradients(random_values(shape.output_count(), 0.5, 3)) {
    machine.table = &table;
  }

  StreamPlan plan(Operation operation) const {
    const SparseOperand sparse =
        operation == Operation::forward ? SparseOperand::activations : SparseOperand::gradients;
    return {operation, sparse, shape, {16, 4, 4, false}};
  }
  OperandTensors tensors() const { return {activations.data(), weights.data(), gradients.data()}; }
  TensorBits activation_bits() const {
    return {activations.data(), shape.N, shape.C, shape.H * shape.W, fp32_zeros};
  }
  TensorBits gradient_bits() const {
    return {gradients.data(), shape.N, shape.M, shape.P * shape.Q, fp32_zeros};
  }

  LayerShape shape;
  std::vector<float> activations, weights, gradients;
  Connectivity table = Connectivity::named("paper", 16, 3);
  Machine machine;
};

/// From tensors in memory to steps, counts and ledger.
void time_layer(benchmark::State& state, Operation operation, Sidedness sidedness, bool elastic) {
  Layer layer;
  layer.machine.sidedness = sidedness;
  layer.machine.elastic = elastic;
  const StreamPlan plan = layer.plan(operation);
  for (auto _ : state) {
    const TensorBits activations = layer.activation_bits();
    const TensorBits gradients = layer.gradient_bits();
    TensorBits weights;
    if (sidedness == Sidedness::two_sided) {
      weights = weight_bits(operation, layer.shape, layer.weights.data(), fp32_zeros);
    }
    benchmark::DoNotOptimize(time_operation(plan, {&activations, &gradients, &weights},
                                            layer.weights.data(), fp32_zeros, layer.machine));
  }
  state.counters["macs"] = rate(static_cast<double>(layer.shape.macs()));
}

/// Outputs of forward on one core, dense-equivalent multiply-accumulates a second.
void compute_layer(benchmark::State& state, bool exact) {
  const tbb::global_control one_core(tbb::global_control::max_allowed_parallelism, 1);
  const Layer layer;
  const StreamPlan plan = layer.plan(Operation::forward);
  const TensorBits activations = layer.activation_bits();
  const OutputProblem problem{
      plan, layer.tensors(), {&activations, nullptr, nullptr}, layer.machine, exact};
  for (auto _ : state) benchmark::DoNotOptimize(compute_outputs(problem, {}));
  state.counters["macs"] = rate(static_cast<double>(layer.shape.macs()));
}

/// Reading a tensor to bits, against just reading it.
void pack_bits(benchmark::State& state) {
  const tbb::global_control one_core(tbb::global_control::max_allowed_parallelism, 1);
  const std::vector<float> values = random_values(64 * 64 * 56 * 56, 0.5, 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(TensorBits(values.data(), 64, 64, 56 * 56, fp32_zeros));
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(values.size() * sizeof(float)));
}

void read_memory(benchmark::State& state) {
  const std::vector<std::uint64_t> values(64 * 64 * 56 * 56 / 2, 1);
  for (auto _ : state) {
    std::uint64_t sum = 0;
    for (const std::uint64_t value : values) sum ^= value;
    benchmark::DoNotOptimize(sum);
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(values.size() * sizeof(std::uint64_t)));
}

BENCHMARK_CAPTURE(schedule_rows, 50_percent_zeros, 0.5, false);
BENCHMARK_CAPTURE(schedule_rows, 90_percent_zeros, 0.9, false);
BENCHMARK_CAPTURE(schedule_rows, 50_percent_zeros_with_ledger, 0.5, true);
BENCHMARK_CAPTURE(schedule_rows_scalar, 50_percent_zeros, 0.5);
BENCHMARK_CAPTURE(time_layer, forward, Operation::forward, Sidedness::one_sided, false)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(time_layer, backward_data, Operation::backward_data, Sidedness::one_sided, false)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(time_layer, backward_weights, Operation::backward_weights, Sidedness::one_sided,
                  false)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(time_layer, forward_elastic, Operation::forward, Sidedness::one_sided, true)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(time_layer, forward_two_sided, Operation::forward, Sidedness::two_sided, false)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(time_layer, forward_two_sided_elastic, Operation::forward, Sidedness::two_sided,
                  true)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(compute_layer, fp32, false)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(compute_layer, exact, true)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(pack_bits)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(read_memory)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tensordash::engine

BENCHMARK_MAIN();
