#include "hw/pe/staging_buffer.h"

#include <algorithm>

namespace tensordash {
namespace {

std::uint64_t nonzero_lanes(const LaneRow& row) {
  std::uint64_t bits = 0;
  for (unsigned lane = 0; lane < row.lanes(); ++lane) {
    bits |= static_cast<std::uint64_t>(row[lane] != 0.0F) << lane;
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
      empty_(parameters.lanes),
      window_(parameters.depth, LaneRow(parameters.lanes)) {
  SC_HAS_PROCESS(StagingBuffer);
  SC_METHOD(advance_window);
  sensitive << clk.pos();
  dont_initialize();
}

void StagingBuffer::advance_window() {
  if (!rst_n.read()) {
    held_ = 0;
    bits_ = WindowBits{};
  } else {
    const FillStatus status = fill_status.read();
    const unsigned drained = advance.read();
    if (drained > held_) {
      SC_REPORT_ERROR("/tensordash/pe/staging_buffer", "told to drain more rows than it holds");
      return;
    }
    for (unsigned step = drained; step < held_; ++step) window_[step - drained] = window_[step];
    bits_ = bits_.advanced(drained);
    held_ -= drained;
    if (!status.starts || (turn.read() && held_ == 0)) {
      const unsigned room = parameters_.depth - held_;
      const unsigned entering = std::min<unsigned>(room, status.rows);
      for (unsigned port = 0; port < entering; ++port) {
        window_[held_] = fill[port].read();
        bits_.row[held_] = nonzero_lanes(window_[held_]);
        ++held_;
      }
    }
  }
  for (unsigned step = 0; step < parameters_.depth; ++step) {
    row[step].write(step < held_ ? window_[step] : empty_);
  }
  nonzero.write(bits_);
  rows.write(held_);
}

}  // namespace tensordash
