#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/bit_kernels.h"

namespace tensordash::engine {

/// Where a tensor [images][channels][positions] is not zero, one bit a value: all that timing needs
/// to know. The values are read once, on all cores.
class TensorBits {
 public:
  TensorBits() = default;
  /// `values` in C order, not needed afterwards.
  TensorBits(const float* values, std::int64_t images, std::int64_t channels,
             std::int64_t positions, const ZeroRule& rule);

  /// As given, but images of one position each are kept as one image of so many positions: their
  /// values lie in the same order, and planes of a single bit would be wasteful.
  std::int64_t images() const { return images_; }
  std::int64_t channels() const { return channels_; }
  std::int64_t positions() const { return positions_; }
  /// Some value is an infinity or NaN in the data type of the rule.
  bool has_nonfinite() const { return has_nonfinite_; }
  /// Values that are not zero.
  std::uint64_t nonzero() const;

  /// Channel after channel at one position, positions counted through all images: ceil(channels /
  /// 64) words, the rest of the last zero.
  const std::uint64_t* pixel(std::int64_t position) const {
    return pixels_.data() + static_cast<std::size_t>(position) * pixel_words_;
  }
  std::size_t pixel_words() const { return pixel_words_; }

  /// Position after position of one channel of one image, from bit 0 of the first word on, the rest
  /// of the last zero: ceil(positions / 64) words.
  const std::uint64_t* plane(std::int64_t image, std::int64_t channel) const {
    return planes_.data() + static_cast<std::size_t>(image * channels_ + channel) * plane_words_;
  }
  std::size_t plane_words() const { return plane_words_; }

 private:
  std::int64_t images_ = 0, channels_ = 0, positions_ = 0;
  std::size_t pixel_words_ = 0, plane_words_ = 0;
  std::vector<std::uint64_t> planes_, pixels_;
  bool has_nonfinite_ = false;
};

/// No value is an infinity or NaN in the data type of `rule`. All cores.
bool all_finite(const float* values, std::size_t count, const ZeroRule& rule);

}  // namespace tensordash::engine
