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

// Portions that a tile holds at a time do not share an address, and none has more rows in a bank
// than it is charged, which is rare enough to look at many cases.
TEST(SramAddressesTest, KeepsThePortionsApart) {
  for (unsigned seed = 0; seed < 8 * memory_cases; ++seed) {
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

}  // namespace
}  // namespace tensordash
