#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "hw/pe/connectivity.h"

namespace tensordash {

/// One value a lane, carried by one signal. Room for max_lanes values; only blocks of 16 lanes that
/// are in use are copied and compared, which is what makes a row cheap as a signal.
/// Comparison is of bits: -0 differs from +0, and a NaN equals itself.
template <typename Value>
class LaneArray {
 public:
  LaneArray() = default;
  explicit LaneArray(unsigned lanes) : lanes_(lanes) {}
  LaneArray(const LaneArray& other) : lanes_(other.lanes_) { copy_blocks(other); }
  LaneArray& operator=(const LaneArray& other) {
    lanes_ = other.lanes_;
    copy_blocks(other);
    return *this;
  }
  ~LaneArray() = default;

  unsigned lanes() const { return lanes_; }
  Value& operator[](unsigned lane) { return values_[lane]; }
  const Value& operator[](unsigned lane) const { return values_[lane]; }
  Value* data() { return values_.data(); }
  const Value* data() const { return values_.data(); }

  bool operator==(const LaneArray& other) const {
    if (lanes_ != other.lanes_) return false;
    for (unsigned lane = 0; lane < lanes_; lane += block) {
      if (std::memcmp(&values_[lane], &other.values_[lane], block * sizeof(Value)) != 0) {
        return false;
      }
    }
    return true;
  }
  bool operator!=(const LaneArray& other) const { return !(*this == other); }

 private:
  static constexpr unsigned block = 16;
  static_assert(max_lanes % block == 0);

  void copy_blocks(const LaneArray& other) {
    for (unsigned lane = 0; lane < lanes_; lane += block) {
      std::memcpy(&values_[lane], &other.values_[lane], block * sizeof(Value));
    }
  }

  unsigned lanes_ = 0;  // before the values, in the cache line of the first of them
  alignas(16) std::array<Value, max_lanes> values_{};
};

/// A stream row, or a row of operands or products: one fp32 value a lane.
using LaneRow = LaneArray<float>;
/// A row of exact products: the product of two fp32 values always fits a double.
using ExactRow = LaneArray<double>;
/// The paper's MS signals: the number of the option that each lane takes, or `idle_select`.
using LaneSelects = LaneArray<std::uint8_t>;
inline constexpr std::uint8_t idle_select = 63;
static_assert(idle_select >= max_options);

}  // namespace tensordash
