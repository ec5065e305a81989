#pragma once

#include <array>
#include <cstdint>

#include "models/layer/layer_shape.h"

namespace tensordash::testing {

/// A descriptor written down by hand, word by word, apart from the tables and the driver.
struct HandDescriptor {
  std::array<std::uint32_t, 64> words{};

  void address(unsigned word, std::uint64_t value) {
    words[word] = static_cast<std::uint32_t>(value);
    words[word + 1] = static_cast<std::uint32_t>(value >> 32U);
  }

  void shape(const LayerShape& shape) {
    const std::array<std::int64_t, 14> values = {
        shape.N,          shape.C,           shape.M,           shape.H,         shape.W,
        shape.R,          shape.S,           shape.stride[0],   shape.stride[1], shape.padding[0],
        shape.padding[1], shape.dilation[0], shape.dilation[1], shape.groups};
    for (unsigned at = 0; at < values.size(); ++at) {
      words[4 + at] = static_cast<std::uint32_t>(values[at]);
    }
  }

  /// Opcode, version 1, other bits of COMMAND.
  void command(std::uint32_t opcode, std::uint32_t flags = 0) {
    words[0] = opcode | 1U << 8U | flags;
  }
};

inline constexpr unsigned a_data_word = 20, w_data_word = 24, go_data_word = 28, source_word = 32,
                          result_word = 36;
inline constexpr std::uint32_t interrupt_flag = 1U << 16U, dense_flag = 1U << 17U,
                               sparse_activations_flag = 1U << 18U, removed_flag = 1U << 19U;

}  // namespace tensordash::testing
