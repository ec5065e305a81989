#include "models/synthetic/value_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace tensordash {
namespace {

/// The finaliser of SplitMix64.
std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
  return bits ^ (bits >> 31);
}

/// A key below `key` for part `number`.
std::uint64_t key_within(std::uint64_t key, std::uint64_t number) {
  return mixed(key + 0x9e3779b97f4a7c15U * (number + 1));
}

std::uint64_t key_of(const ValueRecipe& recipe) {
  std::uint64_t key = mixed(recipe.seed);
  for (const char letter : recipe.layer) key = key_within(key, static_cast<unsigned char>(letter));
  return key_within(key, 256 + static_cast<std::uint64_t>(recipe.kind));
}

/// Elements that share a key, at most; their number within fits easily in 32 bits.
constexpr std::int64_t piece_size = std::int64_t{1} << 16;

/// The innermost loop: integers, selects and one exact conversion, so that it compiles to vectors.
/// An element is zero if its 31 random bits do not exceed `last_zero` (-1: none is).
void fill_piece(std::uint32_t first, std::size_t count, std::uint64_t key, std::int32_t last_zero,
                std::uint32_t sign_mask, float* out) {
  const auto low_key = static_cast<std::uint32_t>(key);
  const auto high_key = static_cast<std::uint32_t>(key >> 32);
  for (std::size_t at = 0; at < count; ++at) {
    std::uint32_t hash = first + static_cast<std::uint32_t>(at) + low_key;
    hash = (hash ^ (hash >> 16)) * 0x7feb352dU;
    hash = (hash ^ (hash >> 15)) + high_key;
    hash *= 0x846ca68bU;
    hash ^= hash >> 16;
    const bool kept = static_cast<std::int32_t>(hash >> 1) > last_zero;
    const std::uint32_t value_hash = hash * 0x9e3779b1U;
    const std::uint32_t spread = value_hash >> 16;
    // 2^16 to below 2^24 in steps of 255, then scaled by 2^-24: nothing is rounded.
    const std::uint32_t scaled = 0x10000U + (spread << 8) - spread;
    const float magnitude =
        static_cast<float>(static_cast<std::int32_t>(scaled)) * (1.0F / 16777216.0F);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &magnitude, sizeof bits);
    bits |= (value_hash << 16) & sign_mask;
    bits &= 0U - static_cast<std::uint32_t>(kept);
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    out[at] = value;
  }
}

}  // namespace

ValueStream::ValueStream(const ValueRecipe& recipe)
    : key_(key_of(recipe)),
      zeros_(recipe.zeros, recipe.cluster),
      map_size_(recipe.map_size),
      sign_mask_(recipe.negative_too ? 0x80000000U : 0) {
  if (map_size_ < 1) {
    throw std::invalid_argument(
        fmt::format("a feature map has {} elements; allowed: at least 1", map_size_));
  }
  // Maps that are all alike, or of one element, which cannot be clustered, are as good as one.
  if (map_size_ == 1 || zeros_.alike()) {
    if (!zeros_.alike()) zeros_ = ZeroFractions(recipe.zeros, 0);
    map_size_ = std::numeric_limits<std::int64_t>::max();
  }
}

void ValueStream::fill(std::int64_t begin, std::int64_t end, float* out) const {
  std::int64_t map = begin / map_size_;
  std::int64_t within = begin % map_size_;
  for (std::int64_t at = begin; at < end; ++map, within = 0) {
    const std::int64_t count = std::min(map_size_ - within, end - at);
    fill_map(map, within, within + count, out + (at - begin));
    at += count;
  }
}

void ValueStream::fill_map(std::int64_t map, std::int64_t begin, std::int64_t end,
                           float* out) const {
  const std::uint64_t key = key_within(key_, static_cast<std::uint64_t>(map));
  const auto last_zero = static_cast<std::int32_t>(zeros_.draw(key) - 1);
  std::int64_t piece = begin / piece_size;
  for (std::int64_t at = begin; at < end; ++piece) {
    const std::int64_t first = at - piece * piece_size;
    const std::int64_t count = std::min(piece_size - first, end - at);
    fill_piece(static_cast<std::uint32_t>(first), static_cast<std::size_t>(count),
               key_within(key, static_cast<std::uint64_t>(piece)), last_zero, sign_mask_,
               out + (at - begin));
    at += count;
  }
}

}  // namespace tensordash
