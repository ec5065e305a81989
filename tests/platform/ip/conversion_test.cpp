// FROM_PLAIN and TO_PLAIN.
#include <gmock/gmock.h>

#include <cstring>

#include "hw/numeric/bf16.h"
#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

constexpr std::uint64_t plain = 0x2000, groups = 0x20000, directory = 0x60000, back = 0x62000;
constexpr std::uint64_t memory_bytes = 0x80000;

class Conversions : public ::testing::TestWithParam<unsigned> {};
// Conversions are the same at both levels.
INSTANTIATE_TEST_SUITE_P(Styles, Conversions, ::testing::Range(0U, 3U));

HandDescriptor conversion(bool to_plain, unsigned tensor, bool bf16, bool compressed,
                          const LayerShape& shape) {
  HandDescriptor made;
  made.command(to_plain ? 5 : 4, tensor << 24U);
  made.words[1] = (bf16 ? 1U : 0U) | (compressed ? (to_plain ? 0x800U : 0x1000U) : 0U);
  made.shape(shape);
  made.address(to_plain ? 32 : 36, groups);
  if (compressed) made.address(to_plain ? 34 : 38, directory);
  made.address(to_plain ? 36 : 32, to_plain ? back : plain);
  return made;
}

TEST_P(Conversions, ThereAndBackWithoutOneByteMore) {
  const Style& style = all_styles[GetParam()];
  const differential::SystemCKernel kernel;
  {
    RamParameters ram;
    ram.bytes = memory_bytes;
    ram.stress.any_order = ram.stress.shortcuts = true;
    GuestBench bench("bench", small_machine(style, random_layers_log2), ram);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    std::mt19937 random(3);
    unsigned odd = 0;
    for (unsigned round = 0; round < 5; ++round) {
      const LayerShape shape = dataflow_testing::random_shape(random);
      for (unsigned tensor = 0; tensor < 3; ++tensor) {
        fill_with_garbage(bench.memory, memory_bytes, round);
        const bool bf16 = random() % 2 == 0;
        const bool compressed = random() % 2 == 0;
        const std::size_t count = static_cast<std::size_t>(tensor == 0   ? shape.activation_count()
                                                           : tensor == 1 ? shape.weight_count()
                                                                         : shape.output_count());
        odd += count % 4 != 0 ? 1 : 0;
        std::vector<std::uint32_t> values(count), expected(count);
        for (std::size_t at = 0; at < count; ++at) {
          // Zeros of both signs, the smallest and the largest, and any others but NaN.
          const std::array<std::uint32_t, 5> special = {0, 0x80000000U, 1, 0x7f7f0000U,
                                                        0xff800000U};
          values[at] = random() % 3 == 0 ? special[random() % 5]
                                         : static_cast<std::uint32_t>(random()) & 0xbfffffffU;
          float value = 0;
          std::memcpy(&value, &values[at], 4);
          if (bf16) value = bf16_round(value);
          std::memcpy(&expected[at], &value, 4);
        }
        bench.bytes.write(plain, values.data(), 4 * count);
        std::vector<unsigned char> before(bench.memory.data(), bench.memory.data() + memory_bytes);
        bench.run(conversion(false, tensor, bf16, compressed, shape));
        ASSERT_EQ(bench.syndrome().code, 0U) << style.name;
        bench.run(conversion(true, tensor, bf16, compressed, shape));
        ASSERT_EQ(bench.syndrome().code, 0U) << style.name;
        EXPECT_EQ(std::memcmp(bench.memory.data() + back, expected.data(), 4 * count), 0)
            << style.name << " tensor " << tensor << " bf16 " << bf16;
        const unsigned char* const now = bench.memory.data();
        const auto same = [&](std::uint64_t from, std::uint64_t to) {
          return std::memcmp(now + from, before.data() + from, to - from) == 0;
        };
        const TensorLayout layout = tensor == 0   ? TensorLayout::of_activations(shape, 16)
                                    : tensor == 1 ? TensorLayout::of_weights(shape, 16)
                                                  : TensorLayout::of_outputs(shape, 16);
        const TensorImage image{layout, bf16 ? 2U : 4U, groups, directory, compressed};
        EXPECT_TRUE(same(0x2000, groups));
        EXPECT_TRUE(same(groups + image.data_bytes(), directory));
        EXPECT_TRUE(same(directory + (compressed ? image.directory_bytes() : 0), back));
        EXPECT_TRUE(same(back + 4 * count, memory_bytes));
      }
    }
    EXPECT_GT(odd, 3U);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
