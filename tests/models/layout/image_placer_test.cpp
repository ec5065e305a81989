#include "models/layout/image_placer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace tensordash {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// `groups` groups of 16 x 16 values.
TensorLayout layout_of(std::int64_t groups) {
  return TensorLayout::of_positions(1, 16, 1, groups, 16, 16);
}

TEST(ImagePlacer, PlacesRegionsOneAfterTheOtherOnPages) {
  ImagePlacer placer(0x1234, 1U << 20U);
  const TensorImage one = placer.place("one", layout_of(3), 4);
  EXPECT_EQ(one.data_base, 0x2000U);
  EXPECT_EQ(one.directory_base, 0x3000U);  // behind 3 KiB
  EXPECT_EQ(one.value_bytes, 4U);
  EXPECT_EQ(one.layout.groups(), 3);
  EXPECT_EQ(placer.end(), 0x3006U);
  const TensorImage other = placer.place("other", layout_of(8), 2);
  EXPECT_EQ(other.data_base, 0x4000U);
  EXPECT_EQ(other.directory_base, 0x5000U);  // behind 4 KiB, without a gap
  EXPECT_EQ(other.value_bytes, 2U);
  EXPECT_EQ(placer.end(), 0x5010U);
  const TensorImage third = placer.place("third", layout_of(9), 2);
  EXPECT_EQ(third.data_base, 0x6000U);
  EXPECT_EQ(third.directory_base, 0x8000U);
}

TEST(ImagePlacer, ABaseOnAPageIsUsed) {
  ImagePlacer placer(0x3000, 1U << 20U);
  EXPECT_EQ(placer.place("one", layout_of(1), 4).data_base, 0x3000U);
}

TEST(ImagePlacer, RegionsOfManyTensorsDoNotMeet) {
  ImagePlacer placer(0, std::uint64_t{1} << 30U);
  std::uint64_t end = 0;
  for (std::int64_t groups = 1; groups < 40; ++groups) {
    const TensorImage image = placer.place("some", layout_of(groups), groups % 2 == 0 ? 2 : 4);
    EXPECT_EQ(image.data_base % 4096, 0U);
    EXPECT_EQ(image.directory_base % 4096, 0U);
    EXPECT_GE(image.data_base, end);
    EXPECT_GE(image.directory_base, image.data_base + image.data_bytes());
    end = image.directory_base + image.directory_bytes();
    EXPECT_EQ(placer.end(), end);
  }
}

TEST(ImagePlacer, TheLastByteOfMemoryMayBeUsed) {
  // A page of values and 8 bytes of directory.
  const TensorLayout layout = layout_of(4);
  EXPECT_NO_THROW(ImagePlacer(0x1000, 0x1000 + 4096 + 8).place("c1", layout, 4));
  EXPECT_THROW(ImagePlacer(0x1000, 0x1000 + 4096 + 7).place("c1", layout, 4), PlacementError);
}

TEST(ImagePlacer, SaysWhatDoesNotFitWhatItTakesAndWhatThereIs) {
  ImagePlacer placer(0x800, 0x4000);
  placer.place("c1 activations", layout_of(4), 4);
  EXPECT_THAT([&] { placer.place("c2 weights", layout_of(9), 4); },
              ThrowsMessage<PlacementError>(
                  AllOf(HasSubstr("c2 weights takes 12306 bytes"),  // three pages and 9 entries
                        HasSubstr("9216 of values, 18 of directory"),
                        HasSubstr("4096 of 16384 are left from address 0x3000"))));
  // A smaller one still fits.
  EXPECT_EQ(placer.end(), 0x2008U);
  EXPECT_THROW(placer.place("c2 weights", layout_of(4), 4), PlacementError);
}

TEST(ImagePlacer, ATensorAfterOneThatDidNotFitTakesItsPlace) {
  ImagePlacer placer(0, 0x5000);
  placer.place("c1", layout_of(4), 4);
  EXPECT_THROW(placer.place("c2", layout_of(100), 4), PlacementError);
  EXPECT_EQ(placer.place("c3", layout_of(4), 4).data_base, 0x2000U);
}

TEST(ImagePlacer, NothingFitsBehindTheEndOfMemory) {
  const std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  const TensorLayout layout = layout_of(1);
  EXPECT_THAT([&] { ImagePlacer(0x2000, 0x2000).place("c1", layout, 4); },
              ThrowsMessage<PlacementError>(HasSubstr("0 of 8192 are left")));
  EXPECT_THAT([&] { ImagePlacer(0x3000, 0x2000).place("c1", layout, 4); },
              ThrowsMessage<PlacementError>(HasSubstr("0 of 8192 are left")));
  // The page ends behind the memory.
  EXPECT_THAT([&] { ImagePlacer(0x1001, 0x1800).place("c1", layout, 4); },
              ThrowsMessage<PlacementError>(HasSubstr("0 of 6144 are left")));
  // Addresses that would wrap round.
  EXPECT_THROW(ImagePlacer(last - 100, last).place("c1", layout, 4), PlacementError);
  EXPECT_THROW(ImagePlacer(last - 5000, last).place("c1", layout_of(8), 4), PlacementError);
}

TEST(ImagePlacer, OtherSizesOfValuesAreRefused) {
  ImagePlacer placer(0, 1U << 20U);
  for (const unsigned bytes : {0U, 1U, 3U, 8U}) {
    EXPECT_THAT([&] { placer.place("c1", layout_of(1), bytes); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("c1: values of")));
  }
  EXPECT_EQ(placer.end(), 0U);
}

}  // namespace
}  // namespace tensordash
