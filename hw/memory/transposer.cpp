#include "hw/memory/transposer.h"

#include "hw/memory/attempt.h"

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/memory/transposer";

}  // namespace

Transposer::Transposer(sc_core::sc_module_name name, unsigned lanes)
    : sc_module(name), core_(lanes) {
  SC_HAS_PROCESS(Transposer);
  SC_METHOD(act);
  sensitive << clk.pos();
  dont_initialize();
  SC_METHOD(offer);
  sensitive << acted_ << rst_n << result_valid << result_ready;
}

void Transposer::act() {
  acted_.notify(sc_core::SC_ZERO_TIME);
  if (!rst_n.read()) {
    core_.clear();
    result_valid.write(false);
    return;
  }
  if (result_ready.read()) result_valid.write(false);
  // At most one of the two: a phase is ready for one of them only.
  if (fill_valid.read() && fill_ready.read()) take_block();
  if (column_valid.read() && column_ready.read()) give_column();
}

void Transposer::take_block() {
  attempt(report_id, [this] {
    core_.fill(fill_value.read());
    if (!fill_last.read() && core_.blocks() < core_.lanes()) return;
    const unsigned wanted = columns.read();
    if (wanted == 0 || wanted > core_.lanes()) core_.clear();
    core_.finish_fill(wanted);
  });
}

void Transposer::give_column() {
  attempt(report_id, [this] {
    result.write(column_named.read() ? core_.give(column.read()) : core_.give_next());
    result_valid.write(true);
  });
}

void Transposer::offer() {
  const bool running = rst_n.read();
  const bool has_place = !result_valid.read() || result_ready.read();
  fill_ready.write(running && !core_.giving());
  column_ready.write(running && core_.giving() && has_place);
  busy.write(core_.blocks() > 0 || result_valid.read());
}

}  // namespace tensordash
