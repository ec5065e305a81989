#include "models/dataflow/pair_classifier.h"

#include <algorithm>

namespace tensordash {
namespace {

/// Reads `count` streams by `read(reader, stream, values)`, as they are and with ones for all
/// values of the tensors: what is zero even then, no tensor holds.
template <typename Read>
std::vector<ValueKind> kinds_of(const StreamReader& values, const StreamReader& ones,
                                std::int64_t count, std::size_t stream_size, const Read& read) {
  std::vector<ValueKind> kinds(static_cast<std::size_t>(count) * stream_size);
  std::vector<float> value(stream_size);
  std::vector<float> one(stream_size);
  ValueKind* next = kinds.data();
  for (std::int64_t stream = 0; stream < count; ++stream) {
    read(values, stream, value.data());
    read(ones, stream, one.data());
    for (std::size_t place = 0; place < stream_size; ++place) {
      *next++ = one[place] == 0.0F     ? ValueKind::structural
                : value[place] == 0.0F ? ValueKind::zero
                                       : ValueKind::nonzero;
    }
  }
  return kinds;
}

}  // namespace

PairClassifier::PairClassifier(const StreamPlan& plan, const OperandTensors& tensors)
    : plan_(plan) {
  const LayerShape& shape = plan.shape();
  const std::vector<float> all_ones(
      static_cast<std::size_t>(
          std::max({shape.activation_count(), shape.weight_count(), shape.output_count()})),
      1.0F);
  const StreamReader values(plan, tensors);
  const StreamReader ones(plan, {all_ones.data(), all_ones.data(), all_ones.data()});
  for (const Segment& segment : plan.segments()) {
    SegmentKinds kinds;
    kinds.stream_size = static_cast<std::size_t>(segment.K) * plan.geometry().lanes;
    kinds.b = kinds_of(values, ones, segment.I, kinds.stream_size,
                       [&](const StreamReader& reader, std::int64_t i, float* stream) {
                         reader.side_b(segment, i, stream);
                       });
    kinds.a = kinds_of(values, ones, segment.J, kinds.stream_size,
                       [&](const StreamReader& reader, std::int64_t j, float* stream) {
                         reader.side_a(segment, j, stream);
                       });
    segments_.push_back(std::move(kinds));
  }
}

PassKinds PairClassifier::pass(std::uint64_t id) const {
  const PassPlace place = plan_.pass(id);
  const SegmentKinds& segment =
      segments_[static_cast<std::size_t>(place.segment - plan_.segments().data())];
  PassKinds kinds;
  kinds.places = segment.stream_size;
  kinds.b.assign(plan_.geometry().rows, nullptr);
  kinds.a.assign(plan_.geometry().columns, nullptr);
  for (unsigned row = 0; row < place.rows; ++row) {
    kinds.b[row] = &segment.b[static_cast<std::size_t>(place.first_i + row) * segment.stream_size];
  }
  for (unsigned column = 0; column < place.columns; ++column) {
    kinds.a[column] =
        &segment.a[static_cast<std::size_t>(place.first_j + column) * segment.stream_size];
  }
  return kinds;
}

}  // namespace tensordash
