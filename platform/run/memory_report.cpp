#include "platform/run/memory_report.h"

#include <algorithm>

namespace tensordash {

std::string limiting_resource(const MemoryTiming& timing) {
  std::array<std::uint64_t, stall_causes> stalls{};
  std::uint64_t working = 0;
  for (std::size_t tile = 0; tile < timing.tile_stalls.size(); ++tile) {
    if (timing.tile_steps[tile] == 0) continue;
    working += timing.tile_ends[tile] + timing.write_back;
    for (std::size_t cause = 0; cause < stall_causes; ++cause) {
      stalls[cause] += timing.tile_stalls[tile][cause];
    }
    stalls[static_cast<std::size_t>(StallCause::dram)] += timing.write_back;
  }
  std::uint64_t all = 0;
  for (const std::uint64_t count : stalls) all += count;
  if (working == 0) return timing.write_back > 0 ? "dram" : "compute";
  if (all * 10 < working) return "compute";
  return name_of(static_cast<StallCause>(
      std::distance(stalls.begin(), std::max_element(stalls.begin(), stalls.end()))));
}

}  // namespace tensordash
