#include "hw/memory/banked_sram.h"

#include "hw/memory/attempt.h"

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/memory/sram";

}  // namespace

BankedSram::BankedSram(sc_core::sc_module_name name, const SramParameters& parameters)
    : sc_module(name),
      request("request", parameters.ports),
      row("row", parameters.ports),
      write_valid("write_valid", parameters.banks),
      write_row("write_row", parameters.banks),
      write_value("write_value", parameters.banks),
      banks_(parameters),
      arbiter_(parameters.banks, parameters.rows_per_clock),
      empty_(parameters.lanes),
      bundle_(parameters.ports) {
  if (parameters.ports == 0) throw std::invalid_argument("an SRAM needs a read port");
  SC_HAS_PROCESS(BankedSram);
  SC_METHOD(act);
  sensitive << clk.pos();
  dont_initialize();
  SC_METHOD(offer);
  sensitive << acted_ << rst_n;
}

void BankedSram::end_of_elaboration() {
  request_pins_.look_up(request);
  row_pins_.look_up(row);
}

void BankedSram::act() {
  acted_.notify(sc_core::SC_ZERO_TIME);
  data_valid.write(false);
  if (!rst_n.read()) {
    busy_ = false;
    return;
  }
  if (!busy_ && request_valid.read()) accept();
  if (busy_) serve_clock();
  write_rows();
}

void BankedSram::accept() {
  for (unsigned port = 0; port < bundle_.size(); ++port) {
    bundle_[port] = request_pins_[port].read();
    row_pins_[port].write(empty_);
  }
  attempt(report_id, [this] {
    schedule_ = arbiter_.take(bundle_);
    clock_ = 0;
    busy_ = true;
  });
}

void BankedSram::serve_clock() {
  for (unsigned port = 0; port < bundle_.size(); ++port) {
    const RowRequest& wanted = bundle_[port];
    if (!wanted.valid || schedule_.clock[port] != clock_) continue;
    attempt(report_id, [&] { row_pins_[port].write(banks_.read(wanted.bank, wanted.row)); });
  }
  ++clock_;
  busy_ = clock_ < schedule_.clocks;
  data_valid.write(!busy_);
}

void BankedSram::write_rows() {
  for (unsigned bank = 0; bank < write_valid.size(); ++bank) {
    if (!write_valid[bank].read()) continue;
    attempt(report_id,
            [&] { banks_.write(bank, write_row[bank].read(), write_value[bank].read()); });
  }
}

void BankedSram::offer() {
  request_ready.write(rst_n.read() && !busy_);
}

}  // namespace tensordash
