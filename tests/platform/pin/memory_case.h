#pragma once

#include <array>
#include <memory>
#include <vector>

#include "hw/pe/lane_array.h"
#include "models/dataflow/segment_pace.h"
#include "models/mapping/portion_plan.h"
#include "models/memory/tile_timeline.h"
#include "platform/pin/layer_fetch_program.h"
#include "tests/models/dataflow/random_case.h"

namespace tensordash {

/// Seeds of the comparisons.
inline constexpr unsigned memory_cases = 100;

/// A random operation with a random memory that it fits into, and random schedules. One tile of
/// the machine is looked at.
class MemoryCase {
 public:
  explicit MemoryCase(unsigned seed);
  MemoryCase(const MemoryCase&) = delete;
  MemoryCase& operator=(const MemoryCase&) = delete;
  ~MemoryCase() = default;

  unsigned number(unsigned low, unsigned high) {
    return static_cast<unsigned>(dataflow_testing::pick(the_case.random, low, high));
  }

  MemoryPlan memory() const { return {plan, {&b, &a}, *portions, parameters, tiles}; }
  const SideOperand& operand(Side side) const { return side == Side::b ? b : a; }
  /// What a row of the side's SRAM holds.
  LaneRow row_value(Side side, std::uint32_t portion, const SramRow& row) const;
  /// Streams of a segment, one behind the other.
  const std::vector<float>& streams(Side side, std::size_t segment) const {
    return streams_[static_cast<std::size_t>(side)][segment];
  }
  /// The schedule of a pass: rows that leave with each step.
  std::vector<unsigned> advances(std::uint64_t pass) const;
  std::size_t segment_of(std::uint64_t pass) const;

  dataflow_testing::RandomCase the_case;
  StreamPlan plan;
  SideOperand b, a;
  unsigned tiles = 1, tile = 0, depth = 3, result_room = 2;
  MemoryParameters parameters;
  std::unique_ptr<PortionPlan> portions;
  std::vector<SegmentPace> paces;

 private:
  /// `spare_rows`: of a scratchpad's bank, beyond what is needed.
  void choose_memory(unsigned spare_rows);
  void choose_paces();
  void read_streams();

  std::array<std::vector<std::uint32_t>, 2> portion_segments_;  ///< [side][portion]
  std::array<std::vector<std::vector<float>>, 2> streams_;      ///< [side][segment]
};

}  // namespace tensordash
