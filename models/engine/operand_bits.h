#pragma once

#include "models/dataflow/stream_plan.h"
#include "models/dataflow/stream_reader.h"
#include "models/engine/tensor_bits.h"

namespace tensordash::engine {

/// Bits of the tensors that an operation reads. Weights are wanted in the order in which side A's
/// streams run through them, which differs from operation to operation.
struct OperandBits {
  const TensorBits* activations = nullptr;       ///< N images, C channels, H x W positions
  const TensorBits* output_gradients = nullptr;  ///< N images, M channels, P x Q positions
  const TensorBits* weights = nullptr;           ///< as weight_bits() gives; for pairs only
};

/// The weights [M][C/G][R][S] for one operation. Forward: M images, C/G channels, R x S positions;
/// backward_data: one image, M channels, (C/G) x R x S positions.
TensorBits weight_bits(Operation operation, const LayerShape& shape, const float* weights,
                       const ZeroRule& rule);

/// sparse_operand() of models/dataflow, from bits.
SparseOperand sparse_operand(Operation operation, const OperandBits& bits);

/// Reads the streams of a plan as bits, one a value, set where it is not zero.
class StreamBits {
 public:
  /// `plan` and the bits must outlive the reader.
  StreamBits(const StreamPlan& plan, const OperandBits& bits);

  /// 64-bit words of a stream as side_b() and side_a() write it.
  std::size_t stream_words(const Segment& segment) const;

  /// Writes stream i of side B: bit (k * lanes + lane), the rest of the last word zero.
  void side_b(const Segment& segment, std::int64_t i, std::uint64_t* stream) const;
  /// Writes stream j of side A.
  void side_a(const Segment& segment, std::int64_t j, std::uint64_t* stream) const;

 private:
  void activation_window(const Segment& segment, std::int64_t i, std::uint64_t* stream) const;
  void gradient_window(const Segment& segment, std::int64_t i, std::uint64_t* stream) const;
  void filter(const Segment& segment, std::int64_t m, std::uint64_t* stream) const;
  void filter_channel(const Segment& segment, std::int64_t c, std::uint64_t* stream) const;
  void gradient_plane(const Segment& segment, std::int64_t m, std::uint64_t* stream) const;
  void activation_tap(const Segment& segment, std::int64_t tap, std::uint64_t* stream) const;

  const StreamPlan& plan_;
  const LayerShape& shape_;
  OperandBits bits_;
  std::size_t lanes_;
};

/// Lays streams side by side as WindowScheduler reads them: of `streams` strings of K * lanes bits,
/// row k of stream t goes to bit (t * lanes) of row k of `out`, which has `words` words a row.
/// A null pointer is an all-zero stream.
void interleave(const std::vector<const std::uint64_t*>& streams, std::int64_t K, unsigned lanes,
                std::size_t words, std::uint64_t* out);

}  // namespace tensordash::engine
