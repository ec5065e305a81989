#pragma once

#include <systemc>

#include "hw/memory/bank_arbiter.h"
#include "hw/memory/sram_banks.h"
#include "hw/pe/bound_pins.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// A memory of banks (paper, table 2: AM, BM and CM of a tile) that takes a bundle of row requests
/// at once and gives all its rows at once, and beside that writes one row a bank and clock.
///
/// A bundle enters at a rising edge with `request_valid` and `request_ready`; the reads of its
/// first clock take place at that edge, those of its n-th n - 1 edges later. After the last of them
/// `data_valid` is high for one clock and the rows stand on the `row` pins, port by port; nobody
/// can hold them back. `request_ready` is low while reads of a bundle are to come, so a bundle
/// without conflicts takes one clock, and another can enter at every edge.
///
/// A row read and written at the same edge is read as it was. A reset drops the bundle under way
/// and keeps the contents. Reads of rows never written and addresses that do not exist are errors
/// /tensordash/memory/sram; such a row reads as zero.
class BankedSram : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};

  sc_core::sc_in<bool> request_valid{"request_valid"};
  sc_core::sc_vector<sc_core::sc_in<RowRequest>> request;  ///< the bundle, one request a port
  sc_core::sc_out<bool> request_ready{"request_ready"};

  sc_core::sc_out<bool> data_valid{"data_valid"};
  sc_core::sc_vector<sc_core::sc_out<LaneRow>> row;  ///< one a port; zero where none was asked for

  sc_core::sc_vector<sc_core::sc_in<bool>> write_valid;     ///< one a bank
  sc_core::sc_vector<sc_core::sc_in<unsigned>> write_row;   ///< one a bank: address in it
  sc_core::sc_vector<sc_core::sc_in<LaneRow>> write_value;  ///< one a bank

  /// Throws std::invalid_argument as SramBanks and BankArbiter do, and for no ports.
  BankedSram(sc_core::sc_module_name name, const SramParameters& parameters);

  const BankArbiter& arbiter() const { return arbiter_; }
  std::uint64_t rows_written() const { return banks_.rows_written(); }

 private:
  void end_of_elaboration() override;
  void act();
  void offer();
  void accept();
  void serve_clock();
  void write_rows();

  SramBanks banks_;
  BankArbiter arbiter_;
  const LaneRow empty_;
  BoundInputs<RowRequest> request_pins_;
  BoundOutputs<LaneRow> row_pins_;
  std::vector<RowRequest> bundle_;
  BundleSchedule schedule_;
  unsigned clock_ = 0;  ///< of the bundle
  bool busy_ = false;   ///< reads of the bundle are to come
  sc_core::sc_event acted_;
};

}  // namespace tensordash
