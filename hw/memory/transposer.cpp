#include "hw/memory/transposer.h"

#include <stdexcept>

#include "hw/memory/attempt.h"

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/memory/transposer";

}  // namespace

Transposer::Transposer(sc_core::sc_module_name name, unsigned lanes, unsigned fill_rows)
    : sc_module(name),
      more_valid("more_valid", fill_rows == 0 ? 0 : fill_rows - 1),
      more_value("more_value", fill_rows == 0 ? 0 : fill_rows - 1),
      core_(lanes) {
  if (fill_rows == 0) throw std::invalid_argument("a transposer that takes no blocks");
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
  if (fill_valid.read() && fill_ready.read()) take_blocks();
  if (column_valid.read() && column_ready.read()) give_column();
}

void Transposer::take_blocks() {
  attempt(report_id, [this] {
    core_.fill(fill_value.read());
    for (std::size_t at = 0; at < more_valid.size(); ++at) {
      if (!more_valid[at].read()) continue;
      attempt(report_id, [this, at] { core_.fill(more_value[at].read()); });
    }
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
