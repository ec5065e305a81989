#include <gtest/gtest.h>

#include <cstring>

#include "hw/numeric/bf16.h"
#include "tests/platform/soc_run/soc_bench.h"

namespace tensordash::testing {
namespace {

/// Values with all kinds of bits; bf16 cannot hold most of them.
void roughen(Tensor& tensor) {
  std::uint32_t bits = 0x3f800001;
  for (float& value : tensor.values.owned()) {
    bits = bits * 1664525U + 1013904223U;
    if (value != 0) value = static_cast<float>(static_cast<std::int32_t>(bits)) / 65536.0F;
  }
}

/// C order to groups and back, for each tensor of a layer, both descriptors queued at once.
class PlainRoundTrip : public SmallSocTest {
 protected:
  void round_trip(bool compressed, unsigned value_bytes) {
    SmallSocParameters parameters;
    parameters.accelerators = {small_accelerator()};
    SmallSoc soc("soc", parameters);
    OperandSet layer = whole_number_layer(
        conv2d_shape({3, 34, 5, 19}, {6, 17, 3, 2}, {2, 1}, {1, 0}, {1, 1}, 2), 7);
    roughen(layer.activations);
    roughen(layer.weights);
    roughen(*layer.output_gradients);
    run(soc, [&](HostCore& host) {
      SocDriver driver(host, SmallSocMap::accelerator(0), 0, SmallSocMap::sram, 3);
      SocLayout layout = layout_at(0, compressed);
      layout.plain = true;
      layout.value_bytes = value_bytes;
      const SocTensors tensors(layer, layout, soc.bytes);
      const tensordash_shape shape = {3, 34, 6, 5, 19, 3, 2, 2, 1, 1, 0, 1, 1, 2};
      tensordash_options options = {};
      options.type = value_bytes == 2 ? TENSORDASH_BF16 : TENSORDASH_FP32;
      options.interrupt = true;
      const std::uint64_t back = SmallSocMap::dram + (1U << 26U);
      const std::array<const Tensor*, 3> given = {&layer.activations, &layer.weights,
                                                  &*layer.output_gradients};
      for (unsigned at = 0; at < 3; ++at) {
        const auto which = static_cast<OperandTensor>(at);
        const TensorImage& image = tensors.operand_image(which);
        const tensordash_tensor groups = {image.data_base, image.directory_base, compressed};
        SocDescriptor words{};
        driver.require(
            tensordash_encode_to_plain(&driver.device(), &shape, static_cast<tensordash_which>(at),
                                       &options, &groups, back, words.data()),
            "encode");
        driver.submit(tensors.from_plain(driver, which));
        driver.wait(driver.submit(words));
        std::vector<float> values(given[at]->values.size());
        soc.bytes.read(back, values.data(), values.size() * sizeof(float));
        for (std::size_t value = 0; value < values.size(); ++value) {
          const float before = given[at]->values[value];
          const float expected = value_bytes == 2 ? bf16_round(before) : before;
          ASSERT_EQ(std::memcmp(&values[value], &expected, sizeof(float)), 0)
              << at << " " << value << ": " << before << " became " << values[value];
        }
      }
    });
  }
};

TEST_F(PlainRoundTrip, CompressedFp32) {
  round_trip(true, 4);
}
TEST_F(PlainRoundTrip, RawFp32) {
  round_trip(false, 4);
}
TEST_F(PlainRoundTrip, CompressedBf16) {
  round_trip(true, 2);
}

}  // namespace
}  // namespace tensordash::testing
