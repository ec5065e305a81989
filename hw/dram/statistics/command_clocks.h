#pragma once

#include <algorithm>

#include "hw/dram/command.h"
#include "hw/dram/spec.h"

namespace tensordash {

/// Clocks from the first edge of rda to that of a PRE that would close the bank as early
/// (JESD209-4, auto-precharge: tRTP + BL/2 - 8 from last edge to last edge).
inline unsigned rda_close_clocks(const DramSpec& spec) {
  return std::max(8U, spec.timings.trtp) + spec.burst_clocks() - 8 + ca_clocks(DramCommand::rda) -
         ca_clocks(DramCommand::pre);
}

/// The same of wra: WL + tDQSS + BL/2 + nWR from last edge to last edge.
inline unsigned wra_close_clocks(const DramSpec& spec) {
  return spec.timings.wl + spec.timings.tdqss + spec.burst_clocks() + spec.timings.nwr +
         ca_clocks(DramCommand::wra) - ca_clocks(DramCommand::pre);
}

}  // namespace tensordash
