// What the judge costs, in nanoseconds a MAC of the dense convolution: all outputs replayed in fp32
// order or added up exactly, row groups at once as a fast engine hands them over; and a sample.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "models/golden/golden.h"

namespace tensordash {
namespace {

constexpr golden::Geometry geometry{4, 4, 16, 16};

std::vector<float> random_tensor(std::int64_t count, double zeros, unsigned seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution is_zero(zeros);
  std::normal_distribution<float> value;
  std::vector<float> tensor(static_cast<std::size_t>(count));
  for (float& number : tensor) number = is_zero(random) ? 0.0F : value(random);
  return tensor;
}

/// A 3 x 3 convolution in the middle of a network, forward.
class Layer {
 public:
  explicit Layer(double zeros, std::int64_t side = 14)
      : shape_(conv2d_shape({1, 256, side, side}, {256, 256, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1)),
        activations_(random_tensor(shape_.activation_count(), zeros, 1)),
        weights_(random_tensor(shape_.weight_count(), 0.0, 2)) {}

  golden::Problem problem() const {
    golden::Problem problem;
    problem.shape = shape_;
    problem.activations = activations_.data();
    problem.weights = weights_.data();
    return problem;
  }

  double macs() const { return static_cast<double>(shape_.macs()); }

  /// Every row group. Schedules pack the pairs of a stream in order, which drains no row too early
  /// and is about as short as a real one; outputs are as good as any, being compared all the same.
  std::vector<RowGroupRecord> records() const {
    const std::size_t lanes = geometry.lanes;
    const std::int64_t rows = shape_.P * shape_.Q;
    std::vector<RowGroupRecord> records;
    for (std::int64_t first = 0; first < rows; first += geometry.rows) {
      RowGroupRecord record;
      record.column_groups = (shape_.M + geometry.columns - 1) / geometry.columns;
      record.first_pass = static_cast<std::uint64_t>(first / geometry.rows * record.column_groups);
      record.slots.resize(geometry.rows);
      const std::int64_t real = std::min<std::int64_t>(geometry.rows, rows - first);
      for (std::int64_t row = 0; row < real; ++row) {
        auto& slots = record.slots[static_cast<std::size_t>(row)];
        for (const StreamPlace place : candidates(first + row)) slots.push_back(place);
        while (slots.size() % lanes != 0) slots.push_back(idle_slot);
      }
      record.outputs.resize(static_cast<std::size_t>(real * shape_.M));
      records.push_back(std::move(record));
    }
    return records;
  }

 private:
  std::vector<StreamPlace> candidates(std::int64_t output) const {
    std::vector<StreamPlace> places;
    StreamPlace place = 0;
    for (std::int64_t r = 0; r < shape_.R; ++r) {
      for (std::int64_t s = 0; s < shape_.S; ++s) {
        const std::int64_t h = output / shape_.Q - 1 + r, w = output % shape_.Q - 1 + s;
        const bool inside = h >= 0 && h < shape_.H && w >= 0 && w < shape_.W;
        for (std::int64_t c = 0; c < shape_.C; ++c, ++place) {
          const std::int64_t at = (c * shape_.H + h) * shape_.W + w;
          if (inside && activations_[static_cast<std::size_t>(at)] != 0.0F) places.push_back(place);
        }
      }
    }
    return places;
  }

  LayerShape shape_;
  std::vector<float> activations_, weights_;
};

void count(benchmark::State& state, double macs) {
  const double all = macs * static_cast<double>(state.iterations());
  state.counters["ns_a_mac"] =
      benchmark::Counter(all * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void judge_all(benchmark::State& state) {
  const Layer layer(static_cast<double>(state.range(0)) / 100.0);
  const std::vector<RowGroupRecord> records = layer.records();
  for (auto _ : state) {
    golden::Judge judge(layer.problem(), geometry, state.range(1) != 0);
    for (const RowGroupRecord& record : records) judge.judge_row_group(record);
    // Outputs of zero differ; a fault of a schedule would end the work too early.
    const std::string& first = judge.finish().first;
    if (first.find("expected") == std::string::npos) state.SkipWithError(first.c_str());
  }
  count(state, layer.macs());
}
BENCHMARK(judge_all)
    ->ArgNames({"zeros", "exact"})
    ->ArgsProduct({{0, 50}, {0, 1}})
    ->Unit(benchmark::kMillisecond);

/// On all cores.
void exact_outputs(benchmark::State& state) {
  const Layer layer(static_cast<double>(state.range(0)) / 100.0);
  for (auto _ : state) benchmark::DoNotOptimize(golden::exact_outputs(layer.problem()));
  count(state, layer.macs());
}
BENCHMARK(exact_outputs)
    ->ArgName("zeros")
    ->Arg(0)
    ->Arg(50)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// One output in a hundred; the MACs are those of the sample.
void judge_sample(benchmark::State& state) {
  const Layer layer(0.5);
  const std::vector<RowGroupRecord> records = layer.records();
  std::vector<std::int64_t> sample;
  const std::int64_t outputs = golden::output_count(layer.problem());
  for (std::int64_t index = 0; index < outputs; index += 101) sample.push_back(index);
  for (auto _ : state) {
    golden::Judge judge(layer.problem(), geometry, state.range(0) != 0, sample);
    for (const RowGroupRecord& record : records) judge.judge_row_group(record);
    benchmark::DoNotOptimize(judge.finish().checked);
  }
  count(state, layer.macs() * static_cast<double>(sample.size()) / static_cast<double>(outputs));
}
BENCHMARK(judge_sample)->ArgName("exact")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tensordash

BENCHMARK_MAIN();
