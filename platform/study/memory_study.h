#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "platform/run/run_request.h"

namespace tensordash {

/// One configuration of a study: what differs from the request's own.
struct StudyPoint {
  std::string label;
  std::vector<std::string> settings;  ///< key=value
};

/// Bank width, scratchpad size, channel width and transposers, one by one and together.
const std::vector<StudyPoint>& memory_study_points();

/// What one configuration gave, all layers and operations together.
struct StudyResult {
  StudyPoint point;
  std::uint64_t steps = 0, dense_steps = 0;    ///< with the fill, as cycles of ideal memory
  std::uint64_t cycles = 0, dense_cycles = 0;  ///< with modelled memory
  std::uint64_t dram_read_bytes = 0, dram_write_bytes = 0;
  std::map<std::string, unsigned> limited_by;  ///< operations, by resource
  std::string refused;  ///< why the configuration cannot be; empty when it ran

  double ideal_speedup() const;
  double speedup() const;
  double slowdown() const;  ///< cycles over those of ideal memory
};

/// Runs the request, timing alone, once for every point with memory=modelled. `progress` is told
/// the point that begins. Another point than the first that cannot be says why in its result.
/// Throws what run_trace() throws.
std::vector<StudyResult> run_memory_study(
    const RunRequest& request, const std::vector<StudyPoint>& points,
    const std::function<void(std::size_t, const StudyPoint&)>& progress);

std::string study_table(const std::vector<StudyResult>& results);
std::string study_csv(const std::vector<StudyResult>& results);

}  // namespace tensordash
