#include "models/mapping/scratchpad_plan.h"

#include <fmt/format.h>

#include <numeric>

#include "models/mapping/mapping_error.h"

namespace tensordash {
namespace {

/// Passes of a tile after which its column groups come again.
std::uint64_t column_period(const Segment& segment, unsigned tiles) {
  const auto groups = static_cast<std::uint64_t>(segment.column_groups);
  return groups / std::gcd(groups, std::uint64_t{tiles});
}

}  // namespace

std::string_view name_of(Residency residency) {
  switch (residency) {
    case Residency::whole:
      return "whole";
    case Residency::window:
      return "window";
    case Residency::round:
      return "round";
    case Residency::wave:
      break;
  }
  return "wave";
}

std::string_view name_of(ScratchpadUse use) {
  switch (use) {
    case ScratchpadUse::hold:
      return "hold";
    case ScratchpadUse::reuse:
      return "reuse";
    case ScratchpadUse::stream:
      break;
  }
  return "stream";
}

ScratchpadUse scratchpad_use(const Segment& segment, Side side, const MemoryParameters& parameters,
                             unsigned tiles) {
  const std::uint64_t rows = parameters.scratchpad_rows();
  const auto K = static_cast<std::uint64_t>(segment.K);
  const bool can_hold = side == Side::a && column_period(segment, tiles) * K <= rows;
  // Passes of a tile that follow each other share a row group when there are more columns than
  // tiles.
  const bool repeats = side == Side::b && segment.column_groups > std::int64_t{tiles};
  const bool can_reuse = repeats && K <= rows;
  const auto& wanted =
      side == Side::b ? parameters.mapping.scratchpad_b : parameters.mapping.scratchpad_a;
  if (wanted) {
    if ((*wanted == ScratchpadUse::hold && !can_hold) ||
        (*wanted == ScratchpadUse::reuse && !can_reuse)) {
      const std::string why =
          *wanted == ScratchpadUse::reuse && !repeats
              ? fmt::format(
                    "finds nothing to reuse: {} column groups on {} tiles leave a tile no "
                    "two passes in a row with the same streams",
                    segment.column_groups, tiles)
              : fmt::format("does not fit: it takes {} stream rows of the scratchpad's {}",
                            side == Side::a ? column_period(segment, tiles) * K : K, rows);
      throw MappingError(fmt::format("mapping.scratchpad_{} is {}, which {}; allowed here: stream",
                                     side == Side::b ? "b" : "a", name_of(*wanted), why));
    }
    return *wanted;
  }
  if (can_hold) return ScratchpadUse::hold;
  return can_reuse ? ScratchpadUse::reuse : ScratchpadUse::stream;
}

ScratchpadPlan::ScratchpadPlan(const Segment& segment, Side side, ScratchpadUse use, unsigned tiles,
                               unsigned tile)
    : segment_(segment), side_(side), use_(use), tiles_(tiles) {
  first_ = segment.first_pass + segment.first_on(tile, tiles);
  const std::uint64_t end = segment.first_pass + segment.passes();
  passes_ = first_ < end ? (end - first_ + tiles - 1) / tiles : 0;
  period_ = column_period(segment, tiles);
}

bool ScratchpadPlan::fetches(std::uint64_t at) const {
  switch (use_) {
    case ScratchpadUse::hold:
      return at < period_;
    case ScratchpadUse::reuse:
      return at == 0 || stream_group(at) != stream_group(at - 1);
    case ScratchpadUse::stream:
      break;
  }
  return true;
}

bool ScratchpadPlan::last_use(std::uint64_t at) const {
  switch (use_) {
    case ScratchpadUse::hold:
      return at + last_round() >= passes_;
    case ScratchpadUse::reuse:
      return at + 1 == passes_ || stream_group(at) != stream_group(at + 1);
    case ScratchpadUse::stream:
      break;
  }
  return true;
}

std::uint64_t ScratchpadPlan::left_over(std::uint64_t at) const {
  if (use_ != ScratchpadUse::hold || at + 1 != passes_) return 0;
  return (held() - last_round()) * static_cast<std::uint64_t>(segment_.K);
}

}  // namespace tensordash
