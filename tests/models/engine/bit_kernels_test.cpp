#include "models/engine/bit_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "hw/numeric/bf16.h"
#include "hw/numeric/fp32.h"
#include "tests/models/engine/every_instruction_set.h"

namespace tensordash::engine {
namespace {

class BitKernels : public EveryInstructionSet {};

struct DataType {
  ZeroRule rule;
  float (*round)(float);
};

const DataType data_types[] = {{fp32_zeros, [](float value) { return value; }},
                               {bf16_zeros, bf16_round}};

/// Magnitudes on either side of every boundary of the two data types.
std::vector<std::uint32_t> boundaries() {
  std::vector<std::uint32_t> magnitudes;
  for (const std::uint32_t middle :
       {0x00000001U, 0x00007fffU, 0x00008000U, 0x00010000U, 0x00018000U, 0x007fffffU, 0x00800000U,
        0x3f800000U, 0x7f7f0000U, 0x7f7f8000U, 0x7f7fffffU, 0x7f800000U, 0x7fc00000U,
        0x7ffffffeU}) {
    for (const std::uint32_t near : {middle - 1, middle, middle + 1}) magnitudes.push_back(near);
  }
  return magnitudes;
}

/// What pack_nonzero() must do, value by value.
void expect_packed(const std::vector<float>& values, const DataType& type) {
  const std::uint64_t untouched = 0x0123456789abcdefU;
  const std::size_t words = (values.size() + 63) / 64;
  std::vector<std::uint64_t> packed(words + 1, untouched);
  const std::uint32_t largest =
      pack_nonzero(values.data(), values.size(), type.rule, packed.data());
  bool is_finite = true;
  for (std::size_t at = 0; at < words * 64; ++at) {
    const bool is_set = (packed[at / 64] >> (at % 64) & 1U) != 0;
    if (at >= values.size()) {
      ASSERT_FALSE(is_set) << "beyond the last of " << values.size();
      continue;
    }
    const float rounded = type.round(values[at]);
    is_finite = is_finite && std::isfinite(rounded);
    ASSERT_EQ(is_set, rounded != 0) << std::hex << fp32_bits(values[at]) << " at " << at;
  }
  EXPECT_EQ(packed[words], untouched);
  EXPECT_EQ(largest < type.rule.smallest_nonfinite, is_finite);
}

TEST_P(BitKernels, PackBoundaryValuesOfEitherSign) {
  for (const DataType& type : data_types) {
    for (const std::uint32_t magnitude : boundaries()) {
      for (const std::uint32_t sign : {0U, 0x80000000U}) {
        // In every lane of a vector, alone among zeros.
        for (std::size_t at = 0; at < 64; ++at) {
          std::vector<float> values(64, at % 2 == 0 ? 0.0F : -0.0F);
          values[at] = fp32_value(magnitude | sign);
          expect_packed(values, type);
        }
      }
    }
  }
}

TEST_P(BitKernels, PackAnyCount) {
  std::mt19937 random(1);
  const std::vector<std::uint32_t> special = boundaries();
  for (const DataType& type : data_types) {
    for (std::size_t count = 0; count < 300; ++count) {
      std::vector<float> values(count);
      for (float& value : values) {
        const std::uint32_t sign = random() & 0x80000000U;
        const std::uint32_t magnitude = random() % 4 == 0   ? special[random() % special.size()]
                                        : random() % 2 == 0 ? 0
                                                            : random() & 0x7f7effffU;
        value = fp32_value(magnitude | sign);
      }
      expect_packed(values, type);
    }
  }
}

TEST_P(BitKernels, PackTellsTheLargestMagnitude) {
  for (std::size_t count = 1; count < 150; ++count) {
    for (std::size_t at = 0; at < count; ++at) {
      std::vector<float> values(count, 1.0F);
      values[at] = -7.0F;
      std::vector<std::uint64_t> words(3);
      ASSERT_EQ(pack_nonzero(values.data(), count, fp32_zeros, words.data()), fp32_bits(7.0F));
    }
  }
}

TEST_P(BitKernels, PackNothing) {
  EXPECT_EQ(pack_nonzero(nullptr, 0, fp32_zeros, nullptr), 0U);
}

std::vector<std::uint64_t> random_words(std::size_t count, std::mt19937_64& random) {
  std::vector<std::uint64_t> words(count);
  for (std::uint64_t& word : words) word = random();
  return words;
}

TEST_P(BitKernels, TransposeRaggedBlocks) {
  std::mt19937_64 random(2);
  for (unsigned trial = 0; trial < 300; ++trial) {
    const std::size_t rows = trial % 5 == 0 ? 64 : random() % 65;
    const std::size_t columns = trial % 7 == 0 ? 64 : random() % 65;
    const std::size_t blocks = random() % 20;
    // Blocks side by side in each row; rows of the result either way.
    const std::size_t from_row = blocks + random() % 3;
    const std::size_t to_row = blocks + 1 + random() % 3;
    const bool apart = random() % 2 == 0;
    const std::size_t to_block = apart ? 64 * to_row : 1;
    const std::vector<std::uint64_t> from =
        random_words(rows == 0 ? 0 : (rows - 1) * from_row + blocks, random);
    const std::vector<std::uint64_t> before =
        random_words(apart ? 64 * to_row * blocks : 64 * to_row, random);
    std::vector<std::uint64_t> expected = before;
    for (std::size_t block = 0; block < blocks; ++block) {
      for (std::size_t column = 0; column < columns; ++column) {
        std::uint64_t word = 0;
        for (std::size_t row = 0; row < rows; ++row) {
          word |= (from[row * from_row + block] >> column & 1U) << row;
        }
        expected[column * to_row + block * to_block] = word;
      }
    }
    std::vector<std::uint64_t> to = before;
    transpose_blocks(from.data(), from_row, 1, rows, to.data(), to_row, to_block, columns, blocks);
    ASSERT_EQ(to, expected) << rows << " rows, " << columns << " columns, " << blocks << " blocks";
  }
}

TEST_P(BitKernels, CountBitsInCommon) {
  std::mt19937_64 random(3);
  for (std::size_t words = 0; words < 70; ++words) {
    const std::vector<std::uint64_t> a = random_words(words, random);
    const std::vector<std::uint64_t> b = random_words(words, random);
    std::uint64_t expected = 0;
    for (std::size_t bit = 0; bit < words * 64; ++bit) {
      expected += (a[bit / 64] & b[bit / 64]) >> (bit % 64) & 1U;
    }
    EXPECT_EQ(count_common(a.data(), b.data(), words), expected) << words << " words";
  }
}

TEST(ZeroRules, HoldForEveryBoundaryOfBf16) {
  for (const std::uint32_t magnitude : boundaries()) {
    const float rounded = bf16_round(fp32_value(magnitude));
    EXPECT_EQ(magnitude <= bf16_zeros.largest_zero, rounded == 0) << std::hex << magnitude;
    EXPECT_EQ(magnitude >= bf16_zeros.smallest_nonfinite, !std::isfinite(rounded))
        << std::hex << magnitude;
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, BitKernels, every_instruction_set(), name_of_set);

}  // namespace
}  // namespace tensordash::engine
