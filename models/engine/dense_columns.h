#pragma once

#include <cstdint>
#include <vector>

#include "models/dataflow/stream_reader.h"
#include "models/engine/exact_dot.h"

namespace tensordash::engine {

/// Side-A streams of a segment laid out for the arithmetic.
class DenseColumns {
 public:
  enum class Layout {
    streams,  ///< one stream after another
    blocks,   ///< [block][place][column_block() columns], missing columns +0
  };

  /// Columns [first, first + count). Blocks have a last place, zero_place(), that holds +0.
  DenseColumns(const StreamReader& reader, const Segment& segment, unsigned lanes,
               std::int64_t first, std::int64_t count, Layout layout);

  /// Places of a stream, K * lanes.
  std::size_t places() const { return places_; }
  const float* stream(std::size_t column) const { return values_.data() + column * places_; }
  const float* block(std::size_t index) const { return values_.data() + index * block_values_; }
  /// Where idle lanes of a block find their +0.
  std::int32_t zero_place() const { return static_cast<std::int32_t>(places_); }

  /// Scales every stream for exact sums; streams that lie one after another only.
  void scale();
  const ScaledStream& scaled(std::size_t column) const { return scales_[column]; }
  const std::int64_t* numbers(std::size_t column) const {
    return numbers_.data() + column * places_;
  }

  /// Bytes that so many columns take, scaled or not.
  static std::uint64_t bytes(const Segment& segment, unsigned lanes, std::int64_t count,
                             bool scaled);

 private:
  std::size_t places_, block_values_ = 0;
  std::vector<float> values_;
  std::vector<ScaledStream> scales_;
  std::vector<std::int64_t> numbers_;
};

}  // namespace tensordash::engine
