#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/layer/layer_shape.h"
#include "models/layer/operation.h"

namespace tensordash {

/// What the cutting of an operation into streams and passes depends on besides the layer.
struct StreamGeometry {
  unsigned lanes = 16;                  ///< values of a stream row
  unsigned rows = 4;                    ///< rows of a tile
  unsigned columns = 4;                 ///< columns of a tile
  bool dilation_zeros_removed = false;  ///< backward_data: one segment a stride phase, without them
  std::int64_t reduction_rows = 0;      ///< stream rows of a block of a reduction; 0: not blocked
};

/// Part of an operation whose outputs share their reductions' shape: a group, or one stride phase
/// of a group; or one block of its reductions, when these are blocked. Its outputs are (i, j), i in
/// [0, I) on side B and j in [0, J) on side A; all streams have K rows, `first_k` on of the whole
/// reduction's. Blocks of the same reductions follow each other, and every one but the last leaves
/// partial sums that the next one goes on with.
struct Segment {
  std::int64_t group = 0;
  std::int64_t I = 0, J = 0, K = 0;
  std::int64_t first_k = 0;
  std::int64_t block = 0, blocks = 1;
  std::int64_t row_groups = 0,
               column_groups = 0;  ///< outputs cut by the rows and columns of a tile
  std::uint64_t first_pass = 0;
  std::uint64_t first_turn = 0;  ///< the id that its first pass had if nothing were blocked

  std::vector<std::int64_t> taps_v, taps_h;  ///< filter rows r and columns s of the reduction
  std::vector<std::int64_t> out_v, out_h;    ///< output rows and columns that i runs over

  std::uint64_t passes() const { return static_cast<std::uint64_t>(row_groups * column_groups); }
  bool last_block() const { return block + 1 == blocks; }

  /// Which of `tiles` tiles runs its pass number `at`. All blocks of an output meet on one tile,
  /// the one that its pass runs on when nothing is blocked.
  unsigned tile(std::uint64_t at, unsigned tiles) const {
    return static_cast<unsigned>((first_turn + at) % tiles);
  }
  /// The first of its passes that tile `tile` of `tiles` runs; passes() or more: none.
  std::uint64_t first_on(unsigned tile, unsigned tiles) const {
    return (tile + tiles - first_turn % tiles) % tiles;
  }
};

/// One pass: a row group and a column group of a segment.
struct PassPlace {
  const Segment* segment = nullptr;
  std::uint64_t number = 0;  ///< of the segment's passes
  std::int64_t first_i = 0, first_j = 0;
  unsigned rows = 0, columns = 0;  ///< outputs of the tile that are real, not past the last one
};

/// An output by the streams it is reduced from; when reductions are blocked, those of the last
/// block.
struct OutputPlace {
  const Segment* segment = nullptr;
  std::int64_t i = 0, j = 0;
};

/// How one operation of a layer is cut into segments, passes and streams (paper, section 2.1,
/// equations 4 to 9 and section 3.3). Stream indices count with the last member fastest:
///
/// | operation        | i on side B         | j on side A | stream row k                        |
/// |------------------|---------------------|-------------|-------------------------------------|
/// | forward          | n, p, q             | m           | r, s, block of c                    |
/// | backward_data    | n, h, w             | c           | r, s, block of m                    |
/// | backward_weights | m (gradients)       | c, r, s     | block of the positions n, p, q      |
/// |                  | c, r, s (activations) | m         | block of the positions n, p, q      |
class StreamPlan {
 public:
  StreamPlan(Operation operation, SparseOperand sparse, const LayerShape& shape,
             const StreamGeometry& geometry);

  Operation operation() const { return operation_; }
  SparseOperand sparse() const { return sparse_; }
  const LayerShape& shape() const { return shape_; }
  const StreamGeometry& geometry() const { return geometry_; }

  /// In order of pass id: groups, then stride phases, then blocks. Stride phases without outputs or
  /// without taps are left out.
  const std::vector<Segment>& segments() const { return segments_; }
  std::uint64_t pass_count() const;
  /// Where pass `id` (below pass_count()) stands.
  PassPlace pass(std::uint64_t id) const;
  /// Passes that finish outputs: those of last blocks.
  std::uint64_t turn_count() const { return turns_; }
  /// Whether any reduction takes more than one block.
  bool blocked() const { return pass_count() != turns_; }
  /// Which of `tiles` tiles runs pass `id`.
  unsigned tile_of(std::uint64_t id, unsigned tiles) const {
    const PassPlace place = pass(id);
    return place.segment->tile(place.number, tiles);
  }

  std::int64_t output_count() const;
  /// Flat index, C order, of output (i, j) in O[N,M,P,Q], GA[N,C,H,W] or GW[M,C/G,R,S].
  std::int64_t output_index(const Segment& segment, std::int64_t i, std::int64_t j) const;
  /// The place of output `index`; nothing when no pass writes it (a stride phase without taps).
  std::optional<OutputPlace> output_place(std::int64_t index) const;
  /// Id of the pass that writes the output at `place`: of the last block.
  std::uint64_t pass_of(const OutputPlace& place) const;

 private:
  void add_segments(std::int64_t group);
  void add_segment(Segment segment);

  Operation operation_;
  SparseOperand sparse_;
  LayerShape shape_;
  StreamGeometry geometry_;
  std::vector<Segment> segments_;
  std::uint64_t turns_ = 0;
};

}  // namespace tensordash
