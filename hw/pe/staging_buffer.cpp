#include "hw/pe/staging_buffer.h"

#include <algorithm>
#include <cstring>

namespace tensordash {
namespace {

std::uint64_t nonzero_lanes(const LaneRow& row) {
  // By bits, sign left out: a NaN is not zero, -0 is.
  std::uint64_t bits = 0;
  for (unsigned lane = 0; lane < row.lanes(); ++lane) {
    std::uint32_t pattern = 0;
    std::memcpy(&pattern, &row[lane], sizeof pattern);
    bits |= std::uint64_t{(pattern << 1U) != 0} << lane;
  }
  return bits;
}

}  // namespace

StagingBuffer::StagingBuffer(sc_core::sc_module_name name,
                             const StagingBufferParameters& parameters)
    : sc_module(name),
      fill("fill", parameters.depth),
      row("row", parameters.depth),
      parameters_(parameters),
      empty_(parameters.lanes) {
  SC_HAS_PROCESS(StagingBuffer);
  SC_METHOD(advance_window);
  sensitive << clk.pos();
  dont_initialize();
}

void StagingBuffer::end_of_elaboration() {
  fill_pins_.look_up(fill);
  row_pins_.look_up(row);
}

void StagingBuffer::advance_window() {
  unsigned drained = 0;
  unsigned entering = 0;
  if (!rst_n.read()) {
    held_ = 0;
    bits_ = WindowBits{};
  } else {
    drained = advance.read();
    if (drained > held_) {
      SC_REPORT_ERROR("/tensordash/pe/staging_buffer", "told to drain more rows than it holds");
      return;
    }
    held_ -= drained;
    if (drained > 0) bits_ = bits_.advanced(drained);
    const FillStatus status = fill_status.read();
    const bool admitted = !status.starts || (turn.read() && held_ == 0);
    if (admitted) entering = std::min<unsigned>(parameters_.depth - held_, status.rows);
  }
  // Signals keep their old values until the edge is over: rows move up straight from output to
  // output.
  for (unsigned step = 0; drained > 0 && step < held_; ++step) {
    row_pins_[step].write(row_pins_[step + drained].read());
  }
  for (unsigned port = 0; port < entering; ++port) {
    const LaneRow& value = fill_pins_[port].read();
    bits_.row[held_] = nonzero_lanes(value);
    row_pins_[held_].write(value);
    ++held_;
  }
  for (unsigned step = held_; step < parameters_.depth; ++step) row_pins_[step].write(empty_);
  nonzero.write(bits_);
  rows.write(held_);
}

}  // namespace tensordash
