#include <gmock/gmock.h>

#include <filesystem>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/convolution.h"
#include "tests/platform/ip/ip_bench.h"

namespace tensordash::testing {
namespace {

struct Style {
  const char* name;
  Transport transport;
  EngineLevel level;
  bool dmi;
};

constexpr std::array<Style, 4> styles = {
    Style{"lt", Transport::loosely_timed, EngineLevel::fast, false},
    Style{"dmi", Transport::loosely_timed, EngineLevel::fast, true},
    Style{"at", Transport::approximately_timed, EngineLevel::fast, true},
    Style{"pin", Transport::approximately_timed, EngineLevel::pin, true}};

AcceleratorParameters parameters_of(const Style& style) {
  AcceleratorParameters parameters;
  parameters.machine.set("tiles", "2");
  parameters.transport = style.transport;
  parameters.level = style.level;
  parameters.use_dmi = style.dmi;
  return parameters;
}

constexpr std::size_t lt = 0, at = 2, pin = 3;

struct LevelRun {
  std::vector<std::vector<std::uint8_t>> bytes;  ///< of the results
  std::vector<std::uint64_t> counters;
};

/// All layers and operations of a trace on an accelerator. `judge` looks at every result.
using Judge = std::function<void(const TraceLayer&, Operation, const std::vector<float>&)>;

LevelRun run(const Style& style, const std::filesystem::path& trace, const Judge& judge = {}) {
  const differential::SystemCKernel kernel;
  LevelRun made;
  {
    IpBench bench("bench", parameters_of(style));
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    const Trace source(trace);
    for (const TraceEntry& entry : source.entries()) {
      const TraceLayer layer = source.read(entry);
      const PlacedLayer placed(layer, 16, 4, true, bench.bytes);
      for (const Operation operation : all_operations) {
        const SparseOperand sparse =
            operation == Operation::forward ? SparseOperand::activations : SparseOperand::gradients;
        bench.submit(placed.descriptor(operation, sparse));
        EXPECT_TRUE(bench.wait_idle()) << style.name << " " << entry.name;
        EXPECT_EQ(bench.read(0x60), 0U) << style.name << " " << entry.name;
        if (judge) judge(layer, operation, placed.result(operation, bench.bytes));
        made.bytes.push_back(image_bytes(placed.result_image(operation), bench.bytes));
      }
    }
    bench.write(0x80, 1);
    for (unsigned number = 0; number < counter_count; ++number) {
      made.counters.push_back(bench.counter(number));
    };
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
  return made;
}

const std::filesystem::path traces = TENSORDASH_TRACES;

TEST(IpLevels, EveryStyleGivesTheValuesOfExactTracesAndThePinsTakeTheClocksOfTheFastEngine) {
  std::vector<LevelRun> runs;
  for (const Style& style : styles) {
    runs.push_back(
        run(style, traces / "edge-cases",
            [&](const TraceLayer& layer, Operation operation, const std::vector<float>& values) {
              const auto copy = [](const Tensor& tensor) {
                return std::vector<float>(tensor.values.begin(), tensor.values.end());
              };
              const std::vector<Sum> expected =
                  convolve(operation, {layer.shape, copy(layer.activations), copy(layer.weights),
                                       copy(*layer.output_gradients)});
              ASSERT_EQ(values.size(), expected.size());
              for (std::size_t place = 0; place < values.size(); ++place) {
                ASSERT_EQ(values[place], expected[place].value) << style.name << " " << layer.name;
              }
            }));
    EXPECT_EQ(runs.back().bytes, runs.front().bytes) << style.name;
  }
  // Every counter, to the clock.
  EXPECT_EQ(runs[at].counters, runs[pin].counters);
  const auto cycles = static_cast<unsigned>(Counter::operation_cycles);
  EXPECT_NE(runs[lt].counters[cycles], runs[at].counters[cycles]);
}

}  // namespace
}  // namespace tensordash::testing
