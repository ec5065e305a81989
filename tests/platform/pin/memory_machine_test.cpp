#include "platform/pin/memory_machine.h"

#include <gtest/gtest.h>

#include "models/engine/schedule_paces.h"
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
    load = std::make_unique<LayerLoadProgram>(*of.portions, std::array{of.b.get(), of.a.get()},
                                              tensors, of.memory, of.tiles);
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

class MemoryMachineTest : public testing::SystemCTest,
                          public testing::WithParamInterface<unsigned> {};

TEST_P(MemoryMachineTest, TakesTheClocksOfTheTimelines) {
  const DmaCase of(GetParam());
  SCOPED_TRACE(of.description());
  const StreamGeometry& geometry = of.plan->geometry();
  const Connectivity table = Connectivity::named("paper", geometry.lanes, 3);
  MachineParameters parameters;
  parameters.tiles = of.tiles;
  parameters.tile.rows = geometry.rows;
  parameters.tile.columns = geometry.columns;
  const DramConfiguration dram(of.dram);
  MemoryMachine machine(parameters, of.memory, dram, table);
  of.store(machine.dram());
  for (const bool dense : {false, true}) {
    SCOPED_TRACE(dense);
    Programs programs(of);
    std::uint64_t passes = 0;
    std::vector<SegmentPace> paces;
    const OperationClocks clocks =
        machine.run({*programs.load, *programs.store, programs.tiles}, dense,
                    [&](PassRecord&& /*record*/) { ++passes; });
    EXPECT_EQ(passes, of.passes());
    MemoryProblem problem(*of.plan, of.memory, dram);
    problem.tiles = of.tiles;
    problem.depth = 3;
    problem.operands = of.stored;
    problem.outputs = of.stored_output;
    if (!dense) {
      // The paces of the schedules that the engine finds for the same tensors.
    }
    const MemoryTiming timing = time_memory(problem);
    if (dense) {
      EXPECT_EQ(clocks.steps, timing.steps);
      EXPECT_EQ(clocks.cycles, timing.cycles);
      EXPECT_EQ(machine.counts().tile_stalls, timing.tile_stalls);
    }
  }
  finished();
}

INSTANTIATE_TEST_SUITE_P(Seeds, MemoryMachineTest, testing::Range(0U, 12U));

}  // namespace
}  // namespace tensordash
