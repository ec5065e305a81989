#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <stdexcept>
#include <vector>

#include "models/layout/dram_image.h"
#include "tests/models/layout/naive_layout.h"

namespace tensordash::testing {

/// A memory of exactly so many bytes, none of them 0 at first; any access outside throws.
class BoundedMemory : public BytePort {
 public:
  static constexpr std::uint8_t untouched = 0xa5;

  BoundedMemory(std::uint64_t base, std::size_t size) : base_(base), bytes_(size, untouched) {}

  void read(std::uint64_t address, void* to, std::size_t bytes) override {
    std::memcpy(to, at(address, bytes), bytes);
  }
  void write(std::uint64_t address, const void* from, std::size_t bytes) override {
    std::memcpy(at(address, bytes), from, bytes);
  }
  std::uint8_t& operator[](std::uint64_t address) { return *at(address, 1); }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::uint8_t* at(std::uint64_t address, std::size_t bytes) {
    if (address < base_ || bytes > bytes_.size() || address - base_ > bytes_.size() - bytes) {
      throw std::out_of_range("outside the memory");
    }
    return bytes_.data() + (address - base_);
  }

  std::uint64_t base_;
  std::vector<std::uint8_t> bytes_;
};

inline std::vector<std::uint32_t> bits_of(const std::vector<float>& values) {
  std::vector<std::uint32_t> bits(values.size());
  std::memcpy(bits.data(), values.data(), values.size() * sizeof(float));
  return bits;
}

inline std::vector<float> values_of(const std::vector<std::uint32_t>& bits) {
  std::vector<float> values(bits.size());
  std::memcpy(values.data(), bits.data(), bits.size() * sizeof(float));
  return values;
}

/// Values of which about so many of a hundred are +0; the others are any pattern, often -0, NaN, an
/// infinity or a subnormal. Values of two bytes are bf16.
inline std::vector<float> random_values(std::int64_t count, unsigned percent_zero,
                                        unsigned value_bytes, std::mt19937& random) {
  const std::vector<std::uint32_t> special = {0x80000000, 0x7fc00000, 0xffa50000, 0x7f800000,
                                              0x00010000, 0x807f0000, 0x00000001, 0x7f800001};
  std::vector<std::uint32_t> bits(static_cast<std::size_t>(count));
  for (std::uint32_t& value : bits) {
    if (random() % 100 < percent_zero) continue;
    value = random() % 8 == 0 ? special[random() % special.size()] : random();
    if (value_bytes == 2) value &= 0xffff0000U;
  }
  return values_of(bits);
}

/// One group as it is to lie in memory, and its directory entry.
struct NaiveStored {
  std::vector<std::uint8_t> bytes;  ///< those that are transferred
  std::size_t payload = 0;          ///< masks and kept values
  bool raw = false;

  std::size_t units() const { return bytes.size() / 32; }
};

/// The format, written down a second time.
inline NaiveStored naive_stored(const NaiveGroup& places, const std::vector<std::uint32_t>& bits,
                                unsigned value_bytes) {
  std::vector<std::uint8_t> masks((places.size() + 31) / 32 * 4);
  std::vector<std::uint8_t> kept;
  std::vector<std::uint8_t> all;
  for (std::size_t place = 0; place < places.size(); ++place) {
    std::uint32_t value = places[place] < 0 ? 0 : bits.at(static_cast<std::size_t>(places[place]));
    if (value_bytes == 2) value >>= 16U;
    for (unsigned byte = 0; byte < value_bytes; ++byte) {
      const auto part = static_cast<std::uint8_t>(value >> (8 * byte));
      all.push_back(part);
      if (value != 0) kept.push_back(part);
    }
    // The word of a block is little-endian: bit 0 of its byte 0 is the block's first value.
    if (value != 0) masks[place / 32 * 4 + place % 32 / 8] |= 1U << (place % 8);
  }
  NaiveStored stored;
  std::vector<std::uint8_t> packed = masks;
  packed.insert(packed.end(), kept.begin(), kept.end());
  stored.payload = packed.size();
  packed.resize((packed.size() + 31) / 32 * 32);
  all.resize((all.size() + 31) / 32 * 32);
  stored.raw = packed.size() >= all.size();
  stored.bytes = stored.raw ? all : packed;
  return stored;
}

}  // namespace tensordash::testing
