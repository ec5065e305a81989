#pragma once

#include <systemc>
#include <vector>

#include "hw/memory/fetch_program.h"
#include "hw/memory/memory_signals.h"
#include "hw/memory/stream_gatherer.h"
#include "hw/pe/bound_pins.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// Size of a side's fetch engine.
struct FetcherParameters {
  unsigned lanes = 16;
  unsigned streams = 4;           ///< and scratchpads: the tile's rows or columns
  unsigned rows_per_clock = 1;    ///< stream rows of a bundle, at most
  unsigned ports = 4;             ///< read ports of the SRAM
  unsigned scratchpad_rows = 48;  ///< that each scratchpad holds
};

/// The fetch engine of a side of a tile: reads bundles of stream rows from the SRAM, one after the
/// other, and fills them into the scratchpads.
///
/// A bundle is on the request pins as soon as the one before has been taken, and valid while its
/// portion has landed (`landed` counts those that have) and the scratchpads have room for it beside
/// all that was asked for before; `shrink` gives room back. Its rows are put together between the
/// SRAM's output and the scratchpads' write ports, within the clock.
///
/// A pulse on `start` begins the program. Errors /tensordash/memory/fetcher: a start before the
/// last operation's rows have left, and bundles that do not fit the pins, which end the operation.
class StreamFetcher : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};
  sc_core::sc_in<unsigned> landed{"landed"};  ///< portions of the side that have landed

  sc_core::sc_out<bool> request_valid{"request_valid"};
  sc_core::sc_vector<sc_core::sc_out<RowRequest>> request;
  sc_core::sc_in<bool> request_ready{"request_ready"};
  sc_core::sc_in<bool> data_valid{"data_valid"};
  sc_core::sc_vector<sc_core::sc_in<LaneRow>> row;  ///< the SRAM's answer, one a request

  sc_core::sc_vector<sc_core::sc_out<LaneRow>> fill;  ///< [stream * rows_per_clock + row]
  sc_core::sc_out<unsigned> fill_count{"fill_count"};
  sc_core::sc_in<unsigned> shrink{"shrink"};  ///< rows that leave the scratchpads at this edge

  sc_core::sc_out<unsigned> release_before{"release_before"};  ///< portions below are done with
  sc_core::sc_out<unsigned> awaited{"awaited"};  ///< the next bundle's portion; 0 without one
  sc_core::sc_out<FetchState> state{"state"};

  StreamFetcher(sc_core::sc_module_name name, const FetcherParameters& parameters);

  /// What is fetched from the next `start` on; must outlive the operation.
  void set_program(FetchProgram* program) { program_ = program; }

  /// Rows written into the scratchpads of streams that exist.
  std::uint64_t rows_filled() const { return rows_filled_; }

 private:
  void end_of_elaboration() override;
  void act();
  void begin();
  void take_data();
  void to_next_bundle();
  void show();
  void gather();

  const FetcherParameters parameters_;
  FetchProgram* program_ = nullptr;
  FetchBundle next_;     ///< on the request pins
  FetchBundle reading_;  ///< taken by the SRAM
  bool has_next_ = false;
  unsigned room_;
  /// What may be let go of when `reading_` has been read, and until then.
  std::uint32_t release_then_ = 0, release_now_ = 0;
  StreamGatherer gatherer_;
  std::vector<const LaneRow*> rows_read_;  ///< [request]
  std::uint64_t rows_filled_ = 0;
  BoundOutputs<RowRequest> request_pins_;
  BoundInputs<LaneRow> row_pins_;
  BoundOutputs<LaneRow> fill_pins_;
  sc_core::sc_event acted_;
};

}  // namespace tensordash
