#include "models/engine/tile_sums.h"

#include <gtest/gtest.h>

#include <random>

namespace tensordash::engine {
namespace {

TEST(TileSums, NothingAddedIsZero) {
  EXPECT_EQ(TileSums(3).sums(), (std::vector<std::uint64_t>{0, 0, 0}));
}

TEST(TileSums, ARunPassesTheLastTile) {
  TileSums sums(4);
  sums.add(6, 3, 10);  // passes 6, 7 and 8: tiles 2, 3 and 0
  EXPECT_EQ(sums.sums(), (std::vector<std::uint64_t>{10, 0, 10, 10}));
}

TEST(TileSums, ARunLongerThanTheTiles) {
  TileSums sums(3);
  sums.add(1, 7, 5);  // passes 1 to 7: tiles 1, 2, 0, 1, 2, 0, 1
  EXPECT_EQ(sums.sums(), (std::vector<std::uint64_t>{10, 15, 10}));
}

TEST(TileSums, EqualPassByPass) {
  std::mt19937_64 random(1);
  for (unsigned trial = 0; trial < 400; ++trial) {
    const auto tiles = static_cast<unsigned>(1 + random() % (trial % 2 == 0 ? 5 : 70));
    TileSums sums(tiles);
    std::vector<std::uint64_t> expected(tiles);
    for (unsigned run = random() % 20; run > 0; --run) {
      const std::uint64_t first = random() % 1000;
      const std::uint64_t count = random() % (3 * tiles + 1);
      const std::uint64_t steps = random() % 5 == 0 ? random() >> 12 : random() % 100;
      sums.add(first, count, steps);
      for (std::uint64_t pass = first; pass < first + count; ++pass) {
        expected[pass % tiles] += steps;
      }
    }
    ASSERT_EQ(sums.sums(), expected) << tiles << " tiles, trial " << trial;
  }
}

TEST(TileSums, PassIdsBeyond32Bits) {
  TileSums sums(3);
  sums.add((std::uint64_t{1} << 40) + 1, (std::uint64_t{3} << 33) + 1, 2);  // 2^40 mod 3 is 1
  const std::uint64_t all = std::uint64_t{1} << 34;
  EXPECT_EQ(sums.sums(), (std::vector<std::uint64_t>{all, all, all + 2}));
}

}  // namespace
}  // namespace tensordash::engine
