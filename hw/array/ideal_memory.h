#pragma once

#include <systemc>
#include <vector>

#include "hw/array/partial_sums.h"
#include "hw/array/pass_source.h"
#include "hw/pe/bound_pins.h"
#include "hw/pe/tile.h"

namespace tensordash {

/// Memory without latency or limits, one for a tile: the rows that follow each window stand on its
/// write ports in every cycle, those of the next pass as soon as the present one has none left, so
/// no clock is lost between rows or passes. It keeps the partial sums of passes that leave some,
/// and shows them while the first step of the pass that goes on may reach the accumulators.
class IdealMemory : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};  ///< for one cycle: ask the source for work

  sc_core::sc_vector<sc_core::sc_in<unsigned>> advance;  ///< rows leaving, one a scheduler
  sc_core::sc_in<bool> turn{"turn"};                     ///< the tile changes passes at this edge

  // Partial sums; pins that may be left open where no pass resumes.
  OptionalIn<bool> result_valid{"result_valid"};  ///< the accumulators hold a pass's sums
  sc_core::sc_vector<OptionalIn<Fp32>> total;     ///< the accumulators
  sc_core::sc_vector<OptionalOut<Fp32>> partial;  ///< what the next pass there starts from

  // Write ports of the tile's staging buffers, [buffer * depth + port].
  sc_core::sc_vector<sc_core::sc_out<LaneRow>> b_fill;
  sc_core::sc_vector<sc_core::sc_out<FillStatus>> b_fill_status;
  sc_core::sc_vector<sc_core::sc_out<LaneRow>> a_fill;
  sc_core::sc_vector<sc_core::sc_out<FillStatus>> a_fill_status;

  sc_core::sc_out<sc_dt::uint64> pass{"pass"};  ///< id of the pass in the windows
  sc_core::sc_out<bool> offering{"offering"};   ///< some window has rows to come

  IdealMemory(sc_core::sc_module_name name, const TileParameters& parameters,
              const Connectivity& table, unsigned tile);

  /// The source asked at the next `start`; must outlive the operation.
  void set_source(PassSource* source) { source_ = source; }

 private:
  /// Reads one stream for one staging buffer.
  struct Reader {
    unsigned scheduler = 0;  ///< whose advance empties the window
    unsigned stream = 0;     ///< index in Pass::a or Pass::b
    std::uint64_t next = 0;  ///< first stream row behind the window
    unsigned held = 0;       ///< rows in the window
    FillStatus offered;      ///< what stands on the write ports
  };

  void end_of_elaboration() override;
  void supply();
  void forget();
  void follow_tile();
  void fetch_next_pass();
  void follow(Reader& reader, bool turned);
  void end_pass();
  void show_partial();
  void offer(Reader& reader, bool side_b, unsigned buffer);

  TileParameters parameters_;
  unsigned lanes_;
  unsigned depth_;
  unsigned tile_;
  PassSource* source_ = nullptr;
  Pass present_, next_;
  bool has_present_ = false;
  bool has_next_ = false;
  std::vector<Reader> b_readers_, a_readers_;
  LaneRow row_;
  BoundOutputs<LaneRow> b_pins_, a_pins_;
  bool quiet_ = false;  ///< nothing to offer, and the write ports show it

  PartialSums sums_;
  bool shown_ = false;         ///< some `partial` may not be +0
  sc_core::sc_event shifted_;  ///< a pass began or ended
};

}  // namespace tensordash
