#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/dataflow/stream_reader.h"

namespace tensordash {

/// What stands at a place of a stream.
enum class ValueKind : std::uint8_t {
  nonzero,     ///< a value of the tensor
  zero,        ///< a zero of the tensor (+0 or -0)
  structural,  ///< spatial padding, a dilation zero or lane padding: no tensor holds it
};

/// The kinds of all values that a pass reads, place by place (row * lanes + lane). A null pointer
/// is a missing row or column of the tile.
struct PassKinds {
  std::size_t places = 0;              ///< of every stream
  std::vector<const ValueKind*> b, a;  ///< one a tile row; one a tile column
};

/// Tells zeros of the tensors from zeros that the streams are filled with, which look alike at the
/// pins.
class PairClassifier {
 public:
  /// `plan` must outlive the classifier; the tensors are read here and not needed afterwards.
  PairClassifier(const StreamPlan& plan, const OperandTensors& tensors);

  /// Kinds of pass `id`, which stay valid as long as the classifier.
  PassKinds pass(std::uint64_t id) const;

 private:
  struct SegmentKinds {
    std::vector<ValueKind> b, a;  ///< [stream][K * lanes]
    std::size_t stream_size = 0;
  };

  const StreamPlan& plan_;
  std::vector<SegmentKinds> segments_;
};

}  // namespace tensordash
