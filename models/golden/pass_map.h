#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/golden/golden.h"

namespace tensordash::golden {

/// A run of consecutive pass ids with the same streams: one group of the layer, inside it one
/// stride phase when dilation zeros are removed, and inside that one block when reductions are
/// blocked.
struct Section {
  std::uint64_t base = 0;        ///< id of its first pass
  std::uint64_t whole_base = 0;  ///< the same if no reduction were blocked, which tells its tile
  std::int64_t group = 0;

  std::int64_t row_streams = 0;     ///< I: outputs along the sparse side
  std::int64_t column_streams = 0;  ///< J: outputs along the dense side
  std::int64_t stream_rows = 0;     ///< K: rows of `lanes` values in every stream
  std::int64_t whole_rows = 0;      ///< of the whole reduction
  std::int64_t skipped_rows = 0;    ///< of the whole reduction, those of blocks before

  std::int64_t row_groups = 0;     ///< ceil(I / tile rows)
  std::int64_t column_groups = 0;  ///< ceil(J / tile columns)

  /// Filter positions in the streams, vertical and horizontal (not used by backward_weights).
  std::array<std::vector<std::int64_t>, 2> taps;

  /// Places (p,q) or (h,w) of the outputs along the sparse side: first + t * step, t < count, on
  /// each axis (not used by backward_weights).
  Axes first{0, 0}, step{1, 1}, count{1, 1};
};

/// Whether outputs are done with the section's passes, and not handed on to another block.
inline bool completes(const Section& section) {
  return section.skipped_rows + section.stream_rows == section.whole_rows;
}

/// One pass, found by its id.
struct PassPlace {
  std::size_t section = 0;
  std::int64_t row_group = 0, column_group = 0;
  std::int64_t first_row = 0, rows = 0;        ///< i of its first row, and how many exist
  std::int64_t first_column = 0, columns = 0;  ///< j of its first column, and how many exist

  std::int64_t outputs() const { return rows * columns; }
};

/// Where an output comes from: its (last) pass, and the streams i and j of the pass's section that
/// meet.
struct OutputOwner {
  std::uint64_t pass = 0;
  std::int64_t row = 0, column = 0;
};

/// Which passes an operation has, in which order, and which outputs each of them owns.
class PassMap {
 public:
  /// Throws std::invalid_argument: a geometry with a zero in it, or streams too long for
  /// StreamPlace.
  PassMap(const Problem& problem, const Geometry& geometry);

  std::uint64_t pass_count() const { return pass_count_; }
  /// The tile that runs pass `id` (below pass_count(), as everywhere here).
  unsigned tile_of(std::uint64_t id) const;
  /// The pass of the block before that left the sums which pass `id` goes on with; nothing for a
  /// first block.
  std::optional<std::uint64_t> resumed_by(std::uint64_t id) const;
  /// The pass that began what pass `id` goes on with: itself for a first block.
  std::uint64_t begun_by(std::uint64_t id) const;
  const std::vector<Section>& sections() const { return sections_; }

  /// Where pass `id` (below pass_count()) stands.
  PassPlace place_of(std::uint64_t id) const;

  /// Flat C-order position of the output of stream pair (i, j) of a section.
  std::int64_t output_index(const Section& section, std::int64_t i, std::int64_t j) const;

  /// The other way round; nothing for an output that no pass owns.
  std::optional<OutputOwner> owner_of(std::int64_t index) const;

 private:
  void add_group(std::int64_t group);
  void add_phases(const Section& whole);
  void add(Section section);
  OutputOwner owner_in(const Section& section, std::int64_t i, std::int64_t j) const;

  Problem problem_;
  Geometry geometry_;
  std::vector<Section> sections_;
  std::map<std::array<std::int64_t, 3>, std::size_t> section_of_;  // group, stride phases
  std::uint64_t pass_count_ = 0;
  std::uint64_t whole_count_ = 0;
};

}  // namespace tensordash::golden
