#pragma once

#include <vector>

#include "hw/dram/command.h"
#include "hw/dram/spec.h"

namespace tensordash {

/// Which banks a distance keeps away from each other: those of one bank, of one rank whatever the
/// bank, or of two ranks.
enum class TimingScope : std::uint8_t { bank, rank, other_ranks };

/// `to` stands on the bus `distance` clocks after `from` at the earliest, first edge to first edge.
struct TimingRule {
  DramCommand from, to;
  TimingScope scope;
  unsigned distance;
};

/// Clocks from the first edge of a read or write command to the end of its data on the bus.
unsigned read_clocks(const DramSpec& spec);
unsigned write_clocks(const DramSpec& spec);

/// The distances that the controller keeps, as JESD209-4 gives them between last edges, turned into
/// distances between first edges. The window of four activations is no distance and not among them.
std::vector<TimingRule> timing_rules(const DramSpec& spec);

}  // namespace tensordash
