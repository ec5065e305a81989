#pragma once

#include <array>
#include <systemc>
#include <vector>

#include "hw/memory/fetch_program.h"
#include "hw/memory/memory_signals.h"
#include "hw/pe/bound_pins.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// Size of what stands between a tile's scratchpads and its staging buffers.
struct FeedParameters {
  unsigned lanes = 16;
  unsigned rows = 4, columns = 4;  ///< streams of sides B and A, a scratchpad and a window each
  unsigned depth = 3;              ///< write ports of a staging buffer
  unsigned banks = 3;              ///< of a scratchpad: rows read a clock
  unsigned schedulers = 4;
};

/// The rows that enter the windows at the next edge, or would.
struct FeedOffer {
  bool starts = false;    ///< they begin the next pass
  unsigned wanted = 0;    ///< rows that there are for the write ports
  unsigned entering = 0;  ///< that the tile takes with its next step
  unsigned latched = 0;   ///< of them, read in earlier clocks
  unsigned reading = 0;   ///< of them, read in this clock
  FeedWait wait = FeedWait::nothing;
};

/// Reads the scratchpads of both sides for the windows of a lockstep tile, whose passes it follows.
///
/// `space` is what the tile asks for: the rows of room in its windows after its next step, whether
/// that takes place or not. The rows that would enter then are read when all of them are there, for
/// all streams of both sides, and when `result_room` leaves a place for the results of the pass
/// that they begin; `reserve` takes it. More rows than a scratchpad has banks take several clocks,
/// and stand in registers in front of the write ports until the last ones are read. Until then the
/// write ports carry none that are wanted, and the tile stalls. Rows whose last pass has read them
/// leave the scratchpads as they enter.
///
/// Errors /tensordash/memory/feed: a start while an operation is running, passes without rows.
class StreamFeed : public sc_core::sc_module {
 public:
  template <typename Pin>
  using BothSides = sc_core::sc_vector<Pin>;  ///< sides B and A
  template <typename Pin>
  using Pins = sc_core::sc_vector<Pin>;

  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};

  Pins<sc_core::sc_in<unsigned>> advance;  ///< rows leaving the windows, one a scheduler
  sc_core::sc_in<bool> turn{"turn"};       ///< the tile changes passes at this edge
  sc_core::sc_in<unsigned> space{"space"};

  sc_core::sc_in<unsigned> result_room{"result_room"};  ///< passes whose results CM has room for
  sc_core::sc_out<bool> reserve{"reserve"};             ///< a pass begins at this edge

  BothSides<sc_core::sc_in<unsigned>> held;      ///< rows in each scratchpad
  BothSides<sc_core::sc_in<unsigned>> incoming;  ///< rows that enter each at this edge
  BothSides<sc_core::sc_out<unsigned>> read_offset, shrink;
  Pins<sc_core::sc_out<unsigned>> b_read_rows, a_read_rows;  ///< one a scratchpad
  Pins<sc_core::sc_in<LaneRow>> b_row, a_row;                ///< [scratchpad * banks + bank]

  Pins<sc_core::sc_out<LaneRow>> b_fill, a_fill;  ///< [window * depth + port]
  Pins<sc_core::sc_out<FillStatus>> b_fill_status, a_fill_status;

  sc_core::sc_out<sc_dt::uint64> pass{"pass"};  ///< id of the pass in the windows
  sc_core::sc_out<bool> offering{"offering"};   ///< the windows have rows to come
  sc_core::sc_out<FeedWait> wait{"wait"};

  StreamFeed(sc_core::sc_module_name name, const FeedParameters& parameters);

  /// The passes from the next `start` on; must outlive the operation.
  void set_program(PassProgram* program) { program_ = program; }

 private:
  struct SidePins {
    BoundInputs<LaneRow> row;
    BoundOutputs<LaneRow> fill;
    BoundOutputs<unsigned> read_rows;
    BoundOutputs<FillStatus> fill_status;
    std::vector<LaneRow> latches;  ///< [window * depth + port]
    std::uint64_t left = 0;        ///< rows that have left the scratchpads
    unsigned streams = 0;
  };

  void end_of_elaboration() override;
  void act();
  void begin();
  void next_pass();
  void follow_tile();
  void latch_rows();
  void offer();
  void forward_rows();

  FeedOffer present_offer() const;
  FeedWait wait_for(const FeedOffer& offer) const;
  /// Rows from the oldest in the scratchpads to the first that enters.
  unsigned offset(std::size_t side) const;
  unsigned leaving(std::size_t side, const FeedOffer& offer) const;
  bool moves() const { return turn.read() || advance[0].read() > 0; }
  const MemoryPass& pass_of(const FeedOffer& offer) const {
    return offer.starts ? next_ : present_;
  }

  const FeedParameters parameters_;
  PassProgram* program_ = nullptr;
  MemoryPass present_, next_;
  bool has_present_ = false, has_next_ = false;
  std::uint64_t entered_ = 0;  ///< rows of the present pass that have entered the windows
  unsigned latched_ = 0;       ///< rows of the next step that stand in registers
  std::array<SidePins, 2> sides_;
  const LaneRow empty_;
  sc_core::sc_event acted_;
};

}  // namespace tensordash
