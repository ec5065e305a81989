#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "hw/pe/signals.h"
#include "tests/support/systemc_test.h"

namespace tensordash {

/// A design that the test body moves from rising edge to rising edge. Pins written between two
/// edges are stable around the next one; settle() shows what is combinational without an edge.
class ClockedTest : public testing::SystemCTest {
 protected:
  sc_core::sc_clock clk{"clk", 2.0, sc_core::SC_NS, 0.5, 1.0, sc_core::SC_NS};
  sc_core::sc_signal<bool> rst_n{"rst_n", true};

  /// One rising edge, and everything that follows from it.
  void tick() { run_for(sc_core::sc_time(2.0, sc_core::SC_NS)); }

  /// Lets written pins take effect; no time passes.
  static void settle() {
    if (!sc_core::sc_start_of_simulation_invoked()) sc_core::sc_start(sc_core::SC_ZERO_TIME);
    while (sc_core::sc_pending_activity_at_current_time()) {
      sc_core::sc_start(sc_core::SC_ZERO_TIME);
    }
  }

  // The body drives every clock, so the end of the body is the end of the simulation.
  void TearDown() override { finished(); }
};

inline LaneRow row_of(const std::vector<float>& values) {
  LaneRow row(static_cast<unsigned>(values.size()));
  for (unsigned lane = 0; lane < row.lanes(); ++lane) row[lane] = values[lane];
  return row;
}

inline LaneSelects selects_of(const std::vector<unsigned>& options) {
  LaneSelects selects(static_cast<unsigned>(options.size()));
  for (unsigned lane = 0; lane < selects.lanes(); ++lane) {
    selects[lane] = static_cast<std::uint8_t>(options[lane]);
  }
  return selects;
}

/// Window bits from a picture: one string a row, step +0 first, '#' where a value matters.
inline WindowBits bits_of(std::initializer_list<std::string> picture) {
  WindowBits bits;
  unsigned step = 0;
  for (const std::string& row : picture) {
    for (std::size_t lane = 0; lane < row.size(); ++lane) {
      if (row[lane] == '#') bits.row[step] |= std::uint64_t{1} << lane;
    }
    ++step;
  }
  return bits;
}

/// Makes the elements of an sc_vector of signals whose rows have `lanes` lanes.
template <typename Row>
auto signals_of(unsigned lanes) {
  return [lanes](const char* name, std::size_t) {
    return new sc_core::sc_signal<Row>(name, Row(lanes));
  };
}

inline constexpr unsigned idle = idle_select;

}  // namespace tensordash
