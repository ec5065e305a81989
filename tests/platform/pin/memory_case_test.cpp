#include <gtest/gtest.h>

#include <array>
#include <map>

#include "tests/platform/pin/memory_case.h"

namespace tensordash {
namespace {

// What the comparisons of tile_memory_test.cpp are worth: the cases reach all ways in which a side
// is kept, and all ways in which they follow each other.
TEST(MemoryCaseTest, ReachesEveryResidencyAndUse) {
  std::array<std::map<Residency, unsigned>, 2> residencies;
  std::array<std::map<ScratchpadUse, unsigned>, 2> uses;
  std::map<AccessKind, unsigned> kinds;
  unsigned left_over = 0;      // rows of side A that leave behind others, before another segment
  unsigned narrow = 0;         // fewer banks of a scratchpad than rows of a window
  unsigned rings = 0;          // addresses that are used again
  unsigned with_segments = 0;  // more than one
  unsigned reused = 0;         // passes that find their streams in the scratchpads
  for (unsigned seed = 0; seed < memory_cases; ++seed) {
    const MemoryCase the_case(seed);
    const MemoryPlan memory = the_case.memory();
    if (the_case.depth > the_case.parameters.scratchpad_banks) ++narrow;
    if (the_case.plan.segments().size() > 1) ++with_segments;
    for (const Side side : both_sides) {
      const auto at = static_cast<std::size_t>(side);
      ++kinds[the_case.operand(side).kind()];
      const auto passes = memory.passes(side, the_case.tile);
      for (std::size_t segment = 0; segment < passes.size(); ++segment) {
        if (passes[segment].passes() == 0) continue;
        ++residencies[at][the_case.portions->residency(side, segment).mode];
        ++uses[at][scratchpad_use(the_case.plan.segments()[segment], side, the_case.parameters,
                                  the_case.tiles)];
        const std::uint64_t last = passes[segment].passes() - 1;
        if (passes[segment].left_over(last) > 0 && segment + 1 < passes.size()) ++left_over;
        for (std::uint64_t pass = 0; pass <= last; ++pass) {
          if (!passes[segment].fetches(pass)) ++reused;
        }
      }
      std::uint64_t charges = 0;
      for (std::uint32_t portion = 0; portion < memory.portions.count(side); ++portion) {
        charges += memory.portions.charge(side, portion, the_case.tile);
      }
      if (charges > the_case.parameters.bank_rows()) ++rings;
    }
  }
  EXPECT_EQ(kinds.size(), 4U);
  EXPECT_GT(residencies[0][Residency::window], 20U);
  EXPECT_GT(residencies[0][Residency::wave], 5U);
  EXPECT_GT(residencies[1][Residency::whole], 20U);
  EXPECT_GT(residencies[1][Residency::round], 5U);
  EXPECT_GT(residencies[1][Residency::wave], 5U);
  EXPECT_GT(uses[0][ScratchpadUse::reuse], 20U);
  EXPECT_GT(uses[0][ScratchpadUse::stream], 20U);
  EXPECT_GT(uses[1][ScratchpadUse::hold], 20U);
  EXPECT_GT(uses[1][ScratchpadUse::stream], 20U);
  EXPECT_GT(left_over, 5U);
  EXPECT_GT(narrow, 20U);
  EXPECT_GT(rings, 20U);
  EXPECT_GT(with_segments, 20U);
  EXPECT_GT(reused, 1000U);
}

}  // namespace
}  // namespace tensordash
