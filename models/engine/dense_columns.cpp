#include "models/engine/dense_columns.h"

#include <tbb/parallel_for.h>

#include <algorithm>

#include "models/engine/column_kernel.h"

namespace tensordash::engine {

DenseColumns::DenseColumns(const StreamReader& reader, const Segment& segment, unsigned lanes,
                           std::int64_t first, std::int64_t count, Layout layout)
    : places_(static_cast<std::size_t>(segment.K) * lanes) {
  const auto columns = static_cast<std::size_t>(count);
  if (layout == Layout::streams) {
    values_.resize(columns * places_);
    tbb::parallel_for(std::size_t{0}, columns, [&](std::size_t column) {
      reader.side_a(segment, first + static_cast<std::int64_t>(column),
                    values_.data() + column * places_);
    });
    return;
  }
  const std::size_t width = column_block();
  const std::size_t blocks = (columns + width - 1) / width;
  block_values_ = (places_ + 1) * width;
  values_.resize(blocks * block_values_);
  tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t block) {
    std::vector<float> stream(places_);
    const std::size_t begin = block * width;
    for (std::size_t column = begin; column < std::min(begin + width, columns); ++column) {
      reader.side_a(segment, first + static_cast<std::int64_t>(column), stream.data());
      float* const out = values_.data() + block * block_values_ + (column - begin);
      for (std::size_t place = 0; place < places_; ++place) out[place * width] = stream[place];
    }
  });
}

void DenseColumns::scale() {
  const std::size_t columns = values_.size() / places_;
  numbers_.resize(values_.size());
  scales_.resize(columns);
  tbb::parallel_for(std::size_t{0}, columns, [&](std::size_t column) {
    scales_[column] = scale_stream(stream(column), places_, numbers_.data() + column * places_);
  });
}

std::uint64_t DenseColumns::bytes(const Segment& segment, unsigned lanes, std::int64_t count,
                                  bool scaled) {
  const std::size_t a_value = sizeof(float) + (scaled ? sizeof(std::int64_t) : 0);
  return static_cast<std::uint64_t>(segment.K) * lanes * static_cast<std::uint64_t>(count) *
         a_value;
}

}  // namespace tensordash::engine
