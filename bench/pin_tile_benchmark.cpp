// Clocks a second of one pin-level tile with arithmetic, behind ideal memory, no monitor and no
// dump.

#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <systemc>
#include <vector>

#include "hw/array/tile_array.h"

namespace tensordash {
namespace {

constexpr unsigned stream_rows = 72;

/// Endless passes over the same random streams.
class RandomPasses : public PassSource {
 public:
  RandomPasses(const TileParameters& tile, unsigned lanes, double zeros) : tile_(tile) {
    std::mt19937 random(1);
    std::bernoulli_distribution is_zero(zeros);
    std::uniform_real_distribution<float> value(-1.0F, 1.0F);
    for (unsigned stream = 0; stream < tile.rows + tile.columns; ++stream) {
      std::vector<float> values(std::size_t{stream_rows} * lanes);
      for (float& number : values) number = is_zero(random) ? 0.0F : value(random);
      streams_.push_back(std::move(values));
    }
  }

  bool next(unsigned, Pass& pass) override {
    pass.id = next_id_++;
    pass.stream_rows = stream_rows;
    pass.b.clear();
    pass.a.clear();
    for (unsigned row = 0; row < tile_.rows; ++row) pass.b.push_back(streams_[row].data());
    for (unsigned column = 0; column < tile_.columns; ++column) {
      pass.a.push_back(streams_[tile_.rows + column].data());
    }
    return true;
  }

 private:
  TileParameters tile_;
  std::vector<std::vector<float>> streams_;
  std::uint64_t next_id_ = 0;
};

/// One tile with its clock, already running.
class Bench {
 public:
  Bench(const TileParameters& tile, double zeros)
      : passes_(tile, table_.lanes(), zeros), array_("array", 1, tile, table_) {
    array_.clk(clk_);
    array_.rst_n(rst_n_);
    array_.start(start_);
    array_.bypass(bypass_);
    array_.busy(busy_);
    array_.cycles(cycles_);
    array_.set_source(&passes_);
    bypass_.write(tile.sparsity == Sparsity::none);
    sc_core::sc_start(2, sc_core::SC_NS);
    rst_n_.write(true);
    start_.write(true);
    sc_core::sc_start(2, sc_core::SC_NS);
    start_.write(false);
  }
  void run(unsigned clocks) { sc_core::sc_start(2.0 * clocks, sc_core::SC_NS); }

 private:
  Connectivity table_ = Connectivity::named("paper", 16, 3);
  RandomPasses passes_;
  sc_core::sc_clock clk_{"clk", 2, sc_core::SC_NS, 0.5, 1, sc_core::SC_NS};
  sc_core::sc_signal<bool> rst_n_{"rst_n"}, start_{"start"}, bypass_{"bypass"}, busy_{"busy"};
  sc_core::sc_signal<sc_dt::uint64> cycles_{"cycles"};
  TileArray array_;
};

void clocks_of_a_tile(benchmark::State& state, TileParameters tile, double zeros) {
  // A kernel of its own for every benchmark: a kernel is elaborated once.
  sc_core::sc_simcontext* const outer = sc_core::sc_curr_simcontext;
  sc_core::sc_simcontext kernel;
  sc_core::sc_curr_simcontext = &kernel;
  {
    Bench bench(tile, zeros);
    constexpr unsigned chunk = 2000;
    for (auto _ : state) bench.run(chunk);
    state.counters["tile_cycles"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * chunk, benchmark::Counter::kIsRate);
  }
  sc_core::sc_curr_simcontext = outer;
}

TileParameters with(Sparsity sparsity, Sync sync, Accumulation accumulation) {
  return {4, 4, sparsity, sync, accumulation};
}

BENCHMARK_CAPTURE(clocks_of_a_tile, one_sided_fp32_50,
                  with(Sparsity::one_sided, Sync::lockstep, Accumulation::fp32), 0.5);
BENCHMARK_CAPTURE(clocks_of_a_tile, one_sided_fp32_90,
                  with(Sparsity::one_sided, Sync::lockstep, Accumulation::fp32), 0.9);
BENCHMARK_CAPTURE(clocks_of_a_tile, dense_fp32,
                  with(Sparsity::none, Sync::lockstep, Accumulation::fp32), 0.5);
BENCHMARK_CAPTURE(clocks_of_a_tile, elastic_fp32_50,
                  with(Sparsity::one_sided, Sync::elastic, Accumulation::fp32), 0.5);
BENCHMARK_CAPTURE(clocks_of_a_tile, two_sided_fp32_50,
                  with(Sparsity::two_sided, Sync::lockstep, Accumulation::fp32), 0.5);
BENCHMARK_CAPTURE(clocks_of_a_tile, one_sided_exact_50,
                  with(Sparsity::one_sided, Sync::lockstep, Accumulation::exact), 0.5);

}  // namespace
}  // namespace tensordash

int sc_main(int argc, char* argv[]) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
