#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace tensordash {

/// A vertical and a horizontal value, in that order.
using Axes = std::array<std::int64_t, 2>;

/// Shape of one layer in the field's names (Sze et al., table 2.1). A fully-connected layer is a
/// convolution with H=W=R=S=P=Q=1; `linear` only remembers that its outputs have two dimensions.
///
/// Tensors, C order: activations A[N][C][H][W], weights W[M][C/G][R][S], outputs and output
/// gradients O, GO[N][M][P][Q]. No bias.
struct LayerShape {
  std::int64_t N = 1;         ///< batch
  std::int64_t C = 1;         ///< input channels, all groups
  std::int64_t M = 1;         ///< output channels, all groups
  std::int64_t H = 1, W = 1;  ///< input height and width
  std::int64_t R = 1, S = 1;  ///< filter height and width
  std::int64_t P = 1, Q = 1;  ///< output height and width
  Axes stride{1, 1};
  Axes padding{0, 0};
  Axes dilation{1, 1};
  std::int64_t groups = 1;
  bool linear = false;

  std::int64_t channels_per_group() const { return C / groups; }
  std::int64_t filters_per_group() const { return M / groups; }
  std::int64_t activation_count() const { return N * C * H * W; }
  std::int64_t weight_count() const { return M * channels_per_group() * R * S; }
  std::int64_t output_count() const { return N * M * P * Q; }

  /// Multiply-accumulates of each of the three operations, N*M*P*Q*(C/G)*R*S.
  std::int64_t macs() const { return output_count() * channels_per_group() * R * S; }
};

/// The shape of a convolution from the shapes of its activations [N,C,H,W] and weights [M,C/G,R,S].
/// P and Q follow from the other fields.
/// Throws std::invalid_argument, naming what does not fit and what is allowed.
LayerShape conv2d_shape(const std::vector<std::int64_t>& activations,
                        const std::vector<std::int64_t>& weights, Axes stride, Axes padding,
                        Axes dilation, std::int64_t groups);

/// The shape of a fully-connected layer from activations [N,C] and weights [M,C].
/// Throws std::invalid_argument, naming what does not fit.
LayerShape linear_shape(const std::vector<std::int64_t>& activations,
                        const std::vector<std::int64_t>& weights);

}  // namespace tensordash
