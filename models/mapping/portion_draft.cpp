#include "models/mapping/portion_draft.h"

#include <algorithm>

namespace tensordash {

std::uint32_t PortionDraft::add_list(std::vector<std::uint32_t> groups) {
  lists.push_back(std::move(groups));
  return static_cast<std::uint32_t>(lists.size() - 1);
}

void PortionDraft::add(std::uint32_t list, std::uint64_t first_pass, std::int64_t first_row,
                       PortionContent content, const PortionShares& shares) {
  Portion portion;
  portion.side = side;
  portion.number = static_cast<std::uint32_t>(to.portions.size());
  portion.groups = list;
  portion.first_row = first_row;
  portion.first_pass = first_pass;
  portion.content = content;
  portion.content.segment = segment_number;
  to.portions.push_back(portion);
  to.shares.insert(to.shares.end(), shares.begin(), shares.end());
}

PortionShares PortionDraft::everywhere(PortionShare share) const {
  PortionShares shares(tiles);
  const std::uint64_t passes = std::min<std::uint64_t>(segment.passes(), tiles);
  for (std::uint64_t number = 0; number < passes; ++number) {
    shares[segment.tile(number, tiles)] = share;
  }
  return shares;
}

bool PortionDraft::give_up() {
  residency.first.clear();
  residency.last.clear();
  return false;
}

RowSet rows_of_stream_rows(const SideOperand& operand, const Segment& segment, std::int64_t group,
                           std::int64_t from, std::int64_t count) {
  RowSet found;
  std::vector<SramRow> rows;
  const std::int64_t per = operand.streams_per_pass();
  const std::int64_t end = std::min(operand.streams(segment), (group + 1) * per);
  for (std::int64_t stream = group * per; stream < end; ++stream) {
    for (std::int64_t k = from; k < std::min(segment.K, from + count); ++k) {
      rows.clear();
      operand.rows_of(segment, stream, k, rows);
      for (const SramRow& row : rows) found.insert({row.owner, row.place});
    }
  }
  return found;
}

std::vector<std::uint32_t> groups_of_stream_rows(const SideOperand& operand, const Segment& segment,
                                                 const std::set<std::int64_t>& stream_groups,
                                                 std::int64_t from, std::int64_t count) {
  std::set<std::uint32_t> found;
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  const std::int64_t per = operand.streams_per_pass();
  std::vector<SramRow> rows;
  for (const std::int64_t group : stream_groups) {
    const std::int64_t end = std::min(operand.streams(segment), (group + 1) * per);
    for (std::int64_t stream = group * per; stream < end; ++stream) {
      if (operand.kind() != AccessKind::windows) {
        // Channels of a block come in the same groups.
        const std::int64_t block = operand.channel(stream) / operand.layout().lanes();
        if (!seen.insert({block, stream % operand.streams_per_channel()}).second) continue;
      }
      for (std::int64_t k = from; k < std::min(segment.K, from + count); ++k) {
        rows.clear();
        operand.rows_of(segment, stream, k, rows);
        for (const SramRow& row : rows) {
          found.insert(static_cast<std::uint32_t>(operand.group(segment, row)));
        }
      }
    }
  }
  return {found.begin(), found.end()};
}

std::int64_t first_channel(const SideOperand& operand, std::int64_t group) {
  return operand.channel(group * operand.streams_per_pass());
}

std::int64_t last_channel(const SideOperand& operand, const Segment& segment, std::int64_t group) {
  return operand.channel(
      std::min<std::int64_t>(operand.streams(segment), (group + 1) * operand.streams_per_pass()) -
      1);
}

}  // namespace tensordash
