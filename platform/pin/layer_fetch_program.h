#pragma once

#include <array>
#include <map>
#include <vector>

#include "hw/memory/fetch_program.h"
#include "models/mapping/scratchpad_plan.h"
#include "platform/pin/sram_addresses.h"

namespace tensordash {

/// An operation as the memory of its tiles sees it; everything must outlive the programs.
struct MemoryPlan {
  const StreamPlan& plan;
  std::array<const SideOperand*, 2> operands;  ///< of sides B and A
  const PortionPlan& portions;
  const MemoryParameters& parameters;
  unsigned tiles = 16;

  const SideOperand& operand(Side side) const { return *operands[static_cast<std::size_t>(side)]; }
  /// The passes of a tile in each segment, as a side's scratchpads see them.
  std::vector<ScratchpadPlan> passes(Side side, unsigned tile) const;
  /// Streams of a side in the pass of a row and a column group.
  unsigned streams(Side side, const Segment& segment, std::int64_t row_group,
                   std::int64_t column_group) const;
};

/// What a side of a tile fetches in an operation: for every pass whose streams its scratchpads do
/// not hold, bundles of sram_rows_per_clock stream rows of all its streams.
class LayerFetchProgram : public FetchProgram {
 public:
  LayerFetchProgram(const MemoryPlan& memory, Side side, unsigned tile);

  std::uint32_t begin() override;
  bool next(FetchBundle& bundle) override;

 private:
  /// What a stream's gatherer holds, and where it stands: in the gatherer, or among the requests.
  struct Gatherer {
    SramRow row{SramLane::nothing, 0};
    std::uint16_t source = LaneSource::nothing;
  };

  const Segment& segment() const { return memory_.plan.segments()[at_segment_]; }
  void to_fetching_pass();
  /// Appends the lanes of a stream row, and the requests for rows that nobody has read.
  void add_row(std::int64_t stream, std::int64_t k, Gatherer& gatherer, FetchBundle& bundle);
  /// The stream reads a row: from its gatherer, which holds it from here on, or with a request.
  void read(const SramRow& row, std::int64_t k, Gatherer& gatherer, FetchBundle& bundle);

  const MemoryPlan memory_;
  const Side side_;
  const std::vector<ScratchpadPlan> passes_;  ///< [segment]
  SramAddresses addresses_;
  std::size_t at_segment_ = 0;
  std::uint64_t at_pass_ = 0;
  bool more_ = false;
  PortionNeed need_;
  std::int64_t first_stream_ = 0, k_ = 0;
  std::vector<Gatherer> gatherers_;  ///< [stream of the pass]
  std::vector<SramRow> requested_;   ///< [request]
  std::vector<SramLane> lanes_;
};

/// The passes of a tile, and where their streams stand in its scratchpads.
class LayerPassProgram : public PassProgram {
 public:
  LayerPassProgram(const MemoryPlan& memory, unsigned tile);

  void begin() override;
  bool next(MemoryPass& pass) override;

 private:
  const MemoryPlan memory_;
  std::array<std::vector<ScratchpadPlan>, 2> passes_;  ///< [side][segment]
  std::size_t at_segment_ = 0;
  std::uint64_t at_pass_ = 0;
  std::array<std::uint64_t, 2> fetched_{};  ///< stream rows of the passes so far
  /// [side] First row of the streams of a row or column group in this segment.
  std::array<std::map<std::int64_t, std::uint64_t>, 2> first_rows_;
};

}  // namespace tensordash
