#include "models/mapping/window_portions.h"

#include <algorithm>

namespace tensordash {
namespace {

/// The lines that row groups look at.
struct LineUse {
  std::vector<std::int64_t> first_user;       ///< [line] row group, or -1
  std::vector<std::int64_t> lowest, highest;  ///< [row group] lines; highest -1: none
};

LineUse line_use(const PortionDraft& draft) {
  const SideOperand& operand = draft.operand;
  const Segment& segment = draft.segment;
  const auto width = static_cast<std::int64_t>(segment.out_h.size());
  const auto height = static_cast<std::int64_t>(segment.out_v.size());
  // Of the filter's rows, those of the block.
  const auto a_row = static_cast<std::int64_t>(segment.taps_h.size()) *
                     operand.layout().channel_blocks_per_group();
  const std::int64_t first_tap = segment.first_k / a_row;
  const std::int64_t last_tap = (segment.first_k + segment.K - 1) / a_row;
  const std::int64_t per = operand.streams_per_pass();
  LineUse use;
  use.first_user.assign(static_cast<std::size_t>(operand.layout().lines()), -1);
  for (std::int64_t group = 0; group < segment.row_groups; ++group) {
    std::int64_t lowest = operand.layout().lines();
    std::int64_t highest = -1;
    const std::int64_t last = std::min<std::int64_t>(segment.I, (group + 1) * per) - 1;
    for (std::int64_t row = group * per / width; row <= last / width; ++row) {
      for (std::int64_t tap = first_tap; tap <= last_tap; ++tap) {
        const std::int64_t line = operand.line(segment, row / height, row % height, tap);
        if (line < 0) continue;
        lowest = std::min(lowest, line);
        highest = std::max(highest, line);
        auto& first = use.first_user[static_cast<std::size_t>(line)];
        if (first < 0) first = group;
      }
    }
    use.lowest.push_back(lowest);
    use.highest.push_back(highest);
  }
  // Lines are loaded from the top down, even where filters with gaps want a lower one first.
  std::int64_t user = segment.row_groups;
  for (auto first = use.first_user.rbegin(); first != use.first_user.rend(); ++first) {
    if (*first >= 0) user = *first = std::min(user, *first);
  }
  return use;
}

/// First and last line, by number among those in use, of every row group. They go up from row group
/// to row group; one without any stands between its neighbours.
void line_needs(const LineUse& use, SegmentResidency& residency) {
  std::vector<std::uint32_t> number(use.first_user.size());
  std::uint32_t lines = 0;
  for (std::size_t line = 0; line < number.size(); ++line) {
    number[line] = lines;
    if (use.first_user[line] >= 0) ++lines;
  }
  const std::size_t groups = use.lowest.size();
  residency.first.resize(groups);
  std::uint32_t from = lines == 0 ? 0 : lines - 1;
  for (std::size_t group = groups; group-- > 0;) {
    if (use.highest[group] >= 0) {
      from = std::min(from, number[static_cast<std::size_t>(use.lowest[group])]);
    }
    residency.first[group] = from;
  }
  std::uint32_t to = 0;
  for (std::size_t group = 0; group < groups; ++group) {
    if (use.highest[group] >= 0) {
      to = std::max(to, number[static_cast<std::size_t>(use.highest[group])]);
    }
    residency.last.push_back(std::max(to, residency.first[group]));
  }
}

std::vector<std::uint32_t> line_groups(const PortionDraft& draft,
                                       const std::vector<std::int64_t>& channel_blocks,
                                       std::int64_t line) {
  const TensorLayout& layout = draft.operand.layout();
  const std::int64_t first_block = draft.segment.group * layout.channel_blocks_per_group();
  std::vector<std::uint32_t> groups;
  for (std::int64_t x = 0; x < layout.x_blocks(); ++x) {
    for (const std::int64_t block : channel_blocks) {
      groups.push_back(
          static_cast<std::uint32_t>(layout.position_group(line, x, first_block + block)));
    }
  }
  return groups;
}

}  // namespace

bool portions_by_line(PortionDraft& draft) {
  const LineUse use = line_use(draft);
  SegmentResidency& residency = draft.residency;
  line_needs(use, residency);
  const TensorLayout& layout = draft.operand.layout();
  const std::vector<std::int64_t> channel_blocks = draft.operand.window_blocks(draft.segment);
  const auto rows = static_cast<std::int64_t>(channel_blocks.size());
  const std::int64_t a_bank = (layout.width() + draft.banks - 1) / draft.banks;
  const PortionShare share{static_cast<std::uint32_t>(a_bank * rows),
                           static_cast<std::uint32_t>(layout.width() * rows)};
  for (std::size_t group = 0; group < residency.first.size(); ++group) {
    const std::uint64_t lines = residency.last[group] - residency.first[group] + 1;
    if (lines * share.charge > draft.bank_rows) return draft.give_up();
  }
  residency.mode = Residency::window;
  const PortionShares shares = draft.everywhere(share);
  bool any = false;
  std::uint32_t lines = 0;
  std::int64_t user = 0;
  for (std::size_t line = 0; line < use.first_user.size(); ++line) {
    if (use.first_user[line] < 0) continue;
    any = true;
    // The first row group that waits for it, which may be one without any line of its own: what
    // side A loads for that one must not come before.
    while (residency.last[static_cast<std::size_t>(user)] < lines) ++user;
    ++lines;
    const auto number = static_cast<std::int64_t>(line);
    draft.add(draft.add_list(line_groups(draft, channel_blocks, number)), draft.pass(user, 0), 0,
              {PortionContent::Kind::line, 0, number, 1}, shares);
  }
  // A segment of padding alone needs nothing, but its needs name a portion.
  if (!any) {
    draft.add(draft.add_list({}), draft.segment.first_pass, 0,
              {PortionContent::Kind::channels, 0, 0, 0}, draft.everywhere({}));
  }
  return true;
}

bool portions_by_row_group(PortionDraft& draft) {
  const Segment& segment = draft.segment;
  std::vector<PortionShare> shares;
  for (std::int64_t group = 0; group < segment.row_groups; ++group) {
    const RowSet rows = rows_of_stream_rows(draft.operand, segment, group, 0, segment.K);
    std::vector<std::uint32_t> counts(draft.banks, 0);
    for (const auto& [owner, place] : rows) {
      ++counts[draft.operand.bank({owner, place}, draft.banks)];
    }
    shares.push_back(
        {*std::max_element(counts.begin(), counts.end()), static_cast<std::uint32_t>(rows.size())});
    if (std::uint64_t{shares.back().charge} * 2 > draft.bank_rows) return false;
  }
  draft.residency.mode = Residency::window;
  for (std::int64_t group = 0; group < segment.row_groups; ++group) {
    draft.residency.first.push_back(static_cast<std::uint32_t>(group));
    draft.residency.last.push_back(static_cast<std::uint32_t>(group));
    draft.add(draft.add_list(groups_of_stream_rows(draft.operand, segment, {group}, 0, segment.K)),
              draft.pass(group, 0), 0, {PortionContent::Kind::row_group, 0, group, 1},
              draft.everywhere(shares[static_cast<std::size_t>(group)]));
  }
  return true;
}

}  // namespace tensordash
