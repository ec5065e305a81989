#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "hw/array/tile_array.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {

/// A pass as a test writes it: streams of `stream_rows` * lanes values, one a tile row and one a
/// tile column; those past the end of a list are missing.
struct WrittenPass {
  std::uint64_t stream_rows = 1;
  std::vector<std::vector<float>> b, a;
  PassSums sums;
};

/// Passes from a list: number n on tile n mod `tiles`, in order.
class ListedPasses : public PassSource {
 public:
  ListedPasses(std::vector<WrittenPass> passes, unsigned tiles, const TileParameters& tile);

  bool next(unsigned tile, Pass& pass) override;
  /// For another operation on the same passes.
  void rewind();

  const WrittenPass& written(std::uint64_t id) const { return passes_[id]; }
  std::size_t size() const { return passes_.size(); }

 private:
  std::vector<WrittenPass> passes_;
  std::vector<std::uint64_t> next_;  ///< [tile]
  unsigned tile_rows_, tile_columns_;
};

/// One scheduler cycle of a tile, as seen at its pins before the edge that ends it.
struct ObservedStep {
  std::vector<LaneSelects> selects;  ///< [scheduler]
  std::vector<unsigned> advance;     ///< [scheduler]
};

struct ObservedPass {
  std::uint64_t id = 0;
  unsigned tile = 0;
  std::vector<ObservedStep> steps;
  std::vector<Fp32> totals;        ///< [row * columns + column]
  std::uint64_t result_clock = 0;  ///< edges from the start until the totals stand
};

struct ObservedOperation {
  std::uint64_t cycles = 0;                    ///< what the array says
  std::uint64_t clocks = 0;                    ///< edges from the start until `busy` falls
  std::vector<std::uint64_t> steps;            ///< [tile], counted here
  std::vector<std::uint64_t> reported;         ///< [tile], what the array says
  std::vector<std::uint64_t> stalls;           ///< [tile], counted here
  std::vector<ObservedPass> passes;            ///< in the order of their results
  std::vector<std::vector<TileState>> states;  ///< [tile][clock]

  std::uint64_t most_steps() const;
};

/// The pins at which a test drives an array, and the wires of its tiles.
struct ArrayPins {
  sc_core::sc_signal<bool>& start;
  sc_core::sc_signal<bool>& busy;
  sc_core::sc_signal<sc_dt::uint64>& cycles;
  std::vector<const TileArray::Wires*> wires;  ///< [tile]
};

/// An array of tiles with its ideal memories, watched at its wires.
class ArrayTest : public ClockedTest {
 protected:
  /// To be called once, before the first clock.
  void build(unsigned tiles, const TileParameters& tile, const Connectivity& table);
  /// The last that build() does before the first clock: where to put monitors.
  virtual void attach() {}
  void reset();
  /// Runs the passes of `source`; `dense` bypasses the schedulers. Adds a failure when passes got
  /// lost or the array's own counts differ from what its wires showed.
  ObservedOperation operate(PassSource& source, bool dense = false);
  /// Runs an operation, on whatever array, whose work is set.
  ObservedOperation watch(const ArrayPins& pins, bool dense);

  const Connectivity& table() const { return *table_; }
  const TileParameters& tile() const { return tile_; }

  sc_core::sc_signal<bool> start{"start"}, bypass{"bypass"}, busy{"busy"};
  sc_core::sc_signal<sc_dt::uint64> cycles{"cycles"};
  std::unique_ptr<TileArray> array;

 private:
  void sample(const ArrayPins& pins, ObservedOperation& operation);
  void sample_step(const TileArray::Wires& wires, unsigned tile, ObservedOperation& operation);

  std::optional<Connectivity> table_;
  TileParameters tile_;
  std::vector<ObservedPass> running_;               ///< [tile]
  std::vector<std::deque<ObservedPass>> awaiting_;  ///< [tile], results still in the pipeline
};

}  // namespace tensordash
