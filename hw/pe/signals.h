#pragma once

#include <algorithm>
#include <cstring>
#include <ostream>
#include <string>
#include <systemc>

#include "hw/pe/lane_array.h"
#include "hw/pe/window_bits.h"

namespace tensordash {

/// A wire inside the chip, driven by the one port that its module binds to it. It leaves out the
/// kernel's run-time check for a second driver, which costs a tenth of the simulation time.
template <typename Value>
using Wire = sc_core::sc_signal<Value, sc_core::SC_UNCHECKED_WRITERS>;

/// Pins that may be left open.
template <typename Value>
using OptionalIn =
    sc_core::sc_port<sc_core::sc_signal_in_if<Value>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

template <typename Value>
using OptionalOut =
    sc_core::sc_port<sc_core::sc_signal_inout_if<Value>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

/// An fp32 value as a signal: compared by its bits, so that -0 and NaN travel like any other value.
struct Fp32 {
  float value = 0.0F;

  bool operator==(const Fp32& other) const {
    return std::memcmp(&value, &other.value, sizeof value) == 0;
  }
};

/// What stands on the write ports of a staging buffer.
struct FillStatus {
  std::uint8_t rows = 0;    ///< write ports that carry a row, from the first
  bool starts = false;      ///< they begin the next pass: no row of the present one is left outside
  std::uint8_t wanted = 0;  ///< rows there are for the write ports, whether they have come or not

  FillStatus() = default;
  /// All rows that are wanted are there.
  FillStatus(std::uint8_t rows_there, bool next_pass)
      : FillStatus(rows_there, next_pass, rows_there) {}
  FillStatus(std::uint8_t rows_there, bool next_pass, std::uint8_t rows_wanted)
      : rows(rows_there), starts(next_pass), wanted(rows_wanted) {}

  /// Whether a row has not come yet that would enter a window with room for `room` rows; `turns`:
  /// the tile would change passes, without which no row of the next pass enters.
  bool lacks(unsigned room, bool turns) const {
    if (rows >= wanted || (starts && !turns)) return false;
    return rows < std::min<unsigned>(room, wanted);
  }

  bool operator==(const FillStatus& other) const {
    return rows == other.rows && starts == other.starts && wanted == other.wanted;
  }
};

/// A cycle's work on its way through the pipeline.
struct StepToken {
  bool valid = false;  ///< the tile scheduled a step in that cycle
  bool first = false;  ///< the first step of a pass: accumulation starts from +0
  bool last = false;   ///< the last step of a pass: the accumulator holds the result afterwards

  bool operator==(const StepToken& other) const {
    return valid == other.valid && first == other.first && last == other.last;
  }
};

/// What a tile is doing; the numbers are those in a waveform (vcd/tile_state.txt).
enum class TileState : std::uint8_t {
  idle = 0,     ///< no rows in any window
  run = 1,      ///< windows full
  tail = 2,     ///< end of a pass: windows shorter than the staging buffers
  dense = 3,    ///< running with the scheduler bypassed
  stalled = 4,  ///< a row that would enter has not come: nothing moves
};

/// Whether a tile in this state takes a step at the next edge.
constexpr bool takes_step(TileState state) {
  return state != TileState::idle && state != TileState::stalled;
}

// Waveforms: a row appears as one real a lane, selects as one number a lane, zero vectors as one
// bit vector a window row.
void sc_trace(sc_core::sc_trace_file* file, const Fp32& number, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const LaneRow& row, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const ExactRow& row, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const LaneSelects& selects, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const WindowBits& bits, const std::string& name,
              unsigned depth, unsigned lanes);
void sc_trace(sc_core::sc_trace_file* file, const WindowBits& bits, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const FillStatus& status, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const StepToken& token, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const TileState& state, const std::string& name);

std::ostream& operator<<(std::ostream& stream, const Fp32& number);
std::ostream& operator<<(std::ostream& stream, const LaneRow& row);
std::ostream& operator<<(std::ostream& stream, const ExactRow& row);
std::ostream& operator<<(std::ostream& stream, const LaneSelects& selects);
std::ostream& operator<<(std::ostream& stream, const WindowBits& bits);
std::ostream& operator<<(std::ostream& stream, const FillStatus& status);
std::ostream& operator<<(std::ostream& stream, const StepToken& token);
std::ostream& operator<<(std::ostream& stream, const TileState& state);

}  // namespace tensordash
