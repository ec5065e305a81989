#include "hw/memory/scratchpad.h"

#include <algorithm>

#include "hw/memory/attempt.h"

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/memory/scratchpad";

}  // namespace

Scratchpad::Scratchpad(sc_core::sc_module_name name, const ScratchpadParameters& parameters)
    : sc_module(name),
      fill("fill", parameters.fill_rows),
      row("row", parameters.banks),
      core_(parameters),
      empty_(parameters.lanes) {
  SC_HAS_PROCESS(Scratchpad);
  SC_METHOD(act);
  sensitive << clk.pos();
  dont_initialize();
  SC_METHOD(serve);
  sensitive << acted_ << rst_n << read_offset << read_rows;
}

void Scratchpad::end_of_elaboration() {
  fill_pins_.look_up(fill);
  row_pins_.look_up(row);
}

void Scratchpad::act() {
  acted_.notify(sc_core::SC_ZERO_TIME);
  if (!rst_n.read()) {
    core_.clear();
    return;
  }
  if (read_rows.read() > 0) {
    attempt(report_id, [this] { core_.read(read_offset.read(), read_rows.read()); });
  }
  // After the count of reads, before the fills: neither sees the other.
  attempt(report_id, [this] { core_.shrink(shrink.read()); });
  if (fill_count.read() > std::min<std::size_t>(room.read(), fill.size())) {
    SC_REPORT_ERROR(report_id, "more rows filled than there is room or write ports for");
    return;
  }
  for (unsigned port = 0; port < fill_count.read(); ++port) {
    attempt(report_id, [&] { core_.fill(fill_pins_[port].read()); });
  }
}

void Scratchpad::serve() {
  const bool running = rst_n.read();
  const unsigned asked = std::min<unsigned>(read_rows.read(), static_cast<unsigned>(row.size()));
  const unsigned served = running ? core_.available(read_offset.read(), asked) : 0;
  for (unsigned port = 0; port < row.size(); ++port) {
    row_pins_[port].write(port < served ? core_.row(read_offset.read() + port) : empty_);
  }
  available.write(served);
  room.write(running ? core_.room() : 0);
  held.write(core_.held());
}

}  // namespace tensordash
