#include "models/engine/tensor_bits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "hw/numeric/fp32.h"
#include "tests/models/engine/every_instruction_set.h"

namespace tensordash::engine {
namespace {

class TensorBitsOf : public EveryInstructionSet {};

constexpr float infinity = std::numeric_limits<float>::infinity();

bool bit(const std::uint64_t* words, std::int64_t at) {
  return (words[at / 64] >> (at % 64) & 1U) != 0;
}

std::vector<float> random_values(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  const float choice[] = {0.0F, -0.0F, 1.0F, -2.0F, std::numeric_limits<float>::denorm_min()};
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = choice[random() % 5];
  return values;
}

void expect_bits(std::int64_t images, std::int64_t channels, std::int64_t positions) {
  SCOPED_TRACE(testing::Message() << images << " x " << channels << " x " << positions);
  const std::vector<float> values =
      random_values(images * channels * positions, static_cast<unsigned>(channels + positions));
  const TensorBits bits(values.data(), images, channels, positions, fp32_zeros);
  const bool packed_together = positions == 1;
  ASSERT_EQ(bits.images(), packed_together ? 1 : images);
  ASSERT_EQ(bits.positions(), packed_together ? images : positions);
  ASSERT_EQ(bits.channels(), channels);
  ASSERT_EQ(static_cast<std::int64_t>(bits.plane_words()), (bits.positions() + 63) / 64);
  ASSERT_EQ(static_cast<std::int64_t>(bits.pixel_words()), (channels + 63) / 64);
  std::uint64_t nonzero = 0;
  for (std::int64_t n = 0; n < images; ++n) {
    for (std::int64_t x = 0; x < positions; ++x) {
      for (std::int64_t c = 0; c < channels; ++c) {
        const bool is_set =
            values[static_cast<std::size_t>((n * channels + c) * positions + x)] != 0;
        nonzero += is_set ? 1 : 0;
        const std::int64_t image = packed_together ? 0 : n;
        ASSERT_EQ(bit(bits.pixel(n * positions + x), c), is_set);
        ASSERT_EQ(bit(bits.plane(image, c), packed_together ? n : x), is_set);
      }
      for (std::int64_t c = channels; c % 64 != 0; ++c) {
        ASSERT_FALSE(bit(bits.pixel(n * positions + x), c)) << "behind the last channel";
      }
    }
  }
  for (std::int64_t n = 0; n < bits.images(); ++n) {
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t x = bits.positions(); x % 64 != 0; ++x) {
        ASSERT_FALSE(bit(bits.plane(n, c), x)) << "behind the last position";
      }
    }
  }
  EXPECT_EQ(bits.nonzero(), nonzero);
  EXPECT_FALSE(bits.has_nonfinite());
}

TEST_P(TensorBitsOf, AnyShape) {
  for (const std::int64_t images : {1, 2, 3}) {
    for (const std::int64_t channels : {1, 3, 63, 64, 65, 130}) {
      for (const std::int64_t positions : {2, 5, 63, 64, 65, 200}) {
        expect_bits(images, channels, positions);
      }
    }
  }
}

TEST_P(TensorBitsOf, SinglePositions) {
  for (const std::int64_t images : {1, 2, 63, 64, 65, 200}) {
    for (const std::int64_t channels : {1, 3, 64, 65, 130}) expect_bits(images, channels, 1);
  }
}

/// More values than one task packs.
TEST_P(TensorBitsOf, ManyValues) {
  expect_bits(2, 70, 1000);
  expect_bits(3000, 50, 1);
}

TEST_P(TensorBitsOf, OneNonfiniteValueAnywhere) {
  for (const std::int64_t positions : {1, 30}) {
    const std::size_t count = static_cast<std::size_t>(7 * 5 * positions);
    for (std::size_t at = 0; at < count; ++at) {
      for (const float value : {infinity, -infinity, std::nanf("1")}) {
        std::vector<float> values(count, 1.0F);
        values[at] = value;
        EXPECT_TRUE(TensorBits(values.data(), 7, 5, positions, fp32_zeros).has_nonfinite());
        EXPECT_FALSE(all_finite(values.data(), count, fp32_zeros));
      }
    }
  }
}

TEST_P(TensorBitsOf, Bf16OverflowsBelowTheLargestFp32) {
  for (const auto& [magnitude, is_finite] : {std::pair(0x7f7f7fffU, true), {0x7f7f8000U, false}}) {
    const std::vector<float> values{0.0F, -fp32_value(magnitude), 1.0F};
    EXPECT_EQ(TensorBits(values.data(), 1, 1, 3, bf16_zeros).has_nonfinite(), !is_finite);
    EXPECT_EQ(all_finite(values.data(), values.size(), bf16_zeros), is_finite);
    EXPECT_TRUE(all_finite(values.data(), values.size(), fp32_zeros));
  }
}

TEST_P(TensorBitsOf, AllFiniteOfAnyCount) {
  EXPECT_TRUE(all_finite(nullptr, 0, fp32_zeros));
  for (const std::size_t count : {1, 63, 64, 65, 1000, 70000, 200001}) {
    std::vector<float> values(count, std::numeric_limits<float>::max());
    EXPECT_TRUE(all_finite(values.data(), count, fp32_zeros));
    for (const std::size_t at : {std::size_t{0}, count / 2, count - 1}) {
      values[at] = -infinity;
      EXPECT_FALSE(all_finite(values.data(), count, fp32_zeros)) << at << " of " << count;
      values[at] = 0.0F;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, TensorBitsOf, every_instruction_set(), name_of_set);

}  // namespace
}  // namespace tensordash::engine
