#include "hw/dram/front/dmi_regions.h"

#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <random>

#include "hw/dram/spec.h"

namespace tensordash {

void PrintTo(const DmiRange& range, std::ostream* out) {
  *out << range.first << " to " << range.last;
}

namespace {

constexpr std::uint64_t last_address = std::numeric_limits<std::uint64_t>::max();

void expect(const DmiRegions& regions, std::uint64_t address, bool granted, DmiRange range) {
  const DmiRegions::Answer answer = regions.around(address);
  EXPECT_EQ(answer.granted, granted) << address;
  EXPECT_EQ(answer.range, range) << address;
}

TEST(DmiRegionsTest, GrantsTheWholeMemoryAtFirst) {
  const DmiRegions regions(1000);
  expect(regions, 0, true, {0, 999});
  expect(regions, 999, true, {0, 999});
  expect(regions, 1000, false, {1000, last_address});
  expect(regions, last_address, false, {1000, last_address});
}

TEST(DmiRegionsTest, GrantsNothingWhenNotAllowed) {
  DmiRegions regions(1000);
  EXPECT_EQ(regions.set_allowed(true), std::nullopt);
  EXPECT_EQ(regions.set_allowed(false), (DmiRange{0, 999}));
  expect(regions, 5, false, {0, last_address});
  EXPECT_EQ(regions.set_allowed(false), std::nullopt);
  EXPECT_EQ(regions.withhold(5, 6), std::nullopt);  // nobody has a pointer
  EXPECT_EQ(regions.set_allowed(true), std::nullopt);
  expect(regions, 4, true, {0, 4});
}

TEST(DmiRegionsTest, SaysWhatBecomesInvalid) {
  DmiRegions regions(1000);
  EXPECT_EQ(regions.withhold(10, 20), (DmiRange{10, 20}));
  EXPECT_EQ(regions.withhold(12, 20), std::nullopt);
  EXPECT_EQ(regions.withhold(20, 21), (DmiRange{20, 21}));
  EXPECT_EQ(regions.withhold(990, 5000), (DmiRange{990, 999}));
  EXPECT_EQ(regions.withhold(1000, 5000), std::nullopt);
  expect(regions, 995, false, {990, last_address});
}

TEST(DmiRegionsTest, RefusesRangesThatEndBeforeTheyBegin) {
  DmiRegions regions(1000);
  EXPECT_THROW(regions.withhold(2, 1), DramError);
  EXPECT_THROW(regions.grant(2, 1), DramError);
}

// Against a flag for every byte.
TEST(DmiRegionsTest, RangesAreTheLargestThereAre) {
  constexpr std::uint64_t size = 40;
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    DmiRegions regions(size);
    std::vector<bool> withheld(size, false);
    for (int step = 0; step < 12; ++step) {
      const std::uint64_t first = random() % size;
      const std::uint64_t last = first + random() % 8;
      const bool withhold = random() % 3 != 0;
      if (withhold) {
        regions.withhold(first, last);
      } else {
        regions.grant(first, last);
      }
      for (std::uint64_t at = first; at <= last && at < size; ++at) withheld[at] = withhold;
      for (std::uint64_t address = 0; address < size; ++address) {
        DmiRange range{address, address};
        while (range.first > 0 && withheld[range.first - 1] == withheld[address]) --range.first;
        while (range.last + 1 < size && withheld[range.last + 1] == withheld[address]) ++range.last;
        if (withheld[address] && range.last == size - 1) range.last = last_address;
        expect(regions, address, !withheld[address], range);
      }
    }
  }
}

}  // namespace
}  // namespace tensordash
