#include "platform/pin/memory_machine.h"

#include <gtest/gtest.h>

#include "models/engine/schedule_paces.h"
#include "models/engine/tensor_bits.h"
#include "models/mapping/mapping_error.h"
#include "models/memory/memory_timing.h"
#include "platform/pin/layer_fetch_program.h"
#include "platform/pin/layer_load_program.h"
#include "platform/pin/layer_store_program.h"
#include "tests/platform/pin/dma_case.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

/// The programs of all tiles.
struct Programs {
  explicit Programs(const DmaCase& of) {
    const MemoryPlan memory{*of.plan, {of.b.get(), of.a.get()}, *of.portions, of.memory, of.tiles};
    for (unsigned tile = 0; tile < of.tiles; ++tile) {
      b.push_back(std::make_unique<LayerFetchProgram>(memory, Side::b, tile));
      a.push_back(std::make_unique<LayerFetchProgram>(memory, Side::a, tile));
      passes.push_back(std::make_unique<LayerPassProgram>(memory, tile));
      tiles.push_back({b.back().get(), a.back().get(), passes.back().get()});
    }
    std::array<LoadTensor, 2> tensors;
    for (std::size_t side = 0; side < 2; ++side) {
      const TensorImage& image = of.images[side];
      tensors[side].data_base = image.data_base;
      tensors[side].directory_base = image.directory_base;
      tensors[side].slot_bytes = static_cast<std::uint32_t>(image.slot_bytes());
      tensors[side].value_bytes = image.value_bytes;
      tensors[side].directory = of.memory.zero_compression;
    }
    load = std::make_unique<LayerLoadProgram>(
        *of.portions, std::array<const SideOperand*, 2>{of.b.get(), of.a.get()}, tensors, of.memory,
        of.tiles);
    store = std::make_unique<LayerStoreProgram>(
        *of.plan, *of.outputs, of.output_image.data_base,
        static_cast<std::uint32_t>(of.output_image.slot_bytes()));
  }

  std::vector<std::unique_ptr<LayerFetchProgram>> b, a;
  std::vector<std::unique_ptr<LayerPassProgram>> passes;
  std::vector<TilePrograms> tiles;
  std::unique_ptr<LayerLoadProgram> load;
  std::unique_ptr<LayerStoreProgram> store;
};

/// Where the tensors of a case are not zero.
class CaseBits {
 public:
  explicit CaseBits(const DmaCase& of) {
    const LayerShape& shape = of.shape;
    for (const Side side : both_sides) {
      const float* const values = of.values[static_cast<std::size_t>(side)].data();
      switch (of.side(side).tensor()) {
        case OperandTensor::activations:
          activations_ = {values, shape.N, shape.C, shape.H * shape.W, engine::fp32_zeros};
          bits.activations = &activations_;
          break;
        case OperandTensor::gradients:
          gradients_ = {values, shape.N, shape.M, shape.P * shape.Q, engine::fp32_zeros};
          bits.output_gradients = &gradients_;
          break;
        case OperandTensor::weights:
          weights_ = engine::weight_bits(of.operation, shape, values, engine::fp32_zeros);
          bits.weights = &weights_;
          break;
      }
    }
  }
  engine::OperandBits bits;

 private:
  engine::TensorBits activations_, gradients_, weights_;
};

MemoryProblem problem_of(const DmaCase& of, const DramConfiguration& dram) {
  MemoryProblem problem(*of.plan, of.memory, dram);
  problem.tiles = of.tiles;
  problem.operands = of.stored;
  problem.outputs = of.stored_output;
  return problem;
}

/// The first case from `seed` on whose results fit into the CMs.
std::unique_ptr<DmaCase> fitting_case(unsigned seed, bool blocked) {
  for (;; seed += 1000) {
    auto of = std::make_unique<DmaCase>(seed, blocked);
    const DramConfiguration dram(of->dram);
    try {
      time_memory(problem_of(*of, dram));
      return of;
    } catch (const MappingError&) {
    }
  }
}

void expect_same(const MemoryTraffic& seen, const MemoryTraffic& wanted) {
  EXPECT_EQ(seen.dram_read_bytes, wanted.dram_read_bytes);
  EXPECT_EQ(seen.dram_directory_bytes, wanted.dram_directory_bytes);
  EXPECT_EQ(seen.dram_write_bytes, wanted.dram_write_bytes);
  EXPECT_EQ(seen.dram_bursts, wanted.dram_bursts);
  EXPECT_EQ(seen.dram_row_hits, wanted.dram_row_hits);
  EXPECT_EQ(seen.loaded_groups, wanted.loaded_groups);
  EXPECT_EQ(seen.transposed_groups, wanted.transposed_groups);
  EXPECT_EQ(seen.sram_writes, wanted.sram_writes);
  EXPECT_EQ(seen.sram_reads, wanted.sram_reads);
  EXPECT_EQ(seen.bank_conflicts, wanted.bank_conflicts);
  EXPECT_EQ(seen.fetch_clocks, wanted.fetch_clocks);
  EXPECT_EQ(seen.scratchpad_writes, wanted.scratchpad_writes);
  EXPECT_EQ(seen.scratchpad_reads, wanted.scratchpad_reads);
  EXPECT_EQ(seen.partial_writes, wanted.partial_writes);
  EXPECT_EQ(seen.partial_reads, wanted.partial_reads);
  EXPECT_EQ(seen.result_writes, wanted.result_writes);
  EXPECT_EQ(seen.result_reads, wanted.result_reads);
  EXPECT_TRUE(seen == wanted);
}

class MemoryMachineTest : public testing::SystemCTest,
                          public ::testing::WithParamInterface<unsigned> {
 protected:
  void expect_the_timelines(unsigned seed, bool blocked);
};

TEST_P(MemoryMachineTest, TakesTheClocksOfTheTimelines) {
  expect_the_timelines(GetParam(), false);
}

// The CMs are small, so passes wait for room there, and those that find their place do not.
TEST_P(MemoryMachineTest, TakesThoseOfBlockedReductionsToo) {
  expect_the_timelines(GetParam(), true);
}

void MemoryMachineTest::expect_the_timelines(unsigned seed, bool blocked) {
  const std::unique_ptr<DmaCase> drawn = fitting_case(seed, blocked);
  const DmaCase& of = *drawn;
  SCOPED_TRACE(of.description());
  const StreamGeometry& geometry = of.plan->geometry();
  const Connectivity table = Connectivity::named("paper", geometry.lanes, 2 + seed % 2);
  MachineParameters parameters;
  parameters.tiles = of.tiles;
  parameters.tile.rows = geometry.rows;
  parameters.tile.columns = geometry.columns;
  const bool two_sided = seed % 3 == 2;
  if (two_sided) parameters.tile.sparsity = Sparsity::two_sided;
  const DramConfiguration dram(of.dram);
  MemoryMachine machine(parameters, of.memory, dram, table);
  of.store(machine.dram());
  const CaseBits bits(of);
  engine::Machine engine_machine;
  engine_machine.tiles = of.tiles;
  engine_machine.table = &table;
  if (two_sided) engine_machine.sidedness = engine::Sidedness::two_sided;
  for (const bool dense : {false, true, false}) {
    SCOPED_TRACE(dense ? "dense" : "sparse");
    Programs programs(of);
    std::uint64_t passes = 0;
    const OperationClocks clocks = machine.run({*programs.load, *programs.store, programs.tiles},
                                               dense, [&](PassRecord&& /*record*/) { ++passes; });
    EXPECT_EQ(passes, of.passes());
    MemoryProblem problem = problem_of(of, dram);
    problem.depth = table.depth();
    if (!dense) problem.paces = engine::schedule_paces(*of.plan, bits.bits, engine_machine);
    const MemoryTiming timing = time_memory(problem);
    EXPECT_EQ(clocks.steps, timing.steps);
    EXPECT_EQ(clocks.cycles, timing.cycles);
    EXPECT_EQ(machine.counts().tile_stalls, timing.tile_stalls);
    expect_same(machine.counts().traffic, timing.traffic);
    EXPECT_EQ(machine.counts().write_back, timing.write_back);
    EXPECT_EQ(machine.tile_steps(), timing.tile_steps);
  }
  finished();
}

INSTANTIATE_TEST_SUITE_P(Seeds, MemoryMachineTest, ::testing::Range(0U, 30U));

}  // namespace
}  // namespace tensordash
