#include "platform/pin/layer_pass_source.h"

#include "platform/pin/segment_sums.h"

namespace tensordash {

LayerPassSource::LayerPassSource(const StreamPlan& plan, const OperandTensors& tensors,
                                 unsigned tiles)
    : plan_(plan), tiles_(tiles), next_(tiles) {
  const StreamReader reader(plan, tensors);
  for (const Segment& segment : plan.segments()) {
    SegmentStreams streams;
    streams.stream_size = static_cast<std::size_t>(segment.K) * plan.geometry().lanes;
    streams.b.resize(static_cast<std::size_t>(segment.I) * streams.stream_size);
    streams.a.resize(static_cast<std::size_t>(segment.J) * streams.stream_size);
    for (std::int64_t i = 0; i < segment.I; ++i) {
      reader.side_b(segment, i, &streams.b[static_cast<std::size_t>(i) * streams.stream_size]);
    }
    for (std::int64_t j = 0; j < segment.J; ++j) {
      reader.side_a(segment, j, &streams.a[static_cast<std::size_t>(j) * streams.stream_size]);
    }
    segments_.push_back(std::move(streams));
  }
  rewind();
}

void LayerPassSource::rewind() {
  for (unsigned tile = 0; tile < tiles_; ++tile) {
    next_[tile] = {};
    if (!segments_.empty()) next_[tile].number = plan_.segments()[0].first_on(tile, tiles_);
  }
}

bool LayerPassSource::next(unsigned tile, Pass& pass) {
  const std::vector<Segment>& segments = plan_.segments();
  Next& at = next_[tile];
  while (at.segment < segments.size() && at.number >= segments[at.segment].passes()) {
    if (++at.segment == segments.size()) break;
    at.number = segments[at.segment].first_on(tile, tiles_);
  }
  if (at.segment >= segments.size()) return false;
  const Segment& segment = segments[at.segment];
  const std::uint64_t id = segment.first_pass + at.number;
  pass.sums = sums_of(segment, at.number);
  at.number += tiles_;
  const PassPlace place = plan_.pass(id);
  const SegmentStreams& streams =
      segments_[static_cast<std::size_t>(place.segment - plan_.segments().data())];
  pass.id = id;
  pass.stream_rows = static_cast<std::uint64_t>(place.segment->K);
  pass.b.assign(plan_.geometry().rows, nullptr);
  pass.a.assign(plan_.geometry().columns, nullptr);
  for (unsigned row = 0; row < place.rows; ++row) {
    pass.b[row] = &streams.b[static_cast<std::size_t>(place.first_i + row) * streams.stream_size];
  }
  for (unsigned column = 0; column < place.columns; ++column) {
    pass.a[column] =
        &streams.a[static_cast<std::size_t>(place.first_j + column) * streams.stream_size];
  }
  return true;
}

}  // namespace tensordash
