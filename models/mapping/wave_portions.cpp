#include "models/mapping/wave_portions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/mapping/mapping_error.h"

namespace tensordash {
namespace {

/// Addresses a bank that `rows` stream rows of a pass take, at most.
std::uint64_t chunk_charge(const PortionDraft& draft, std::int64_t rows) {
  const SideOperand& operand = draft.operand;
  const Segment& segment = draft.segment;
  const std::int64_t per = operand.streams_per_pass();
  switch (operand.kind()) {
    case AccessKind::windows:
      return static_cast<std::uint64_t>(per * rows);
    case AccessKind::filters:
    case AccessKind::turned_filters:
      return static_cast<std::uint64_t>(rows * blocks(per, draft.banks));
    case AccessKind::positions:
      break;
  }
  // Rows of a chunk may lie apart, so the banks are not filled evenly; the owner only turns them.
  std::int64_t most = 0;
  std::vector<SramRow> of_row;
  std::vector<std::int64_t> counts(draft.banks);
  for (std::int64_t tap = 0; tap < operand.streams_per_channel(); ++tap) {
    for (std::int64_t from = 0; from < segment.K; from += rows) {
      std::fill(counts.begin(), counts.end(), 0);
      SramRow last{-1, -1};
      for (std::int64_t k = from; k < std::min(segment.K, from + rows); ++k) {
        of_row.clear();
        operand.rows_of(segment, tap, k, of_row);
        for (const SramRow& row : of_row) {
          if (!(row == last)) most = std::max(most, ++counts[operand.bank(row, draft.banks)]);
          last = row;
        }
      }
    }
  }
  return static_cast<std::uint64_t>(most * per);
}

}  // namespace

void portions_by_wave(PortionDraft& draft) {
  const Segment& segment = draft.segment;
  std::int64_t rows = segment.K;
  std::uint64_t charge = chunk_charge(draft, rows);
  // Bundles of stream rows lie within chunks.
  while (charge * 3 > draft.bank_rows && rows > draft.bundle_rows) {
    rows = blocks(blocks(rows, 2), draft.bundle_rows) * draft.bundle_rows;
    charge = chunk_charge(draft, rows);
  }
  if (charge > draft.bank_rows) {
    throw MappingError(fmt::format(
        "an SRAM bank of a tile (sram.bank_kb) holds {} rows; allowed here: at least {}, for {} "
        "stream rows of side {} (sram.rows_per_clock)",
        draft.bank_rows, charge, rows, draft.side == Side::b ? "B" : "A"));
  }
  SegmentResidency& residency = draft.residency;
  residency.mode = Residency::wave;
  residency.chunk_rows = static_cast<std::uint32_t>(rows);
  residency.chunks = static_cast<std::uint32_t>(blocks(segment.K, rows));
  const auto passes = static_cast<std::int64_t>(segment.passes());
  const auto stream_group = [&](std::int64_t pass) {
    return draft.side == Side::b ? pass / segment.column_groups : pass % segment.column_groups;
  };
  for (std::int64_t first = 0; first < passes; first += draft.tiles) {
    const std::int64_t end = std::min<std::int64_t>(passes, first + draft.tiles);
    std::set<std::int64_t> groups;
    for (std::int64_t pass = first; pass < end; ++pass) groups.insert(stream_group(pass));
    for (std::uint32_t chunk = 0; chunk < residency.chunks; ++chunk) {
      const std::int64_t from = chunk * rows;
      std::vector<std::uint32_t> list =
          groups_of_stream_rows(draft.operand, segment, groups, from, rows);
      PortionShares shares(draft.tiles);
      // Stream rows of padding alone take no room.
      for (std::int64_t pass = first; pass < end && !list.empty(); ++pass) {
        const RowSet found =
            rows_of_stream_rows(draft.operand, segment, stream_group(pass), from, rows);
        shares[segment.tile(static_cast<std::uint64_t>(pass), draft.tiles)] = {
            static_cast<std::uint32_t>(charge), static_cast<std::uint32_t>(found.size())};
      }
      draft.add(draft.add_list(std::move(list)),
                segment.first_pass + static_cast<std::uint64_t>(first), from,
                {PortionContent::Kind::stream_rows, 0, from, rows, first / draft.tiles}, shares);
    }
  }
}

}  // namespace tensordash
