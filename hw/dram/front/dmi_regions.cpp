#include "hw/dram/front/dmi_regions.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "hw/dram/spec.h"

namespace tensordash {
namespace {

constexpr std::uint64_t last_address = std::numeric_limits<std::uint64_t>::max();

void check(std::uint64_t first, std::uint64_t last) {
  if (last < first) {
    throw DramError(
        fmt::format("addresses from {:#x} to {:#x}; allowed: first up to last", first, last));
  }
}

}  // namespace

DmiRegions::Answer DmiRegions::around(std::uint64_t address) const {
  if (!allowed_) return {false, {0, last_address}};
  if (address >= size_) return {false, {size_, last_address}};
  const auto next =
      std::find_if(withheld_.begin(), withheld_.end(),
                   [address](const DmiRange& range) { return range.last >= address; });
  if (next != withheld_.end() && next->first <= address) {
    // Nothing behind the memory is granted either.
    return {false, {next->first, next->last == size_ - 1 ? last_address : next->last}};
  }
  return {true,
          {next == withheld_.begin() ? 0 : (next - 1)->last + 1,
           next == withheld_.end() ? size_ - 1 : next->first - 1}};
}

std::optional<DmiRange> DmiRegions::set_allowed(bool allowed) {
  const bool lost = allowed_ && !allowed;
  allowed_ = allowed;
  if (!lost) return std::nullopt;
  return DmiRange{0, size_ - 1};
}

std::optional<DmiRange> DmiRegions::withhold(std::uint64_t first, std::uint64_t last) {
  check(first, last);
  if (first >= size_) return std::nullopt;
  last = std::min(last, size_ - 1);
  const bool known = std::any_of(
      withheld_.begin(), withheld_.end(),
      [first, last](const DmiRange& range) { return range.first <= first && last <= range.last; });
  if (known) return std::nullopt;
  // One range of what is new and everything that it overlaps or touches.
  DmiRange merged{first, last};
  std::vector<DmiRange> ranges;
  for (const DmiRange& range : withheld_) {
    if (range.last + 1 < merged.first || range.first > merged.last + 1) {
      ranges.push_back(range);
    } else {
      merged.first = std::min(merged.first, range.first);
      merged.last = std::max(merged.last, range.last);
    }
  }
  ranges.push_back(merged);
  std::sort(ranges.begin(), ranges.end(),
            [](const DmiRange& one, const DmiRange& other) { return one.first < other.first; });
  withheld_ = std::move(ranges);
  if (!allowed_) return std::nullopt;
  return DmiRange{first, last};
}

void DmiRegions::grant(std::uint64_t first, std::uint64_t last) {
  check(first, last);
  std::vector<DmiRange> ranges;
  for (const DmiRange& range : withheld_) {
    if (range.last < first || range.first > last) {
      ranges.push_back(range);
      continue;
    }
    if (range.first < first) ranges.push_back({range.first, first - 1});
    if (range.last > last) ranges.push_back({last + 1, range.last});
  }
  withheld_ = std::move(ranges);
}

}  // namespace tensordash
