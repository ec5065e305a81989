#pragma once

#include <cstdint>

#include "models/dataflow/stream_plan.h"

namespace tensordash {

/// Zeros met in side-B streams, each value counted once for every stream that holds it.
/// A value past the last channel or position is lane padding, wherever its tap lies.
struct ZeroCounts {
  std::uint64_t data = 0;             ///< zeros of the tensor
  std::uint64_t spatial_padding = 0;  ///< taps outside the image
  std::uint64_t dilation = 0;         ///< taps between the positions of a strided gradient
  std::uint64_t lane_padding = 0;     ///< filling of the last block of lanes
};

/// The tensors of a layer, C order, already in the machine's data type. A null pointer for one that
/// the operation does not read.
struct OperandTensors {
  const float* activations = nullptr;       ///< [N][C][H][W]
  const float* weights = nullptr;           ///< [M][C/G][R][S]
  const float* output_gradients = nullptr;  ///< [N][M][P][Q]
};

/// Reads the streams of a plan out of a layer's tensors.
class StreamReader {
 public:
  /// `plan` must outlive the reader.
  StreamReader(const StreamPlan& plan, const OperandTensors& tensors);

  /// Writes stream i of side B, K * lanes values, and adds its zeros to `zeros` if given.
  void side_b(const Segment& segment, std::int64_t i, float* stream,
              ZeroCounts* zeros = nullptr) const;
  /// Writes stream j of side A, K * lanes values.
  void side_a(const Segment& segment, std::int64_t j, float* stream) const;

 private:
  class Writer;

  void activation_window(const Segment& segment, std::int64_t i, Writer& writer) const;
  void gradient_window(const Segment& segment, std::int64_t i, Writer& writer) const;
  void filter(const Segment& segment, std::int64_t m, Writer& writer) const;
  void filter_channel(const Segment& segment, std::int64_t c, Writer& writer) const;
  void gradient_plane(const Segment& segment, std::int64_t m, Writer& writer) const;
  void activation_tap(const Segment& segment, std::int64_t tap, Writer& writer) const;

  const StreamPlan& plan_;
  const LayerShape& shape_;
  OperandTensors tensors_;
};

/// The side-B operand of an operation. backward_weights takes the tensor with the larger fraction
/// of zeros (+0 or -0), the gradients when equal; forward the activations, backward_data the
/// gradients.
SparseOperand sparse_operand(Operation operation, const LayerShape& shape,
                             const OperandTensors& tensors);

}  // namespace tensordash
