#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/golden/schedule_record.h"
#include "models/layer/layer_shape.h"
#include "models/layer/operation.h"

/// The judge: straightforward convolutions and the replay of a recorded schedule. Nothing here
/// includes or calls hw/ or the dataflow that feeds it; all index arithmetic and all arithmetic
/// are written a second time.
namespace tensordash::golden {

/// Which pairs the machine is allowed to leave out.
enum class Sidedness { none, one_sided, two_sided };

/// One operation of one layer. Pointers outlive the problem; operands already rounded to the data
/// type.
struct Problem {
  Operation operation = Operation::forward;
  SparseOperand sparse =
      SparseOperand::activations;  ///< side B of backward_weights; given by the others
  LayerShape shape;
  const float* activations = nullptr;       ///< [N][C][H][W]; unused by backward_data
  const float* weights = nullptr;           ///< [M][C/G][R][S]; unused by backward_weights
  const float* output_gradients = nullptr;  ///< [N][M][P][Q]; unused by forward
  Sidedness sidedness = Sidedness::one_sided;
  bool dilation_zeros_removed = false;
};

/// Number of values the operation produces (O, GA or GW).
std::int64_t output_count(const Problem& problem);

/// Every output of the operation as the correctly rounded dot product, in C order: products and
/// sums exact, one rounding to nearest even at the end. Pairs that `sidedness` skips contribute
/// nothing, which only matters for infinities and NaN; with `none` the structural zeros (spatial
/// padding, dilation zeros that are not removed) meet the other operand's value. NaN is 0x7fc00000.
/// A sum of exactly zero is +0, one that rounds to zero keeps its sign. Runs on all cores. Throws
/// std::invalid_argument when an operand that the operation reads is missing, or a reduction is too
/// long for StreamPlace.
std::vector<float> exact_outputs(const Problem& problem);

/// How the tiles are built, and how reductions are cut for them.
struct Geometry {
  unsigned rows = 4, columns = 4, tiles = 16, lanes = 16;
  std::int64_t reduction_rows =
      0;  ///< stream rows of a block, the last may have less; 0: no blocks
};

/// What differs from the golden.
struct Verdict {
  std::uint64_t checked = 0;     ///< outputs compared
  std::uint64_t mismatches = 0;  ///< outputs whose bits differ, and outputs of a faulty schedule
  std::string first;             ///< one line on the first difference, empty when there is none
};

/// Judges passes one at a time, or all passes of a row group at once, in any order: the schedule
/// must take every candidate pair exactly once and nothing else, on the tile that the pass id
/// names; and the outputs must be, bit for bit, what fp32 in hardware order gives for that schedule
/// (or the correctly rounded dot products when `exact`).
///
/// A pass is one group of `rows` sparse-side streams times one group of `columns` dense-side
/// streams; ids count the column groups fastest, then row groups, then stride phases, then layer
/// groups, and pass id runs on tile id mod tiles.
///
/// With longer reductions than `reduction_rows` a pass is one block of them: ids count the blocks
/// after the row groups, and a pass runs on the tile that it would run on without blocks. Its
/// accumulators start from what the block before left, by this judge's own arithmetic, and are
/// compared after every block; so the passes of an output must come in order. An output is checked
/// once, and a mismatch once, whichever of its blocks differ.
///
/// With a sample only the sampled outputs are compared and counted. Passes that own none of them
/// may come or not and are not looked at; of the others only the schedules of sampled outputs
/// matter. Time and memory go with the sample, not with the operation.
///
/// Any number of threads may call judge() and judge_row_group() of one judge at the same time;
/// verdict and outputs do not depend on their order, as long as no pass comes twice with different
/// outputs. Without a sample up to 1 GiB of dense-side streams is held.
class Judge {
 public:
  /// `sample`: flat C-order positions of outputs, ascending, each once; nothing: all outputs.
  /// Throws std::invalid_argument: an operand is missing, a geometry with a zero in it, streams of
  /// more places than StreamPlace can count, a sample out of order or out of range, exact sums of
  /// blocks.
  Judge(const Problem& problem, const Geometry& geometry, bool exact,
        const std::optional<std::vector<std::int64_t>>& sample = std::nullopt);
  ~Judge();
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  /// Judges one pass. When its schedule is faulty, all its outputs are mismatches. A pass that was
  /// judged before has all its outputs counted as mismatches (once), and the outputs that came
  /// first stay; an id that the operation does not have counts as one mismatch. Throws
  /// std::logic_error after finish().
  void judge(const PassRecord& record);

  /// Judges every pass of a row group as judge() would, each on the tile that its id names, but
  /// checks a shared schedule once and replays many columns at a time. A record that does not start
  /// at a row group, or has another number of column groups, makes all passes of the row group that
  /// it starts in faulty.
  void judge_row_group(const RowGroupRecord& record);

  /// To be called after the last pass: a pass that never came is a mismatch for each of its
  /// outputs; outputs that belong to no pass (stride phases without taps) count as checked and stay
  /// +0. When all passes came, `checked` equals output_count, or the size of the sample. `first`
  /// tells of the smallest pass id that differs.
  const Verdict& finish();

  /// The machine's outputs (not the golden's), in the operation's C order; +0 where no pass writes.
  /// Empty with a sample.
  const std::vector<float>& outputs() const { return outputs_; }

  /// How many passes the operation has.
  std::uint64_t pass_count() const;

 private:
  class Impl;
  std::vector<float> outputs_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tensordash::golden
