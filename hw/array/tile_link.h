#pragma once

#include <deque>
#include <systemc>

#include "hw/array/partial_sums.h"
#include "hw/dma/landed_rows.h"
#include "hw/dma/pass_result.h"
#include "hw/dma/store_program.h"
#include "hw/memory/memory_signals.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// Size of what a link connects.
struct TileLinkParameters {
  unsigned tile = 0;
  unsigned pes = 16;
  unsigned sram_banks = 4;
  unsigned result_room = 4096;  ///< passes whose results the tile's CM holds
};

/// Between a tile with its memory and the machine's loads and stores: picks the tile's rows from
/// what lands, says which portions have and why one has not, sends the accumulators of a finished
/// pass to the stores, counts the room in CM, and keeps there the partial sums of passes that are
/// blocks of a reduction, for the accumulators to start from in the next one.
class TileLink : public sc_core::sc_module {
 public:
  template <typename Pin>
  using Pins = sc_core::sc_vector<Pin>;

  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};

  // Loads.
  sc_core::sc_in<LandedRows> landed{"landed"};
  Pins<sc_core::sc_in<LoadProgress>> progress;  ///< [side]
  Pins<sc_core::sc_in<unsigned>> awaited;       ///< [side]
  Pins<sc_core::sc_out<bool>> write_valid;      ///< [side * sram_banks + bank]
  Pins<sc_core::sc_out<unsigned>> write_row;
  Pins<sc_core::sc_out<LaneRow>> write_value;
  Pins<sc_core::sc_out<unsigned>> portions;   ///< [side] that have landed
  Pins<sc_core::sc_out<StallCause>> absence;  ///< [side] why the awaited one has not

  // The tile and its results.
  sc_core::sc_in<TileState> state{"state"};
  sc_core::sc_in<bool> turn{"turn"};
  sc_core::sc_in<sc_dt::uint64> pass{"pass"};
  sc_core::sc_in<bool> result_valid{"result_valid"};
  Pins<sc_core::sc_in<Fp32>> total;
  sc_core::sc_in<bool> reserve{"reserve"};
  sc_core::sc_in<unsigned> taken{"taken"};
  sc_core::sc_out<unsigned> result_room{"result_room"};
  sc_core::sc_out<PassResult> result{"result"};
  /// What the pass starts from whose first step reaches the accumulators next, one a PE; +0 for a
  /// pass that resumes nothing.
  Pins<sc_core::sc_out<Fp32>> partial;

  TileLink(sc_core::sc_module_name name, const TileLinkParameters& parameters);

  /// Says of each pass what becomes of its sums; must outlive the next operation.
  void set_program(const StoreProgram* program) { program_ = program; }

  /// Partial sums of a pass left in CM and taken up from there, in this operation.
  std::uint64_t partial_writes() const { return partial_writes_; }
  std::uint64_t partial_reads() const { return partial_reads_; }

 private:
  void write_rows();
  void tell();
  void follow();
  void give_room();
  void give_result();
  void end_pass();
  void show_partial();

  const TileLinkParameters parameters_;
  const StoreProgram* program_ = nullptr;
  std::deque<std::uint64_t> passes_;  ///< from the first step to the sums, oldest first
  PartialSums sums_;                  ///< of those passes
  bool ended_ = true;                 ///< the pass that began last takes no more steps
  bool shown_ = false;                ///< some `partial` may not be +0
  std::uint64_t partial_writes_ = 0, partial_reads_ = 0;
  sc_core::sc_event shifted_;  ///< a pass began or ended
  Wire<unsigned> reserved_{"reserved"};
};

}  // namespace tensordash
