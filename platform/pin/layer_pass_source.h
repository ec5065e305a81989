#pragma once

#include <vector>

#include "hw/array/pass_source.h"
#include "models/dataflow/stream_reader.h"

namespace tensordash {

/// Feeds the tiles with the passes of one operation of one layer: pass id on tile (id mod tiles),
/// in order of id. All streams are laid out in memory beforehand.
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
  std::vector<std::uint64_t> next_pass_;  ///< [tile]
};

}  // namespace tensordash
