#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "models/mapping/memory_parameters.h"
#include "models/mapping/side_operand.h"

namespace tensordash {

/// What it takes to bring the streams of one row or column group from the banks of an SRAM into the
/// scratchpads. A *bundle* is the stream rows k to k + rows_per_clock - 1 of all streams of the
/// side. Equal rows are read once; the row that a stream's gatherer read last need not be read
/// again. A bundle takes as many clocks as its busiest bank, at least one.
struct FetchCost {
  std::vector<std::uint16_t> clocks;  ///< [bundle]
  std::uint64_t reads = 0;            ///< rows read from the SRAM
  std::uint64_t conflicts = 0;        ///< clocks beyond one a bundle
  std::uint64_t streams = 0;          ///< of the group, without missing ones
};

/// Costs of all groups of a side in a segment.
class FetchCosts {
 public:
  FetchCosts(const SideOperand& operand, const Segment& segment,
             const MemoryParameters& parameters);

  /// Of row or column group `group`.
  const FetchCost& of(std::int64_t group) const {
    return costs_[index_[static_cast<std::size_t>(group)]];
  }

 private:
  FetchCost cost(const SideOperand& operand, const Segment& segment, std::int64_t group) const;

  unsigned banks_, rows_per_clock_;
  std::vector<FetchCost> costs_;
  std::vector<std::uint32_t> index_;  ///< [group]
};

}  // namespace tensordash
