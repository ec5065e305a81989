#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "hw/memory/stall_cause.h"

namespace sc_core {
class sc_trace_file;
}  // namespace sc_core

namespace tensordash {

/// What a fetch engine does at the next edge.
enum class FetchState : std::uint8_t {
  idle = 0,           ///< nothing to do
  first = 1,          ///< reads a bundle's first clock
  further = 2,        ///< reads a further clock of a bundle: a bank conflict
  waits_portion = 3,  ///< the next bundle's portion has not landed
  waits_room = 4,     ///< the scratchpads have no room for the next bundle
};

/// Why no rows enter the windows at the next edge, seen from the scratchpads.
enum class FeedWait : std::uint8_t {
  nothing = 0,     ///< they do, or none would
  result = 1,      ///< CM has no room for the next pass's results
  side_b = 2,      ///< a row of side B is still to be read
  side_a = 3,      ///< of side B all are there, of side A one is still to be read
  on_the_way = 4,  ///< what is not there stands at the SRAM's output
  banks = 5,       ///< there are more rows to enter than banks to read them from
};

/// The cause of a stall from what the feed and the fetch engines of sides B and A do; `absent_*` is
/// why a portion that has not landed is not there: StallCause::dram, credit or transposer. Not for
/// FeedWait::nothing.
StallCause cause_of(FeedWait wait, FetchState b, FetchState a, StallCause absent_b,
                    StallCause absent_a);

void sc_trace(sc_core::sc_trace_file* file, const FetchState& state, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const FeedWait& wait, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const StallCause& cause, const std::string& name);
std::ostream& operator<<(std::ostream& stream, const FetchState& state);
std::ostream& operator<<(std::ostream& stream, const FeedWait& wait);
std::ostream& operator<<(std::ostream& stream, const StallCause& cause);

}  // namespace tensordash
