#include "models/engine/stream_batch.h"

#include <algorithm>

#include "models/engine/bit_string.h"

namespace tensordash::engine {

StreamGroups::StreamGroups(const StreamBits& reader, const Segment& segment, Side side,
                           unsigned size, unsigned lanes, unsigned depth)
    : reader_(reader),
      segment_(segment),
      side_(side),
      size_(size),
      lanes_(lanes),
      streams_(side == Side::b ? segment.I : segment.J),
      words_(words_for(std::size_t{size} * lanes)),
      group_words_((static_cast<std::size_t>(segment.K) + depth) * words_),
      strings_(reader.stream_words(segment) * size) {}

unsigned StreamGroups::real(std::int64_t index) const {
  return static_cast<unsigned>(std::min<std::int64_t>(size_, streams_ - index * size_));
}

void StreamGroups::read(std::int64_t first, std::int64_t count) {
  first_ = first;
  rows_.resize(static_cast<std::size_t>(count) * group_words_);
  const std::size_t string_words = reader_.stream_words(segment_);
  std::vector<const std::uint64_t*> streams(size_);
  for (std::int64_t index = first; index < first + count; ++index) {
    const unsigned existing = real(index);
    for (unsigned stream = 0; stream < size_; ++stream) {
      std::uint64_t* const string = strings_.data() + stream * string_words;
      streams[stream] = stream < existing ? string : nullptr;
      if (stream >= existing) continue;
      const std::int64_t number = index * size_ + stream;
      if (side_ == Side::b) {
        reader_.side_b(segment_, number, string);
      } else {
        reader_.side_a(segment_, number, string);
      }
    }
    std::uint64_t* const out =
        rows_.data() + static_cast<std::size_t>(index - first) * group_words_;
    const std::size_t filled = static_cast<std::size_t>(segment_.K) * words_;
    interleave(streams, segment_.K, lanes_, words_, out);
    std::fill(out + filled, out + group_words_, std::uint64_t{0});
  }
}

}  // namespace tensordash::engine
