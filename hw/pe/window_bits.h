#pragma once

#include <array>
#include <cstdint>

#include "hw/pe/connectivity.h"

namespace tensordash {

/// One bit a place of a staging buffer's window: row[step], bit lane (the paper's 3x16b zero
/// vectors, here with ones for values that matter). Rows at or beyond the depth are zero.
struct WindowBits {
  std::array<std::uint64_t, max_depth> row{};

  bool operator==(const WindowBits& other) const { return row == other.row; }
  bool operator!=(const WindowBits& other) const { return !(*this == other); }

  WindowBits operator&(const WindowBits& other) const {
    WindowBits both;
    for (unsigned step = 0; step < max_depth; ++step) both.row[step] = row[step] & other.row[step];
    return both;
  }
  WindowBits operator|(const WindowBits& other) const {
    WindowBits either;
    for (unsigned step = 0; step < max_depth; ++step) {
      either.row[step] = row[step] | other.row[step];
    }
    return either;
  }
  /// These places without those of `other`.
  WindowBits without(const WindowBits& other) const {
    WindowBits rest;
    for (unsigned step = 0; step < max_depth; ++step) rest.row[step] = row[step] & ~other.row[step];
    return rest;
  }
  /// The window after its first `rows` rows were drained.
  WindowBits advanced(unsigned rows) const {
    WindowBits moved;
    for (unsigned step = rows; step < max_depth; ++step) moved.row[step - rows] = row[step];
    return moved;
  }
};

}  // namespace tensordash
