#include "models/mapping/portion_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/mapping/channel_portions.h"
#include "models/mapping/mapping_error.h"
#include "models/mapping/scratchpad_plan.h"
#include "models/mapping/wave_portions.h"
#include "models/mapping/window_portions.h"

namespace tensordash {
namespace {

/// Waves are next: was something else wanted?
void require_free_choice(const char* side, const std::optional<Residency>& wanted) {
  if (!wanted) return;
  throw MappingError(
      fmt::format("mapping.{} is {}, which does not fit the SRAMs; allowed here: wave", side,
                  name_of(*wanted)));
}

}  // namespace

PortionPlan::PortionPlan(const StreamPlan& plan, const SideOperand& b, const SideOperand& a,
                         const MemoryParameters& parameters, unsigned tiles)
    : plan_(plan), operands_{&b, &a}, tiles_(tiles) {
  for (std::size_t segment = 0; segment < plan.segments().size(); ++segment) {
    // Where one side has to come in chunks of stream rows, the other does too: a tile would else
    // hold up chunks while it waits for what comes behind them.
    if (!add_kept(segment, parameters)) add_waves(segment, parameters);
  }
  for (const SidePortions& side : sides_) {
    order_.insert(order_.end(), side.portions.begin(), side.portions.end());
  }
  // The sides' portions stand behind each other, side B first, each in its own order.
  std::stable_sort(order_.begin(), order_.end(), [](const Portion& one, const Portion& other) {
    return one.first_pass != other.first_pass ? one.first_pass < other.first_pass
                                              : one.first_row < other.first_row;
  });
}

PortionDraft PortionPlan::draft(Side side, std::size_t segment,
                                const MemoryParameters& parameters) {
  return {*operands_[static_cast<std::size_t>(side)], side,       plan_.segments()[segment],
          static_cast<std::uint32_t>(segment),        parameters, tiles_,
          sides_[static_cast<std::size_t>(side)],     lists_};
}

void PortionPlan::finish(PortionDraft draft) {
  draft.residency.portions =
      static_cast<std::uint32_t>(draft.to.portions.size()) - draft.residency.base;
  draft.to.segments.push_back(std::move(draft.residency));
}

bool PortionPlan::add_kept(std::size_t segment, const MemoryParameters& parameters) {
  const MappingChoice& wanted = parameters.mapping;
  if (wanted.b == Residency::wave || wanted.a == Residency::wave) {
    require_free_choice("b", wanted.b == Residency::wave ? std::nullopt : wanted.b);
    require_free_choice("a", wanted.a == Residency::wave ? std::nullopt : wanted.a);
    return false;
  }
  PortionDraft b = draft(Side::b, segment, parameters);
  PortionDraft a = draft(Side::a, segment, parameters);
  const bool windows = b.operand.kind() == AccessKind::windows;
  if (!(windows ? portions_by_line(b) || portions_by_row_group(b) : portions_by_channel(b))) {
    require_free_choice("b", wanted.b);
    require_free_choice("a", wanted.a);
    return false;
  }
  if (!(wanted.a != Residency::round && portions_kept(a)) &&
      !(wanted.a != Residency::whole && portions_by_round(a))) {
    require_free_choice("b", wanted.b);
    require_free_choice("a", wanted.a);
    b.to.portions.resize(b.residency.base);
    b.to.shares.resize(std::size_t{b.residency.base} * tiles_);
    return false;
  }
  finish(std::move(b));
  finish(std::move(a));
  return true;
}

void PortionPlan::add_waves(std::size_t segment, const MemoryParameters& parameters) {
  for (const Side side : both_sides) {
    PortionDraft chunks = draft(side, segment, parameters);
    portions_by_wave(chunks);
    finish(std::move(chunks));
  }
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

std::vector<SramRow> PortionPlan::rows_of(Side side, std::uint32_t portion, unsigned tile) const {
  std::vector<SramRow> rows;
  if (charge(side, portion, tile) == 0) return rows;
  const PortionContent& content = sides_[static_cast<std::size_t>(side)].portions[portion].content;
  const SideOperand& operand = *operands_[static_cast<std::size_t>(side)];
  const Segment& segment = plan_.segments()[content.segment];
  RowSet found;
  switch (content.kind) {
    case PortionContent::Kind::line: {
      const std::int64_t width = operand.layout().width();
      const std::vector<std::int64_t> channel_blocks = operand.window_blocks(segment);
      for (std::int64_t x = 0; x < width; ++x) {
        for (const std::int64_t block : channel_blocks) {
          rows.push_back({content.from * width + x, block});
        }
      }
      return rows;
    }
    case PortionContent::Kind::channels: {
      std::set<std::int64_t> channels;
      if (content.used_only) {
        channels = channels_used(operand, segment, tiles_, tile, content.from, content.count,
                                 content.round);
      } else {
        for (std::int64_t channel = 0; channel < content.count; ++channel) {
          channels.insert(content.from + channel);
        }
      }
      const std::vector<std::int64_t> places = operand.places(segment);
      for (const std::int64_t channel : channels) {
        for (const std::int64_t place : places) rows.push_back({channel, place});
      }
      return rows;
    }
    case PortionContent::Kind::row_group:
      found = rows_of_stream_rows(operand, segment, content.from, 0, segment.K);
      break;
    case PortionContent::Kind::stream_rows: {
      const std::uint64_t first = static_cast<std::uint64_t>(content.round) * tiles_;
      const auto pass =
          static_cast<std::int64_t>(first + (tile + tiles_ - segment.tile(first, tiles_)) % tiles_);
      const std::int64_t group =
          side == Side::b ? pass / segment.column_groups : pass % segment.column_groups;
      found = rows_of_stream_rows(operand, segment, group, content.from, content.count);
      break;
    }
  }
  for (const auto& [owner, place] : found) rows.push_back({owner, place});
  return rows;
}

}  // namespace tensordash
