#include "models/engine/tensor_bits.h"

#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>

#include "models/engine/bit_string.h"

namespace tensordash::engine {
namespace {

using Range = tbb::blocked_range<std::size_t>;

constexpr std::size_t values_a_task = std::size_t{1} << 16;

/// Packs `count` rows of `size` values; returns the largest magnitude.
std::uint32_t pack_rows(const float* values, std::size_t count, std::size_t size,
                        const ZeroRule& rule, std::uint64_t* words) {
  const std::size_t stride = words_for(size);
  return tbb::parallel_reduce(
      Range(0, count, std::max<std::size_t>(1, values_a_task / size)), std::uint32_t{0},
      [&](const Range& rows, std::uint32_t largest) {
        for (std::size_t row = rows.begin(); row != rows.end(); ++row) {
          largest = std::max(largest,
                             pack_nonzero(values + row * size, size, rule, words + row * stride));
        }
        return largest;
      },
      [](std::uint32_t a, std::uint32_t b) { return std::max(a, b); });
}

/// Transposes, for every image, `rows` strings of `size` bits into `size` strings of `rows` bits.
void transpose_images(const std::uint64_t* from, std::uint64_t* to, std::size_t images,
                      std::size_t rows, std::size_t size) {
  const std::size_t from_words = words_for(size);
  const std::size_t to_words = words_for(rows);
  // A task is 64 rows of an image, which become one word of each of its strings.
  tbb::parallel_for(Range(0, images * to_words), [&](const Range& tasks) {
    for (std::size_t task = tasks.begin(); task != tasks.end(); ++task) {
      const std::size_t image = task / to_words;
      const std::size_t first_row = task % to_words * 64;
      const std::size_t row_count = std::min<std::size_t>(64, rows - first_row);
      const std::uint64_t* const source = from + (image * rows + first_row) * from_words;
      std::uint64_t* const target = to + image * size * to_words + first_row / 64;
      const std::size_t whole = size / 64;
      transpose_blocks(source, from_words, 1, row_count, target, to_words, 64 * to_words, 64,
                       whole);
      if (size % 64 != 0) {
        transpose_blocks(source + whole, from_words, 1, row_count, target + whole * 64 * to_words,
                         to_words, 0, size % 64, 1);
      }
    }
  });
}

}  // namespace

TensorBits::TensorBits(const float* values, std::int64_t images, std::int64_t channels,
                       std::int64_t positions, const ZeroRule& rule)
    : images_(images),
      channels_(channels),
      positions_(positions),
      pixel_words_(words_for(static_cast<std::size_t>(channels))),
      plane_words_(words_for(static_cast<std::size_t>(positions))) {
  const auto N = static_cast<std::size_t>(images);
  const auto C = static_cast<std::size_t>(channels);
  const auto X = static_cast<std::size_t>(positions);
  pixels_.resize(N * X * pixel_words_);
  std::uint32_t largest = 0;
  if (X == 1) {
    largest = pack_rows(values, N, C, rule, pixels_.data());
    images_ = 1;
    positions_ = images;
    plane_words_ = words_for(N);
    planes_.resize(C * plane_words_);
    transpose_images(pixels_.data(), planes_.data(), 1, N, C);
  } else {
    planes_.resize(N * C * plane_words_);
    largest = pack_rows(values, N * C, X, rule, planes_.data());
    transpose_images(planes_.data(), pixels_.data(), N, C, X);
  }
  has_nonfinite_ = largest >= rule.smallest_nonfinite;
}

std::uint64_t TensorBits::nonzero() const {
  return count_common(planes_.data(), planes_.data(), planes_.size());
}

bool all_finite(const float* values, std::size_t count, const ZeroRule& rule) {
  const std::uint32_t largest = tbb::parallel_reduce(
      Range(0, words_for(count), values_a_task / 64), std::uint32_t{0},
      [&](const Range& words, std::uint32_t most) {
        std::vector<std::uint64_t> bits(words.size());
        const std::size_t first = words.begin() * 64;
        const std::size_t end = std::min(words.end() * 64, count);
        return std::max(most, pack_nonzero(values + first, end - first, rule, bits.data()));
      },
      [](std::uint32_t a, std::uint32_t b) { return std::max(a, b); });
  return largest < rule.smallest_nonfinite;
}

}  // namespace tensordash::engine
