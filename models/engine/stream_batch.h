#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/operand_bits.h"
#include "models/engine/window_scheduler.h"

namespace tensordash::engine {

/// Streams of one side of a segment, side by side in groups, in the form that WindowScheduler
/// reads.
class StreamGroups {
 public:
  enum class Side { b, a };

  /// Groups of `size` consecutive streams of `segment`; missing streams at the end are zero.
  StreamGroups(const StreamBits& reader, const Segment& segment, Side side, unsigned size,
               unsigned lanes, unsigned depth);

  /// Reads groups `first` to `first + count - 1` in place of those read before.
  void read(std::int64_t first, std::int64_t count);

  const std::uint64_t* group(std::int64_t index) const {
    return rows_.data() + static_cast<std::size_t>(index - first_) * group_words_;
  }
  /// Streams of a group that exist.
  unsigned real(std::int64_t index) const;

  /// Bytes that a group takes.
  std::size_t group_bytes() const { return group_words_ * sizeof(std::uint64_t); }

 private:
  const StreamBits& reader_;
  const Segment& segment_;
  Side side_;
  unsigned size_, lanes_;
  std::int64_t streams_;  ///< of the whole segment
  std::size_t words_;     ///< of a stream row of a group
  std::size_t group_words_;
  std::int64_t first_ = 0;
  std::vector<std::uint64_t> rows_;
  std::vector<std::uint64_t> strings_;  ///< of one group, stream after stream
};

}  // namespace tensordash::engine
