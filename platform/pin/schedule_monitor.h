#pragma once

#include <deque>
#include <functional>
#include <systemc>
#include <vector>

#include "hw/array/tile_array.h"
#include "models/golden/schedule_record.h"

namespace tensordash {

/// Listens at the pins of one tile and writes down, pass by pass, which place of its stream every
/// lane took in every step, and the accumulators at the end. Passive: nothing reads it back. It
/// expects operations to run to their end; a reset in the middle of one is not followed.
class ScheduleMonitor : public sc_core::sc_module {
 public:
  using Sink = std::function<void(PassRecord&&)>;

  sc_core::sc_in<bool> clk{"clk"};

  /// `wires` and `table` must outlive the module. `sink` is called at the edge after a pass's
  /// results stand in the accumulators.
  ScheduleMonitor(sc_core::sc_module_name name, unsigned tile, const TileParameters& parameters,
                  const Connectivity& table, const TileArray::Wires& wires, Sink sink);

 private:
  void sample();
  void sample_step();
  void sample_results();
  PassRecord empty_record() const;

  unsigned tile_;
  TileParameters parameters_;
  const Connectivity& table_;
  const TileArray::Wires& wires_;
  Sink sink_;
  PassRecord record_;
  std::vector<std::int64_t> window_start_;  ///< first stream row of each scheduler's window
  std::deque<PassRecord> awaiting_results_;
};

}  // namespace tensordash
