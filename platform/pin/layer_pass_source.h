#pragma once

#include <vector>

#include "hw/array/pass_source.h"
#include "models/dataflow/stream_reader.h"

namespace tensordash {

/// Feeds the tiles with the passes of one operation of one layer, in order of id, each on the tile
/// that the plan says. All streams are laid out in memory beforehand.
class LayerPassSource : public PassSource {
 public:
  /// `plan` must outlive the source; the tensors are read here and not needed afterwards.
  LayerPassSource(const StreamPlan& plan, const OperandTensors& tensors, unsigned tiles);

  bool next(unsigned tile, Pass& pass) override;

  /// Start again from the first pass.
  void rewind();

 private:
  struct SegmentStreams {
    std::vector<float> b, a;  ///< [stream][K * lanes]
    std::size_t stream_size = 0;
  };

  const StreamPlan& plan_;
  unsigned tiles_;
  std::vector<SegmentStreams> segments_;
  struct Next {
    std::size_t segment = 0;
    std::uint64_t number = 0;  ///< of the segment's passes
  };
  std::vector<Next> next_;  ///< [tile]
};

}  // namespace tensordash
