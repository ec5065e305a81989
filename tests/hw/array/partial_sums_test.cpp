// Passes that leave partial sums and passes that go on with them, in whatever order they follow
// each other on a tile. All sums are small whole numbers, so the order of additions does not
// matter.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/hw/array/array_test.h"

namespace tensordash {
namespace {

constexpr unsigned lanes = 2;
constexpr unsigned tiles = 2;

struct Structure {
  Sparsity sparsity;
  Sync sync;
};

class PartialSumsOfArray : public ArrayTest, public ::testing::WithParamInterface<Structure> {
 protected:
  PartialSumsOfArray() {
    TileParameters tile;
    tile.rows = 2;
    tile.columns = 2;
    tile.sparsity = GetParam().sparsity;
    tile.sync = GetParam().sync;
    build(tiles, tile, Connectivity{"two", lanes, 3, {{0, 0}, {1, 0}, {2, 0}}});
    reset();
  }

  unsigned number(unsigned low, unsigned high) {
    return std::uniform_int_distribution<unsigned>(low, high)(random);
  }
  std::vector<float> stream(std::uint64_t rows) {
    std::vector<float> values(rows * lanes);
    for (float& value : values) {
      value = number(0, 1) == 0 ? 0.0F : static_cast<float>(number(1, 9)) - 5.0F;
    }
    return values;
  }
  WrittenPass pass_of(std::uint64_t rows, std::uint64_t outputs, bool resumes, bool leaves) {
    WrittenPass pass;
    pass.stream_rows = rows;
    for (unsigned stream_number = 0; stream_number < 2; ++stream_number) {
      pass.b.push_back(stream(rows));
      pass.a.push_back(stream(rows));
    }
    pass.sums.outputs = outputs;
    pass.sums.resumes = resumes;
    pass.sums.leaves = leaves;
    return pass;
  }

  /// Runs the passes and compares what every one of them leaves in the accumulators.
  void run(ListedPasses& source) {
    const ObservedOperation operation = operate(source);
    ASSERT_EQ(operation.passes.size(), source.size());
    std::vector<std::map<std::uint64_t, std::vector<float>>> left(tiles);
    for (std::uint64_t id = 0; id < source.size(); ++id) {
      const WrittenPass& pass = source.written(id);
      std::vector<float> sums(4, 0.0F);
      if (pass.sums.resumes) sums = left[id % tiles].at(pass.sums.outputs);
      for (std::size_t pe = 0; pe < 4; ++pe) {
        for (std::size_t at = 0; at < pass.stream_rows * lanes; ++at) {
          sums[pe] += pass.b[pe / 2][at] * pass.a[pe % 2][at];
        }
      }
      left[id % tiles][pass.sums.outputs] = sums;
      for (const ObservedPass& seen : operation.passes) {
        if (seen.id != id) continue;
        for (std::size_t pe = 0; pe < 4; ++pe) {
          EXPECT_EQ(seen.totals[pe].value, sums[pe]) << "pass " << id << ", PE " << pe;
        }
      }
    }
  }

  std::mt19937 random{11};
};

TEST_P(PartialSumsOfArray, OfOnePassAreForwardedToTheNext) {
  for (const std::uint64_t rows : {1U, 2U, 3U, 7U}) {
    std::vector<WrittenPass> passes;
    for (unsigned block = 0; block < 5; ++block) {
      for (unsigned tile = 0; tile < tiles; ++tile) {
        passes.push_back(pass_of(rows, 7, block > 0, block < 4));
      }
    }
    ListedPasses source(passes, tiles, tile());
    run(source);
  }
}

TEST_P(PartialSumsOfArray, WaitForTheirPassAmongOthers) {
  for (unsigned round = 0; round < 40; ++round) {
    // Every tile has some outputs, each of several blocks, in an order of its own.
    std::vector<std::vector<WrittenPass>> of_tile(tiles);
    const unsigned outputs = number(1, 4);
    const unsigned blocks = number(1, 4);
    for (auto& passes : of_tile) {
      std::vector<unsigned> done(outputs, 0);
      while (passes.size() < std::size_t{outputs} * blocks) {
        const unsigned next = number(0, outputs - 1);
        if (done[next] == blocks) continue;
        passes.push_back(
            pass_of(number(1, 6), 100 + next, done[next] > 0, done[next] + 1 < blocks));
        ++done[next];
      }
    }
    std::vector<WrittenPass> passes;
    for (std::size_t at = 0; at < of_tile[0].size(); ++at) {
      for (auto& of : of_tile) passes.push_back(of[at]);
    }
    ListedPasses source(passes, tiles, tile());
    run(source);
    if (HasFailure()) return;
  }
}

TEST_P(PartialSumsOfArray, AreForgottenByAReset) {
  std::vector<WrittenPass> passes = {pass_of(3, 0, false, true), pass_of(3, 0, false, true)};
  ListedPasses before(passes, tiles, tile());
  run(before);
  reset();
  // What is not there is +0: nothing of the operation before comes up.
  std::vector<WrittenPass> others = {pass_of(2, 0, true, false), pass_of(2, 0, true, false)};
  ListedPasses after(others, tiles, tile());
  const ObservedOperation operation = operate(after);
  for (auto& other : others) other.sums.resumes = false;
  ListedPasses anew(others, tiles, tile());
  const ObservedOperation expected = operate(anew);
  ASSERT_EQ(operation.passes.size(), 2U);
  for (std::size_t pass = 0; pass < 2; ++pass) {
    for (std::size_t pe = 0; pe < 4; ++pe) {
      EXPECT_EQ(operation.passes[pass].totals[pe], expected.passes[pass].totals[pe]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Structures, PartialSumsOfArray,
                         ::testing::Values(Structure{Sparsity::one_sided, Sync::lockstep},
                                           Structure{Sparsity::two_sided, Sync::elastic},
                                           Structure{Sparsity::none, Sync::lockstep}),
                         [](const auto& the_info) {
                           const Structure& structure = the_info.param;
                           if (structure.sparsity == Sparsity::none) return std::string("Dense");
                           return std::string(structure.sparsity == Sparsity::one_sided
                                                  ? "OneSided"
                                                  : "TwoSidedElastic");
                         });

}  // namespace
}  // namespace tensordash
