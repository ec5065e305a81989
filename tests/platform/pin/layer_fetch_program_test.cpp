#include "platform/pin/layer_fetch_program.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "hw/memory/stream_gatherer.h"
#include "tests/platform/pin/memory_case.h"

namespace tensordash {
namespace {

// Every bundle of a side of a tile: what a fetch engine takes, each row asked for once, portions in
// order, and nothing let go of that is still read.
void expect_good_bundles(const MemoryCase& the_case, Side side) {
  const MemoryPlan memory = the_case.memory();
  const MemoryParameters& parameters = the_case.parameters;
  LayerFetchProgram program(memory, side, the_case.tile);
  const unsigned streams = memory.operand(side).streams_per_pass();
  const unsigned ports = streams * parameters.sram_rows_per_clock * parameters.lanes;
  for (int again = 0; again < 2; ++again) {
    std::uint32_t released = program.begin();
    FetchBundle bundle;
    while (program.next(bundle)) {
      ASSERT_EQ(fault_of(bundle, streams, parameters.sram_rows_per_clock, ports, parameters.lanes),
                nullptr);
      EXPECT_GE(bundle.portion, released);
      EXPECT_GE(bundle.release_before, released);
      released = bundle.release_before;
      std::set<std::pair<unsigned, unsigned>> asked;
      for (const RowRequest& request : bundle.requests) {
        EXPECT_TRUE(request.valid);
        EXPECT_TRUE(asked.insert({request.bank, request.row}).second) << "asked for twice";
      }
    }
    EXPECT_EQ(released, memory.portions.count(side));
  }
}

TEST(LayerFetchProgramTest, GivesBundlesThatAFetchEngineTakes) {
  for (unsigned seed = 0; seed < memory_cases && !::testing::Test::HasFailure(); ++seed) {
    const MemoryCase the_case(seed);
    for (const Side side : both_sides) expect_good_bundles(the_case, side);
  }
}

// Portions that a tile holds at a time do not share an address.
TEST(SramAddressesTest, KeepsThePortionsApart) {
  for (unsigned seed = 0; seed < memory_cases; ++seed) {
    const MemoryCase the_case(seed);
    for (const Side side : both_sides) {
      const PortionPlan& portions = *the_case.portions;
      const SramAddresses addresses(side, the_case.tile, the_case.operand(side), portions,
                                    the_case.parameters);
      std::set<std::pair<unsigned, unsigned>> taken;
      std::uint64_t charged = 0;
      for (std::uint32_t portion = 0; portion < portions.count(side); ++portion) {
        charged += portions.charge(side, portion, the_case.tile);
        if (charged > the_case.parameters.bank_rows()) break;
        const auto places = addresses.places(portion);
        EXPECT_EQ(places.size(), portions.rows(side, portion, the_case.tile));
        for (const auto& place : places) {
          EXPECT_LT(place.address.row, the_case.parameters.bank_rows());
          EXPECT_TRUE(taken.insert({place.address.bank, place.address.row}).second);
        }
      }
    }
  }
}

// Every other line is read: with two banks all rows lie in one.
TEST(SramAddressesTest, HasRoomForRowsOfOneBank) {
  const LayerShape shape = conv2d_shape({1, 1, 32, 1}, {1, 1, 1, 1}, {2, 1}, {0, 0}, {1, 1}, 1);
  const StreamPlan plan(Operation::backward_weights, SparseOperand::activations, shape,
                        {4, 1, 1, false});
  const SideOperand b(plan, Side::b);
  const SideOperand a(plan, Side::a);
  MemoryParameters parameters;
  parameters.lanes = 4;
  parameters.sram_banks = 2;
  parameters.sram_bank_bytes = 24 * parameters.lanes * parameters.value_bytes;
  const PortionPlan portions(plan, b, a, parameters, 1);
  ASSERT_EQ(portions.residency(Side::b, 0).mode, Residency::wave);
  const SramAddresses addresses(Side::b, 0, b, portions, parameters);
  std::size_t rows = 0;
  for (std::uint32_t portion = 0; portion < portions.count(Side::b); ++portion) {
    for (const auto& place : addresses.places(portion)) {
      EXPECT_EQ(place.address.bank, 0U);
      ++rows;
    }
  }
  EXPECT_EQ(rows, 16U);
}

}  // namespace
}  // namespace tensordash
