#pragma once

#include <cstdint>

#include "models/layer/layer_shape.h"

namespace tensordash {

/// Blocks of `size` that hold `count` values, the last of them perhaps not full.
inline std::int64_t blocks(std::int64_t count, std::int64_t size) {
  return (count + size - 1) / size;
}

/// Where the values of one group lie in a tensor in C order: value (x, y) at
/// first + x * x_stride + y * y_stride, for x < width and y < height. The rest of the group is
/// padding.
struct GroupExtent {
  std::int64_t first = 0;
  std::int64_t x_stride = 1, y_stride = 1;
  unsigned width = 0, height = 0;
};

/// The layout of tensors in memory (paper, section 3.4): groups of L x L values, L the lanes. A
/// group is L consecutive *blocks*, x; a block is L values of consecutive channels, y. Groups are
/// aligned at L in both, so the last ones are padded, and follow each other in channel, column, row
/// order: the channel blocks of a place are neighbours.
///
/// | tensor                    | x                     | y | order of groups, last fastest |
/// |---------------------------|-----------------------|---|-------------------------------|
/// | A, GA, O, GO [N][C][H][W] | w (n, where H = W = 1) | c | n, h, x block, channel block  |
/// | W, GW [M][C/G][R][S]      | m within its group    | c | g, x block, r, s, channel block |
///
/// Channels of different groups of a convolution never share a block.
class TensorLayout {
 public:
  /// Of a tensor [N][channels][height][width] whose channels belong to `conv_groups` groups.
  static TensorLayout of_positions(std::int64_t N, std::int64_t channels, std::int64_t conv_groups,
                                   std::int64_t height, std::int64_t width, unsigned lanes);
  /// Of A or GA.
  static TensorLayout of_activations(const LayerShape& shape, unsigned lanes);
  /// Of O or GO.
  static TensorLayout of_outputs(const LayerShape& shape, unsigned lanes);
  /// Of W or GW.
  static TensorLayout of_weights(const LayerShape& shape, unsigned lanes);

  unsigned lanes() const { return lanes_; }
  /// Groups of the tensor.
  std::int64_t groups() const;
  /// Blocks along x, of one row.
  std::int64_t x_blocks() const { return x_blocks_; }
  /// Channel blocks at one place, those of all conv groups for positions.
  std::int64_t channel_blocks() const { return channel_blocks_; }
  /// Channel blocks of one conv group.
  std::int64_t channel_blocks_per_group() const { return group_blocks_; }
  /// Rows (n, h), or (g) for weights, whose groups follow each other.
  std::int64_t lines() const { return lines_; }
  /// Positions along x in a line.
  std::int64_t width() const { return width_; }
  bool of_weights() const { return weights_; }

  /// Number of a group of a position tensor: line = n * height + h (0 where the images have one
  /// position, whose x is n).
  std::int64_t position_group(std::int64_t line, std::int64_t x_block,
                              std::int64_t channel_block) const {
    return (line * x_blocks_ + x_block) * channel_blocks_ + channel_block;
  }
  /// Number of a group of a weight tensor.
  std::int64_t weight_group(std::int64_t conv_group, std::int64_t x_block, std::int64_t r,
                            std::int64_t s, std::int64_t channel_block) const {
    return (((conv_group * x_blocks_ + x_block) * tap_rows_ + r) * tap_columns_ + s) *
               channel_blocks_ +
           channel_block;
  }

  /// Values of a group, number below groups().
  GroupExtent extent(std::int64_t group) const;

 private:
  TensorLayout() = default;

  unsigned lanes_ = 16;
  bool weights_ = false;
  bool batch_is_x_ = false;  ///< one position an image: x counts images
  std::int64_t lines_ = 1;   ///< (n, h) or (conv group)
  std::int64_t height_ = 1;  ///< lines of an image
  std::int64_t width_ = 1;   ///< along x
  std::int64_t x_blocks_ = 1;
  std::int64_t tap_rows_ = 1, tap_columns_ = 1;  ///< of a filter
  std::int64_t channels_ = 1;                    ///< of one conv group
  std::int64_t conv_groups_ = 1;
  std::int64_t group_blocks_ = 1;  ///< channel blocks of one conv group
  std::int64_t channel_blocks_ = 1;
};

}  // namespace tensordash
