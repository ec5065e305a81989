#include "models/mapping/portion_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "models/mapping/mapping_error.h"

namespace tensordash {
namespace {

std::int64_t blocks(std::int64_t count, std::int64_t size) {
  return (count + size - 1) / size;
}

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

}  // namespace

namespace {

/// What a portion takes of a tile: addresses a bank, and rows.
struct Share {
  std::uint32_t charge = 0, rows = 0;
};

using Shares = std::vector<Share>;  ///< [tile]

std::uint32_t most_charge(const Shares& shares) {
  std::uint32_t most = 0;
  for (const Share& share : shares) most = std::max(most, share.charge);
  return most;
}

}  // namespace

/// Portions of one side, segment after segment.
class PortionPlan::Builder {
 public:
  Builder(PortionPlan& to, Side side, const SideOperand& operand,
          const MemoryParameters& parameters)
      : to_(to),
        side_(side),
        operand_(operand),
        banks_(parameters.sram_banks),
        bank_rows_(parameters.bank_rows()),
        own_(to.sides_[static_cast<std::size_t>(side)]) {}

  void add(const Segment& segment) {
    segment_ = &segment;
    residency_ = {};
    residency_.base = static_cast<std::uint32_t>(own_.portions.size());
    if (operand_.kind() == AccessKind::windows) {
      if (!by_lines() && !by_row_groups()) by_waves();
    } else if (side_ == Side::b) {
      if (!by_channels_once()) by_waves();
    } else if (!whole() && !by_rounds()) {
      by_waves();
    }
    residency_.portions = static_cast<std::uint32_t>(own_.portions.size()) - residency_.base;
    own_.segments.push_back(std::move(residency_));
  }

 private:
  unsigned tile_of(std::int64_t row_group, std::int64_t column_group) const {
    return static_cast<unsigned>(
        (segment_->first_pass +
         static_cast<std::uint64_t>(row_group * segment_->column_groups + column_group)) %
        to_.tiles_);
  }

  std::uint64_t pass_of(std::int64_t row_group, std::int64_t column_group) const {
    return segment_->first_pass +
           static_cast<std::uint64_t>(row_group * segment_->column_groups + column_group);
  }

  std::uint32_t add_list(std::vector<std::uint32_t> groups) {
    to_.lists_.push_back(std::move(groups));
    return static_cast<std::uint32_t>(to_.lists_.size() - 1);
  }

  void add_portion(std::uint32_t list, std::uint64_t first_pass, std::uint32_t chunk,
                   const Shares& shares) {
    Portion portion;
    portion.side = side_;
    portion.number = static_cast<std::uint32_t>(own_.portions.size());
    portion.groups = list;
    portion.chunk = chunk;
    portion.first_pass = first_pass;
    own_.portions.push_back(portion);
    for (const Share& share : shares) {
      own_.charges.push_back(share.charge);
      own_.rows.push_back(share.rows);
    }
  }

  /// The same share for all tiles that run a pass of the segment.
  Shares share_everywhere(Share share) const {
    Shares shares(to_.tiles_);
    const std::uint64_t passes = std::min<std::uint64_t>(segment_->passes(), to_.tiles_);
    for (std::uint64_t pass = 0; pass < passes; ++pass) {
      shares[static_cast<std::size_t>((segment_->first_pass + pass) % to_.tiles_)] = share;
    }
    return shares;
  }

  // Windows, line by line.

  bool by_lines() {
    const std::int64_t width = static_cast<std::int64_t>(segment_->out_h.size());
    const std::int64_t height = static_cast<std::int64_t>(segment_->out_v.size());
    const auto taps = static_cast<std::int64_t>(segment_->taps_v.size());
    const unsigned per = operand_.streams_per_pass();
    std::vector<std::int64_t> used(static_cast<std::size_t>(operand_.layout().lines()), -1);
    std::vector<std::int64_t> lowest(static_cast<std::size_t>(segment_->row_groups)), highest;
    highest.assign(lowest.size(), -1);
    for (std::int64_t group = 0; group < segment_->row_groups; ++group) {
      const auto at = static_cast<std::size_t>(group);
      lowest[at] = operand_.layout().lines();
      const std::int64_t last = std::min<std::int64_t>(segment_->I, (group + 1) * per) - 1;
      for (std::int64_t row = group * per / width; row <= last / width; ++row) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
          const std::int64_t line = operand_.line(*segment_, row / height, row % height, tap);
          if (line < 0) continue;
          lowest[at] = std::min(lowest[at], line);
          highest[at] = std::max(highest[at], line);
          auto& first_user = used[static_cast<std::size_t>(line)];
          if (first_user < 0) first_user = group;
        }
      }
    }
    const auto charge = static_cast<std::uint32_t>(blocks(operand_.layout().width(), banks_) *
                                                   operand_.layout().channel_blocks_per_group());
    std::vector<std::uint32_t> number(used.size(), none);
    std::uint32_t lines = 0;
    for (std::size_t line = 0; line < used.size(); ++line) {
      if (used[line] >= 0) number[line] = lines++;
    }
    // Lines in use go up from row group to row group; one without any stands between its
    // neighbours.
    residency_.first.assign(lowest.size(), lines == 0 ? 0 : lines - 1);
    residency_.last.assign(lowest.size(), 0);
    std::uint32_t from = lines == 0 ? 0 : lines - 1;
    for (std::size_t group = lowest.size(); group-- > 0;) {
      if (highest[group] >= 0) {
        from = std::min(from, number[static_cast<std::size_t>(lowest[group])]);
      }
      residency_.first[group] = from;
    }
    std::uint32_t to = 0;
    for (std::size_t group = 0; group < lowest.size(); ++group) {
      if (highest[group] >= 0) to = std::max(to, number[static_cast<std::size_t>(highest[group])]);
      residency_.last[group] = std::max(to, residency_.first[group]);
      const std::uint64_t held =
          std::uint64_t{residency_.last[group] - residency_.first[group] + 1} * charge;
      if (held > bank_rows_) return give_up();
    }
    residency_.mode = Residency::window;
    // Lines are loaded from the top down, even where filters with gaps want a lower one first.
    std::int64_t user = segment_->row_groups;
    for (std::size_t line = used.size(); line-- > 0;) {
      if (used[line] >= 0) user = used[line] = std::min(user, used[line]);
    }
    const Shares shares = share_everywhere(
        {charge, static_cast<std::uint32_t>(operand_.layout().width() *
                                            operand_.layout().channel_blocks_per_group())});
    for (std::size_t line = 0; line < used.size(); ++line) {
      if (used[line] < 0) continue;
      add_portion(add_list(line_groups(static_cast<std::int64_t>(line))), pass_of(used[line], 0), 0,
                  shares);
    }
    // A segment of padding alone needs nothing, but its needs name a portion.
    if (lines == 0) add_portion(add_list({}), segment_->first_pass, 0, share_everywhere({}));
    return true;
  }

  // Windows, row group by row group.

  bool by_row_groups() {
    const std::int64_t per = operand_.streams_per_pass();
    const std::int64_t channel_blocks = operand_.layout().channel_blocks_per_group();
    Shares shares;
    for (std::int64_t group = 0; group < segment_->row_groups; ++group) {
      std::set<std::int64_t> places;
      std::vector<SramRow> rows;
      for (std::int64_t stream = group * per; stream < std::min(segment_->I, (group + 1) * per);
           ++stream) {
        for (std::int64_t k = 0; k < segment_->K; k += channel_blocks) {
          operand_.rows_of(*segment_, stream, k, rows);
        }
      }
      for (const SramRow& row : rows) places.insert(row.owner);
      std::vector<std::uint32_t> counts(banks_, 0);
      for (const std::int64_t place : places) ++counts[operand_.bank({place, 0}, banks_)];
      const std::uint32_t fullest = *std::max_element(counts.begin(), counts.end());
      shares.push_back(
          {static_cast<std::uint32_t>(fullest * channel_blocks),
           static_cast<std::uint32_t>(static_cast<std::int64_t>(places.size()) * channel_blocks)});
      if (std::uint64_t{shares.back().charge} * 2 > bank_rows_) return false;
    }
    residency_.mode = Residency::window;
    for (std::int64_t group = 0; group < segment_->row_groups; ++group) {
      residency_.first.push_back(static_cast<std::uint32_t>(group));
      residency_.last.push_back(static_cast<std::uint32_t>(group));
      add_portion(add_list(chunk_groups({group}, 0, segment_->K)), pass_of(group, 0), 0,
                  share_everywhere(shares[static_cast<std::size_t>(group)]));
    }
    return true;
  }

  bool give_up() {
    residency_.first.clear();
    residency_.last.clear();
    return false;
  }

  std::vector<std::uint32_t> line_groups(std::int64_t line) const {
    const TensorLayout& layout = operand_.layout();
    const std::int64_t first_block = segment_->group * layout.channel_blocks_per_group();
    std::vector<std::uint32_t> groups;
    for (std::int64_t x = 0; x < layout.x_blocks(); ++x) {
      for (std::int64_t block = 0; block < layout.channel_blocks_per_group(); ++block) {
        groups.push_back(
            static_cast<std::uint32_t>(layout.position_group(line, x, first_block + block)));
      }
    }
    return groups;
  }

  // Channels and filters.

  /// DRAM groups that hold all rows of a channel block.
  std::vector<std::uint32_t> block_groups(std::int64_t block) const {
    std::set<std::uint32_t> groups;
    const std::int64_t owner = block * operand_.layout().lanes();
    for (std::int64_t place = 0; place < operand_.rows_per_channel(); ++place) {
      groups.insert(static_cast<std::uint32_t>(operand_.group(*segment_, {owner, place})));
    }
    return {groups.begin(), groups.end()};
  }

  std::uint32_t list_of_block(std::int64_t block) {
    while (block_lists_.size() <= static_cast<std::size_t>(block)) block_lists_.push_back(none);
    std::uint32_t& list = block_lists_[static_cast<std::size_t>(block)];
    if (list == none) list = add_list(block_groups(block));
    return list;
  }

  std::int64_t first_channel(std::int64_t group) const {
    return operand_.channel(group * operand_.streams_per_pass());
  }
  std::int64_t last_channel(std::int64_t group) const {
    return operand_.channel(std::min<std::int64_t>(operand_.streams(*segment_),
                                                   (group + 1) * operand_.streams_per_pass()) -
                            1);
  }

  /// What some channels take.
  Share share_of(const std::set<std::int64_t>& channels) const {
    const std::int64_t rows = operand_.rows_per_channel();
    Share share;
    share.rows = static_cast<std::uint32_t>(static_cast<std::int64_t>(channels.size()) * rows);
    if (operand_.kind() == AccessKind::positions) {
      share.charge = static_cast<std::uint32_t>(static_cast<std::int64_t>(channels.size()) *
                                                blocks(rows, banks_));
      return share;
    }
    std::vector<std::uint32_t> counts(banks_, 0);
    for (const std::int64_t channel : channels) {
      ++counts[static_cast<std::size_t>(channel % banks_)];
    }
    share.charge =
        *std::max_element(counts.begin(), counts.end()) * static_cast<std::uint32_t>(rows);
    return share;
  }

  /// What the channels that each tile uses take.
  Shares shares_of(const std::vector<std::set<std::int64_t>>& channels) const {
    Shares shares(to_.tiles_);
    for (unsigned tile = 0; tile < to_.tiles_; ++tile) shares[tile] = share_of(channels[tile]);
    return shares;
  }

  void use(std::int64_t group, std::int64_t from, std::int64_t count,
           std::set<std::int64_t>& channels) const {
    for (std::int64_t channel = std::max(from, first_channel(group));
         channel <= std::min(from + count - 1, last_channel(group)); ++channel) {
      channels.insert(channel);
    }
  }

  /// Column groups that use channels from..from+count-1.
  std::pair<std::int64_t, std::int64_t> groups_using(std::int64_t from, std::int64_t count) const {
    const std::int64_t a_channel = operand_.streams_per_channel();
    const std::int64_t per = operand_.streams_per_pass();
    const std::int64_t end = std::min(operand_.streams(*segment_), (from + count) * a_channel);
    return {from * a_channel / per, (end - 1) / per};
  }

  /// Tiles that run column group `group`, over all row groups.
  std::set<unsigned> tiles_of_column(std::int64_t group) const {
    std::set<unsigned> tiles;
    for (std::int64_t row = 0; row < segment_->row_groups; ++row) {
      if (!tiles.insert(tile_of(row, group)).second) break;  // the cycle is closed
    }
    return tiles;
  }

  bool whole() {
    const unsigned lanes = operand_.layout().lanes();
    const std::int64_t block_count = blocks(operand_.channels(), lanes);
    std::vector<Shares> shares;
    std::vector<std::uint64_t> sums(to_.tiles_, 0);
    for (std::int64_t block = 0; block < block_count; ++block) {
      std::vector<std::set<std::int64_t>> channels(to_.tiles_);
      const auto [first, last] = groups_using(block * lanes, lanes);
      for (std::int64_t group = first; group <= last; ++group) {
        for (const unsigned tile : tiles_of_column(group)) {
          use(group, block * lanes, lanes, channels[tile]);
        }
      }
      shares.push_back(shares_of(channels));
      for (unsigned tile = 0; tile < to_.tiles_; ++tile) {
        sums[tile] += shares.back()[tile].charge;
      }
    }
    if (*std::max_element(sums.begin(), sums.end()) > bank_rows_) return false;
    residency_.mode = Residency::whole;
    residency_.channels_a_portion = lanes;
    for (std::int64_t block = 0; block < block_count; ++block) {
      add_portion(list_of_block(block), pass_of(0, groups_using(block * lanes, lanes).first), 0,
                  shares[static_cast<std::size_t>(block)]);
    }
    for (std::int64_t group = 0; group < segment_->column_groups; ++group) {
      residency_.first.push_back(0);
      residency_.last.push_back(static_cast<std::uint32_t>(last_channel(group) / lanes));
    }
    block_lists_.clear();
    return true;
  }

  void needs_by_channel(std::int64_t groups, unsigned size) {
    residency_.channels_a_portion = size;
    for (std::int64_t group = 0; group < groups; ++group) {
      residency_.first.push_back(static_cast<std::uint32_t>(first_channel(group) / size));
      residency_.last.push_back(static_cast<std::uint32_t>(last_channel(group) / size));
    }
  }

  /// Portions that a pass needs, at most.
  std::uint32_t span() const {
    std::uint32_t most = 0;
    for (std::size_t group = 0; group < residency_.first.size(); ++group) {
      most = std::max(most, residency_.last[group] - residency_.first[group] + 1);
    }
    return most;
  }

  /// The channels of a block, or parts of it, once each row group; as many at a time as leave room
  /// for the next ones.
  bool by_rounds() {
    for (unsigned size = operand_.layout().lanes(); size > 0; size /= 2) {
      if (try_rounds(size)) {
        block_lists_.clear();
        return true;
      }
    }
    return false;
  }

  bool try_rounds(unsigned size) {
    const unsigned lanes = operand_.layout().lanes();
    if (lanes % size != 0) return false;
    const std::int64_t count = blocks(operand_.channels(), size);
    needs_by_channel(segment_->column_groups, size);
    const std::uint32_t most = bank_rows_ / (span() + 1);
    std::vector<Shares> shares;
    for (std::int64_t row = 0; row < segment_->row_groups; ++row) {
      for (std::int64_t portion = 0; portion < count; ++portion) {
        std::vector<std::set<std::int64_t>> channels(to_.tiles_);
        const auto [first, last] = groups_using(portion * size, size);
        for (std::int64_t group = first; group <= last; ++group) {
          use(group, portion * size, size, channels[tile_of(row, group)]);
        }
        shares.push_back(shares_of(channels));
        if (most_charge(shares.back()) > most) return give_up();
      }
      // Where tiles take the same column groups in every row group, one round tells all.
      if (segment_->column_groups % to_.tiles_ == 0) break;
    }
    residency_.mode = Residency::round;
    residency_.a_round = static_cast<std::uint32_t>(count);
    for (std::int64_t row = 0; row < segment_->row_groups; ++row) {
      for (std::int64_t portion = 0; portion < count; ++portion) {
        add_portion(list_of_block(portion * size / lanes),
                    pass_of(row, groups_using(portion * size, size).first), 0,
                    shares[static_cast<std::size_t>((row * count + portion) %
                                                    static_cast<std::int64_t>(shares.size()))]);
      }
    }
    return true;
  }

  /// Side B of backward_weights: channels in the order of row groups, each portion once.
  bool by_channels_once() {
    const unsigned lanes = operand_.layout().lanes();
    for (unsigned size = lanes; size > 0; size /= 2) {
      if (lanes % size != 0) continue;
      needs_by_channel(segment_->row_groups, size);
      const auto charge =
          static_cast<std::uint32_t>(size * blocks(operand_.rows_per_channel(), banks_));
      if (std::uint64_t{span() + 1} * charge > bank_rows_) {
        give_up();
        continue;
      }
      residency_.mode = Residency::window;
      const std::int64_t count = blocks(operand_.channels(), size);
      for (std::int64_t portion = 0; portion < count; ++portion) {
        add_portion(list_of_block(portion * size / lanes),
                    pass_of(groups_using(portion * size, size).first, 0), 0,
                    share_everywhere({charge, static_cast<std::uint32_t>(
                                                  std::min<std::int64_t>(
                                                      size, operand_.channels() - portion * size) *
                                                  operand_.rows_per_channel())}));
      }
      block_lists_.clear();
      return true;
    }
    return false;
  }

  // Waves.

  /// Addresses a bank that `rows` stream rows of a pass take, at most.
  std::uint64_t chunk_charge(std::int64_t rows) const {
    const unsigned per = operand_.streams_per_pass();
    switch (operand_.kind()) {
      case AccessKind::windows:
        return static_cast<std::uint64_t>(per * rows);
      case AccessKind::filters:
      case AccessKind::turned_filters:
        return static_cast<std::uint64_t>(rows * blocks(per, banks_));
      case AccessKind::positions:
        break;
    }
    std::uint64_t most = 0;
    std::vector<SramRow> found;
    for (std::int64_t tap = 0; tap < operand_.streams_per_channel(); ++tap) {
      for (std::int64_t from = 0; from < segment_->K; from += rows) {
        found.clear();
        std::int64_t distinct = 0;
        for (std::int64_t k = from; k < std::min(segment_->K, from + rows); ++k) {
          std::vector<SramRow> of_row;
          operand_.rows_of(*segment_, tap, k, of_row);
          for (const SramRow& row : of_row) {
            if (found.empty() || !(found.back() == row)) ++distinct;
            found.push_back(row);
          }
        }
        most = std::max<std::uint64_t>(most, static_cast<std::uint64_t>(blocks(distinct, banks_)));
      }
    }
    return most * per;
  }

  void by_waves() {
    std::int64_t rows = segment_->K;
    std::uint64_t charge = chunk_charge(rows);
    while (charge * 3 > bank_rows_ && rows > 1) {
      rows = (rows + 1) / 2;
      charge = chunk_charge(rows);
    }
    if (charge > bank_rows_) {
      throw MappingError(fmt::format(
          "an SRAM bank of a tile holds {} rows; allowed here: at least {}, for one stream row of "
          "side {}",
          bank_rows_, charge, side_ == Side::b ? "B" : "A"));
    }
    residency_.mode = Residency::wave;
    residency_.chunk_rows = static_cast<std::uint32_t>(rows);
    residency_.chunks = static_cast<std::uint32_t>(blocks(segment_->K, rows));
    const auto passes = static_cast<std::int64_t>(segment_->passes());
    for (std::int64_t wave = 0; wave < passes; wave += to_.tiles_) {
      const std::int64_t end = std::min<std::int64_t>(passes, wave + to_.tiles_);
      std::set<std::int64_t> groups;
      for (std::int64_t pass = wave; pass < end; ++pass) groups.insert(stream_group(pass));
      for (std::uint32_t chunk = 0; chunk < residency_.chunks; ++chunk) {
        Shares shares(to_.tiles_);
        for (std::int64_t pass = wave; pass < end; ++pass) {
          const auto id = segment_->first_pass + static_cast<std::uint64_t>(pass);
          shares[static_cast<std::size_t>(id % to_.tiles_)] = {
              static_cast<std::uint32_t>(charge),
              rows_of_chunk(stream_group(pass), chunk * rows, rows)};
        }
        add_portion(add_list(chunk_groups(groups, chunk * rows, rows)),
                    segment_->first_pass + static_cast<std::uint64_t>(wave), chunk, shares);
      }
    }
  }

  std::int64_t stream_group(std::int64_t pass) const {
    return side_ == Side::b ? pass / segment_->column_groups : pass % segment_->column_groups;
  }

  /// SRAM rows of stream rows from..from+count-1 of a row or column group.
  std::uint32_t rows_of_chunk(std::int64_t group, std::int64_t from, std::int64_t count) const {
    std::set<std::pair<std::int64_t, std::int64_t>> found;
    std::vector<SramRow> rows;
    const std::int64_t per = operand_.streams_per_pass();
    const std::int64_t end = std::min(operand_.streams(*segment_), (group + 1) * per);
    for (std::int64_t stream = group * per; stream < end; ++stream) {
      for (std::int64_t k = from; k < std::min(segment_->K, from + count); ++k) {
        rows.clear();
        operand_.rows_of(*segment_, stream, k, rows);
        for (const SramRow& row : rows) found.insert({row.owner, row.place});
      }
    }
    return static_cast<std::uint32_t>(found.size());
  }

  std::vector<std::uint32_t> chunk_groups(const std::set<std::int64_t>& stream_groups,
                                          std::int64_t from, std::int64_t count) const {
    std::set<std::uint32_t> found;
    std::set<std::pair<std::int64_t, std::int64_t>> seen;
    const std::int64_t per = operand_.streams_per_pass();
    std::vector<SramRow> rows;
    for (const std::int64_t group : stream_groups) {
      const std::int64_t end = std::min(operand_.streams(*segment_), (group + 1) * per);
      for (std::int64_t stream = group * per; stream < end; ++stream) {
        if (operand_.kind() != AccessKind::windows) {
          // Channels of a block come in the same groups.
          const std::int64_t block = operand_.channel(stream) / operand_.layout().lanes();
          if (!seen.insert({block, stream % operand_.streams_per_channel()}).second) continue;
        }
        for (std::int64_t k = from; k < std::min(segment_->K, from + count); ++k) {
          rows.clear();
          operand_.rows_of(*segment_, stream, k, rows);
          for (const SramRow& row : rows) {
            found.insert(static_cast<std::uint32_t>(operand_.group(*segment_, row)));
          }
        }
      }
    }
    return {found.begin(), found.end()};
  }

  PortionPlan& to_;
  const Side side_;
  const SideOperand& operand_;
  const unsigned banks_;
  const std::uint32_t bank_rows_;
  SidePlan& own_;
  const Segment* segment_ = nullptr;
  SegmentResidency residency_;
  std::vector<std::uint32_t> block_lists_;  ///< [block] of the segment
};

PortionPlan::PortionPlan(const StreamPlan& plan, const SideOperand& b, const SideOperand& a,
                         const MemoryParameters& parameters, unsigned tiles)
    : plan_(plan), tiles_(tiles) {
  Builder on_b(*this, Side::b, b, parameters);
  Builder on_a(*this, Side::a, a, parameters);
  for (const Segment& segment : plan.segments()) {
    on_b.add(segment);
    on_a.add(segment);
  }
  for (const SidePlan& side : sides_) {
    order_.insert(order_.end(), side.portions.begin(), side.portions.end());
  }
  // The sides' portions stand behind each other, side B first, each in its own order.
  std::stable_sort(order_.begin(), order_.end(), [](const Portion& one, const Portion& other) {
    return one.first_pass != other.first_pass ? one.first_pass < other.first_pass
                                              : one.chunk < other.chunk;
  });
}

PortionNeed PortionPlan::need(Side side, std::size_t segment, std::int64_t row_group,
                              std::int64_t column_group) const {
  const SegmentResidency& kept = residency(side, segment);
  PortionNeed need;
  if (kept.mode == Residency::wave) {
    const std::int64_t pass = row_group * plan_.segments()[segment].column_groups + column_group;
    need.first = kept.base + static_cast<std::uint32_t>(pass / tiles_) * kept.chunks;
    need.last = need.first + kept.chunks - 1;
    need.chunk_rows = kept.chunk_rows;
    return need;
  }
  const auto at = static_cast<std::size_t>(side == Side::b ? row_group : column_group);
  const std::uint32_t base =
      kept.base + static_cast<std::uint32_t>(row_group) * (side == Side::a ? kept.a_round : 0);
  need.first = base + kept.first[at];
  need.last = base + kept.last[at];
  return need;
}

}  // namespace tensordash
