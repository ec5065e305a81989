#include "models/mapping/channel_portions.h"

#include <algorithm>
#include <limits>

namespace tensordash {
namespace {

constexpr std::uint32_t no_list = std::numeric_limits<std::uint32_t>::max();

/// Lists of the DRAM groups that hold the channel blocks of a segment, made when asked for.
class BlockLists {
 public:
  BlockLists(PortionDraft& draft, const std::vector<std::int64_t>& places)
      : draft_(draft), places_(places) {}

  std::uint32_t of(std::int64_t channel) {
    const std::int64_t block = channel / draft_.operand.layout().lanes();
    if (lists_.size() <= static_cast<std::size_t>(block)) {
      lists_.resize(static_cast<std::size_t>(block) + 1, no_list);
    }
    std::uint32_t& list = lists_[static_cast<std::size_t>(block)];
    if (list == no_list) list = draft_.add_list(groups(block));
    return list;
  }

 private:
  std::vector<std::uint32_t> groups(std::int64_t block) const {
    std::set<std::uint32_t> found;
    const std::int64_t owner = block * draft_.operand.layout().lanes();
    for (const std::int64_t place : places_) {
      found.insert(
          static_cast<std::uint32_t>(draft_.operand.group(draft_.segment, {owner, place})));
    }
    return {found.begin(), found.end()};
  }

  PortionDraft& draft_;
  const std::vector<std::int64_t>& places_;
  std::vector<std::uint32_t> lists_;
};

/// positions: addresses a bank that a channel's rows at `places` take, whichever channel: it only
/// turns the banks.
std::int64_t channel_charge(const PortionDraft& draft, const std::vector<std::int64_t>& places) {
  std::vector<std::int64_t> counts(draft.banks, 0);
  for (const std::int64_t place : places) ++counts[draft.operand.bank({0, place}, draft.banks)];
  return *std::max_element(counts.begin(), counts.end());
}

/// What some channels take.
PortionShare share_of(const PortionDraft& draft, const std::set<std::int64_t>& channels,
                      const std::vector<std::int64_t>& places) {
  const auto rows = static_cast<std::int64_t>(places.size());
  PortionShare share;
  share.rows = static_cast<std::uint32_t>(static_cast<std::int64_t>(channels.size()) * rows);
  if (draft.operand.kind() == AccessKind::positions) {
    share.charge = static_cast<std::uint32_t>(static_cast<std::int64_t>(channels.size()) *
                                              channel_charge(draft, places));
    return share;
  }
  std::vector<std::uint32_t> counts(draft.banks, 0);
  for (const std::int64_t channel : channels) {
    ++counts[static_cast<std::size_t>(channel % draft.banks)];
  }
  share.charge = *std::max_element(counts.begin(), counts.end()) * static_cast<std::uint32_t>(rows);
  return share;
}

/// Column groups that use channels from..from+count-1, first and last.
std::pair<std::int64_t, std::int64_t> groups_using(const SideOperand& operand,
                                                   const Segment& segment, std::int64_t from,
                                                   std::int64_t count) {
  const std::int64_t a_channel = operand.streams_per_channel();
  const std::int64_t per = operand.streams_per_pass();
  const std::int64_t end = std::min(operand.streams(segment), (from + count) * a_channel);
  return {from * a_channel / per, (end - 1) / per};
}

void use(const SideOperand& operand, const Segment& segment, std::int64_t group, std::int64_t from,
         std::int64_t count, std::set<std::int64_t>& channels) {
  const std::int64_t last = std::min(from + count - 1, last_channel(operand, segment, group));
  for (std::int64_t channel = std::max(from, first_channel(operand, group)); channel <= last;
       ++channel) {
    channels.insert(channel);
  }
}

/// Shares of the portion of channels from..from+count-1 for the passes of one row group, or of all.
PortionShares shares(const PortionDraft& draft, const std::vector<std::int64_t>& places,
                     std::int64_t from, std::int64_t count, std::int64_t row_group) {
  const Segment& segment = draft.segment;
  std::vector<std::set<std::int64_t>> channels(draft.tiles);
  const auto [first, last] = groups_using(draft.operand, segment, from, count);
  for (std::int64_t group = first; group <= last; ++group) {
    if (row_group >= 0) {
      use(draft.operand, segment, group, from, count, channels[draft.tile(row_group, group)]);
      continue;
    }
    std::set<unsigned> tiles;
    for (std::int64_t row = 0; row < segment.row_groups; ++row) {
      // The tiles of a column group come round again.
      if (!tiles.insert(draft.tile(row, group)).second) break;
    }
    for (const unsigned tile : tiles) {
      use(draft.operand, segment, group, from, count, channels[tile]);
    }
  }
  PortionShares found;
  for (const auto& of_tile : channels) found.push_back(share_of(draft, of_tile, places));
  return found;
}

void needs_by_channel(PortionDraft& draft, std::int64_t groups, unsigned size) {
  draft.residency.channels_a_portion = size;
  for (std::int64_t group = 0; group < groups; ++group) {
    draft.residency.first.push_back(
        static_cast<std::uint32_t>(first_channel(draft.operand, group) / size));
    draft.residency.last.push_back(
        static_cast<std::uint32_t>(last_channel(draft.operand, draft.segment, group) / size));
  }
}

/// Portions that a pass needs at once, at most.
std::uint32_t span(const SegmentResidency& residency) {
  std::uint32_t most = 0;
  for (std::size_t group = 0; group < residency.first.size(); ++group) {
    most = std::max(most, residency.last[group] - residency.first[group] + 1);
  }
  return most;
}

std::uint32_t most_charge(const PortionShares& shares) {
  std::uint32_t most = 0;
  for (const PortionShare& share : shares) most = std::max(most, share.charge);
  return most;
}

bool try_rounds(PortionDraft& draft, unsigned size) {
  const Segment& segment = draft.segment;
  const std::int64_t count = blocks(draft.operand.channels(), size);
  needs_by_channel(draft, segment.column_groups, size);
  const std::uint32_t most = draft.bank_rows / (span(draft.residency) + 1);
  const std::vector<std::int64_t> places = draft.operand.places(segment);
  std::vector<PortionShares> found;
  for (std::int64_t row = 0; row < segment.row_groups; ++row) {
    for (std::int64_t portion = 0; portion < count; ++portion) {
      found.push_back(shares(draft, places, portion * size, size, row));
      if (most_charge(found.back()) > most) return draft.give_up();
    }
    // Where tiles take the same column groups in every row group, one round tells all.
    if (segment.column_groups % draft.tiles == 0) break;
  }
  draft.residency.mode = Residency::round;
  draft.residency.a_round = static_cast<std::uint32_t>(count);
  BlockLists lists(draft, places);
  for (std::int64_t row = 0; row < segment.row_groups; ++row) {
    for (std::int64_t portion = 0; portion < count; ++portion) {
      const auto at = static_cast<std::size_t>(row * count + portion) % found.size();
      draft.add(lists.of(portion * size),
                draft.pass(row, groups_using(draft.operand, segment, portion * size, size).first),
                0, {PortionContent::Kind::channels, 0, portion * size, size, row}, found[at]);
    }
  }
  return true;
}

}  // namespace

bool portions_kept(PortionDraft& draft) {
  const Segment& segment = draft.segment;
  const unsigned size = draft.operand.layout().lanes();
  const std::int64_t count = blocks(draft.operand.channels(), size);
  const std::vector<std::int64_t> places = draft.operand.places(segment);
  std::vector<PortionShares> found;
  std::vector<std::uint64_t> sums(draft.tiles, 0);
  for (std::int64_t portion = 0; portion < count; ++portion) {
    found.push_back(shares(draft, places, portion * size, size, -1));
    for (unsigned tile = 0; tile < draft.tiles; ++tile) sums[tile] += found.back()[tile].charge;
  }
  if (*std::max_element(sums.begin(), sums.end()) > draft.bank_rows) return false;
  needs_by_channel(draft, segment.column_groups, size);
  std::fill(draft.residency.first.begin(), draft.residency.first.end(), 0);
  draft.residency.mode = Residency::whole;
  BlockLists lists(draft, places);
  for (std::int64_t portion = 0; portion < count; ++portion) {
    draft.add(lists.of(portion * size),
              draft.pass(0, groups_using(draft.operand, segment, portion * size, size).first), 0,
              {PortionContent::Kind::channels, 0, portion * size, size},
              found[static_cast<std::size_t>(portion)]);
  }
  return true;
}

bool portions_by_round(PortionDraft& draft) {
  const unsigned lanes = draft.operand.layout().lanes();
  for (unsigned size = lanes; size > 0; size /= 2) {
    if (lanes % size == 0 && try_rounds(draft, size)) return true;
  }
  return false;
}

bool portions_by_channel(PortionDraft& draft) {
  const SideOperand& operand = draft.operand;
  const unsigned lanes = operand.layout().lanes();
  const std::vector<std::int64_t> places = operand.places(draft.segment);
  const std::int64_t of_channel = channel_charge(draft, places);
  for (unsigned size = lanes; size > 0; size /= 2) {
    if (lanes % size != 0) continue;
    needs_by_channel(draft, draft.segment.row_groups, size);
    const auto charge = static_cast<std::uint32_t>(size * of_channel);
    if (std::uint64_t{span(draft.residency) + 1} * charge > draft.bank_rows) {
      draft.give_up();
      continue;
    }
    draft.residency.mode = Residency::window;
    BlockLists lists(draft, places);
    for (std::int64_t from = 0; from < operand.channels(); from += size) {
      const std::int64_t count = std::min<std::int64_t>(size, operand.channels() - from);
      PortionContent content{PortionContent::Kind::channels, 0, from, count};
      content.used_only = false;
      draft.add(lists.of(from),
                draft.pass(groups_using(operand, draft.segment, from, size).first, 0), 0, content,
                draft.everywhere({charge, static_cast<std::uint32_t>(
                                              count * static_cast<std::int64_t>(places.size()))}));
    }
    return true;
  }
  return false;
}

std::set<std::int64_t> channels_used(const SideOperand& operand, const Segment& segment,
                                     unsigned tiles, unsigned tile, std::int64_t from,
                                     std::int64_t count, std::int64_t row_group) {
  std::set<std::int64_t> channels;
  const auto [first, last] = groups_using(operand, segment, from, count);
  const std::int64_t row_end = row_group < 0 ? segment.row_groups : row_group + 1;
  for (std::int64_t row = std::max<std::int64_t>(row_group, 0); row < row_end; ++row) {
    for (std::int64_t group = first; group <= last; ++group) {
      const auto pass = static_cast<std::uint64_t>(row * segment.column_groups + group);
      if (segment.tile(pass, tiles) == tile) use(operand, segment, group, from, count, channels);
    }
  }
  return channels;
}

}  // namespace tensordash
