#include "models/engine/bit_kernels.h"

#include <algorithm>
#include <cstring>

// Highway compiles the rest of this file once an instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/engine/bit_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "models/engine/bit_transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tensordash::engine::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::uint32_t magnitude_mask = 0x7fffffffU;

/// One bit a value of 64 values; `largest` keeps the largest magnitudes met.
template <class Tag, class Values>
HWY_INLINE std::uint64_t pack64(Tag tag, const float* values, Values mask, Values zero,
                                Values& largest) {
  const std::size_t lanes = hn::Lanes(tag);
  std::uint8_t bytes[8] = {};
  for (std::size_t lane = 0; lane < 64; lane += lanes) {
    const auto magnitude =
        hn::And(hn::LoadU(tag, reinterpret_cast<const std::int32_t*>(values + lane)), mask);
    largest = hn::Max(largest, magnitude);
    if (lanes >= 8) {
      hn::StoreMaskBits(tag, hn::Gt(magnitude, zero), bytes + lane / 8);
    } else {
      std::uint8_t bits[8] = {};
      hn::StoreMaskBits(tag, hn::Gt(magnitude, zero), bits);
      bytes[lane / 8] = static_cast<std::uint8_t>(bytes[lane / 8] | bits[0] << lane % 8);
    }
  }
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::uint32_t pack(const float* values, std::size_t count, const ZeroRule& rule,
                   std::uint64_t* words) {
  const hn::CappedTag<std::int32_t, 16> tag;
  const auto mask = hn::Set(tag, static_cast<std::int32_t>(magnitude_mask));
  const auto zero = hn::Set(tag, static_cast<std::int32_t>(rule.largest_zero));
  auto largest = hn::Zero(tag);
  std::size_t at = 0;
  for (; at + 64 <= count; at += 64) *words++ = pack64(tag, values + at, mask, zero, largest);
  if (at < count) {
    float rest[64] = {};
    std::memcpy(rest, values + at, (count - at) * sizeof(float));
    *words = pack64(tag, rest, mask, zero, largest);
  }
  return static_cast<std::uint32_t>(hn::GetLane(hn::MaxOfLanes(tag, largest)));
}

void transpose(const std::uint64_t* from, std::size_t from_row, std::size_t from_block,
               std::size_t rows, std::uint64_t* to, std::size_t to_row, std::size_t to_block,
               std::size_t columns, std::size_t blocks) {
  const std::size_t V = hn::Lanes(hn::CappedTag<std::uint64_t, 8>());
  alignas(64) std::uint64_t vectors[64 * 8] = {};
  for (std::size_t first = 0; first < blocks; first += V) {
    const std::size_t count = std::min(V, blocks - first);
    for (std::size_t row = 0; row < 64; ++row) {
      for (std::size_t block = 0; block < count; ++block) {
        vectors[row * V + block] =
            row < rows ? from[row * from_row + (first + block) * from_block] : 0;
      }
    }
    transpose64(vectors);
    for (std::size_t column = 0; column < columns; ++column) {
      for (std::size_t block = 0; block < count; ++block) {
        to[column * to_row + (first + block) * to_block] = vectors[column * V + block];
      }
    }
  }
}

std::uint64_t common(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  const hn::CappedTag<std::uint64_t, 8> tag;
  const std::size_t V = hn::Lanes(tag);
  auto sums = hn::Zero(tag);
  std::size_t at = 0;
  for (; at + V <= words; at += V) {
    sums =
        hn::Add(sums, hn::PopulationCount(hn::And(hn::LoadU(tag, a + at), hn::LoadU(tag, b + at))));
  }
  std::uint64_t sum = hn::GetLane(hn::SumOfLanes(tag, sums));
  for (; at < words; ++at) sum += hwy::PopCount(a[at] & b[at]);
  return sum;
}

const char* target_name() {
  return hwy::TargetName(HWY_TARGET);
}

}  // namespace tensordash::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tensordash::engine {

HWY_EXPORT(pack);
HWY_EXPORT(transpose);
HWY_EXPORT(common);
HWY_EXPORT(target_name);

std::uint32_t pack_nonzero(const float* values, std::size_t count, const ZeroRule& rule,
                           std::uint64_t* words) {
  return HWY_DYNAMIC_DISPATCH(pack)(values, count, rule, words);
}

void transpose_blocks(const std::uint64_t* from, std::size_t from_row, std::size_t from_block,
                      std::size_t rows, std::uint64_t* to, std::size_t to_row, std::size_t to_block,
                      std::size_t columns, std::size_t blocks) {
  HWY_DYNAMIC_DISPATCH(transpose)
  (from, from_row, from_block, rows, to, to_row, to_block, columns, blocks);
}

std::uint64_t count_common(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  return HWY_DYNAMIC_DISPATCH(common)(a, b, words);
}

const char* instruction_set() {
  return HWY_DYNAMIC_DISPATCH(target_name)();
}

}  // namespace tensordash::engine
#endif
