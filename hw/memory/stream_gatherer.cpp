#include "hw/memory/stream_gatherer.h"

namespace tensordash {

LaneRow StreamGatherer::gather(const FetchBundle& bundle, unsigned stream, unsigned row,
                               const std::vector<const LaneRow*>& read) const {
  LaneRow result(lanes_);
  if (stream >= bundle.streams) return result;
  const LaneSource* sources = &bundle.lanes[(std::size_t{stream} * bundle.rows + row) * lanes_];
  for (unsigned lane = 0; lane < lanes_; ++lane) {
    const LaneSource& source = sources[lane];
    if (source.row == LaneSource::nothing) continue;
    const LaneRow& from = source.row == LaneSource::kept ? kept_[stream] : *read[source.row];
    result[lane] = from[source.lane];
  }
  return result;
}

void StreamGatherer::keep(const FetchBundle& bundle, const std::vector<const LaneRow*>& read) {
  for (unsigned stream = 0; stream < bundle.streams; ++stream) {
    const std::uint16_t source = bundle.keep[stream];
    if (source < LaneSource::kept) kept_[stream] = *read[source];
  }
}

const char* fault_of(const FetchBundle& bundle, unsigned streams, unsigned rows, unsigned ports,
                     unsigned lanes) {
  if (bundle.rows == 0 || bundle.rows > rows) return "a bundle of no rows, or too many";
  if (bundle.streams == 0 || bundle.streams > streams) return "a bundle of no streams, or too many";
  if (bundle.requests.size() > ports) return "a bundle of more requests than the SRAM has ports";
  if (bundle.keep.size() != bundle.streams ||
      bundle.lanes.size() != std::size_t{bundle.streams} * bundle.rows * lanes) {
    return "a bundle that does not say where all lanes come from";
  }
  const std::size_t read = bundle.requests.size();
  for (const LaneSource& source : bundle.lanes) {
    if (source.row >= read && source.row < LaneSource::kept) return "a lane of a row not read";
    if (source.lane >= lanes) return "a lane beyond a row";
  }
  for (const std::uint16_t source : bundle.keep) {
    if (source >= read && source < LaneSource::kept) return "a row kept that is not read";
  }
  return nullptr;
}

}  // namespace tensordash
