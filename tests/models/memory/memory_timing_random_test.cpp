#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "models/engine/operation_timing.h"
#include "models/engine/schedule_paces.h"
#include "models/mapping/mapping_error.h"
#include "models/memory/memory_timing.h"
#include "tests/models/mapping/memory_case.h"

namespace tensordash {
namespace {

/// An operation with its memory, sparse or dense.
class TimedCase {
 public:
  TimedCase(unsigned seed, bool blocked)
      : memory(seed, blocked),
        table(Connectivity::named("paper", memory.parameters.lanes, memory.number(1, 4))) {
    DramParameters parameters;
    parameters.width = memory.number(0, 1) == 0 ? 16 : 32;
    parameters.channels = 1U << memory.number(0, 2);
    dram = DramConfiguration(parameters);
    machine.tiles = memory.tiles;
    machine.table = &table;
    machine.sidedness = static_cast<engine::Sidedness>(memory.number(0, 2));
    const LayerShape& shape = memory.the_case.layer.shape;
    const OperandTensors view = memory.the_case.layer.view();
    activations = {view.activations, shape.N, shape.C, shape.H * shape.W, engine::fp32_zeros};
    gradients = {view.output_gradients, shape.N, shape.M, shape.P * shape.Q, engine::fp32_zeros};
    weights = engine::weight_bits(memory.the_case.orientation.operation, shape, view.weights,
                                  engine::fp32_zeros);
  }
  TimedCase(const TimedCase&) = delete;
  TimedCase& operator=(const TimedCase&) = delete;
  ~TimedCase() = default;

  engine::OperandBits bits() const { return {&activations, &gradients, &weights}; }

  MemoryProblem problem() {
    MemoryProblem made(memory.plan, memory.parameters, dram);
    made.tiles = memory.tiles;
    made.depth = table.depth();
    std::uint64_t base = 0;
    for (const Side side : both_sides) {
      made.operands[static_cast<std::size_t>(side)] =
          stored(memory.operand(side).layout(), 4 * memory.number(0, 1), base);
    }
    made.outputs = stored(OutputPlan(memory.plan).layout(), 0, base);
    if (machine.sidedness != engine::Sidedness::none) {
      made.paces = engine::schedule_paces(memory.plan, bits(), machine);
    }
    return made;
  }

  /// With `most_units` of random sizes, or raw.
  StoredTensor stored(const TensorLayout& layout, unsigned most_units, std::uint64_t& base) {
    StoredTensor tensor;
    const unsigned values = layout.lanes() * layout.lanes();
    tensor.slot_bytes = (values * 4 + 63) / 64 * 64;
    tensor.transfer_bytes = dram.burst_bytes();
    tensor.data_base = base;
    base += (static_cast<std::uint64_t>(layout.groups()) * tensor.slot_bytes + 4095) / 4096 * 4096;
    tensor.directory_base = base;
    base += (static_cast<std::uint64_t>(layout.groups()) * 2 + 4095) / 4096 * 4096;
    if (most_units == 0) return tensor;
    for (std::int64_t group = 0; group < layout.groups(); ++group) {
      tensor.units.push_back(
          static_cast<std::uint16_t>(memory.number(1, tensor.slot_bytes / unit_bytes)));
    }
    return tensor;
  }

  MemoryCase memory;
  Connectivity table;
  DramConfiguration dram;
  engine::Machine machine;
  engine::TensorBits activations, gradients, weights;
};

/// What the clocks of an operation and its counters owe each other.
void expect_consistent(TimedCase& timed, const MemoryProblem& problem, const MemoryTiming& timing) {
  const engine::OperationTiming ideal = engine::time_operation(
      timed.memory.plan, timed.bits(), timed.memory.the_case.layer.view().weights,
      engine::fp32_zeros, timed.machine);
  EXPECT_EQ(timing.steps, ideal.steps);
  EXPECT_GE(timing.cycles, ideal.steps + 4);
  for (std::size_t tile = 0; tile < timing.tile_steps.size(); ++tile) {
    const auto& stalls = timing.tile_stalls[tile];
    const std::uint64_t stalled = std::accumulate(stalls.begin(), stalls.end(), std::uint64_t{0});
    if (timing.tile_steps[tile] == 0) {
      EXPECT_EQ(stalled, 0U);
      continue;
    }
    EXPECT_EQ(timing.tile_ends[tile], 1 + timing.tile_steps[tile] + stalled);
  }
  EXPECT_EQ(timing.cycles, std::max<Edge>(timing.last_step, 1) + 3 + timing.write_back);
  const MemoryTraffic& traffic = timing.traffic;
  const std::uint64_t passes = timed.memory.plan.pass_count();
  std::uint64_t finishing = 0;
  std::uint64_t begun = 0;
  std::uint64_t reads = 0;
  for (std::uint64_t id = 0; id < passes; ++id) {
    const PassPlace place = timed.memory.plan.pass(id);
    if (place.segment->block + 1 == place.segment->blocks) ++finishing;
    if (place.segment->first_k == 0) ++begun;
    reads += static_cast<std::uint64_t>(place.segment->K) * (place.rows + place.columns);
  }
  EXPECT_EQ(finishing, timed.memory.plan.turn_count());
  EXPECT_EQ(traffic.result_writes, finishing);
  EXPECT_GE(traffic.result_reads, finishing);
  EXPECT_EQ(traffic.partial_writes, passes - finishing);
  EXPECT_EQ(traffic.partial_reads, passes - begun);
  EXPECT_EQ(traffic.scratchpad_reads, reads);
  EXPECT_LE(traffic.scratchpad_writes, reads);
  EXPECT_EQ(traffic.dram_bursts * timed.dram.burst_bytes(),
            traffic.dram_read_bytes + traffic.dram_write_bytes);
  const std::int64_t groups = OutputPlan(timed.memory.plan).layout().groups();
  EXPECT_EQ(traffic.dram_write_bytes,
            static_cast<std::uint64_t>(groups) * problem.outputs.slot_bytes);
}

class MemoryTimingRandom : public testing::TestWithParam<bool> {};

TEST_P(MemoryTimingRandom, EveryOperationComesToItsEndAndAddsUp) {
  unsigned timed_cases = 0;
  unsigned blocked_cases = 0;
  std::set<std::size_t> causes;
  for (unsigned seed = 0; seed < (GetParam() ? 200U : 800U); ++seed) {
    TimedCase timed(seed, GetParam());
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << timed.memory.the_case);
    if (timed.memory.parameters.scratchpad_rows() <
        timed.table.depth() + timed.memory.parameters.sram_rows_per_clock) {
      continue;
    }
    try {
      const MemoryProblem problem = timed.problem();
      const MemoryTiming timing = time_memory(problem);
      expect_consistent(timed, problem, timing);
      for (const auto& stalls : timing.tile_stalls) {
        for (std::size_t cause = 0; cause < stalls.size(); ++cause) {
          if (stalls[cause] > 0) causes.insert(cause);
        }
      }
      ++timed_cases;
      if (timed.memory.plan.blocked()) ++blocked_cases;
    } catch (const MappingError&) {
      continue;
    } catch (const std::logic_error& problem) {
      ADD_FAILURE() << problem.what();
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(timed_cases, GetParam() ? 100U : 400U);
  EXPECT_EQ(causes.size(), stall_causes);
  EXPECT_EQ(blocked_cases > 50U, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Reductions, MemoryTimingRandom, testing::Bool(), [](const auto& the_info) {
  return std::string(the_info.param ? "Blocked" : "Whole");
});

}  // namespace
}  // namespace tensordash
