#include "hw/compression/zero_decompressor.h"

#include <algorithm>

#include "hw/compression/group_rows.h"

namespace tensordash {

ZeroDecompressor::ZeroDecompressor(sc_core::sc_module_name name,
                                   const ZeroCodecParameters& parameters)
    : sc_module(name), row("row", parameters.rows_per_clock), parameters_(parameters) {
  SC_HAS_PROCESS(ZeroDecompressor);
  SC_METHOD(decide_ready);
  sensitive << exhausted_ << rows << row_ready;
  SC_METHOD(move_rows);
  sensitive << clk.pos();
  dont_initialize();
}

void ZeroDecompressor::decide_ready() {
  group_ready.write(exhausted_.read() && (rows.read() == 0 || row_ready.read()));
}

void ZeroDecompressor::load() {
  const GroupTransfer& taken = group.read();
  shown_ = 0;
  decoded_.clear();
  if (taken.bytes == nullptr) {
    SC_REPORT_ERROR("/tensordash/compression/zero_decompressor", "a valid group without bytes");
    return;
  }
  try {
    std::vector<std::uint8_t> values;
    decode_group(taken.bytes->data(), taken.bytes->size(), taken.entry, taken.count,
                 parameters_.value_bytes, values);
    decoded_ = rows_of_values(values, parameters_.value_bytes, parameters_.lanes);
  } catch (const std::exception& error) {
    SC_REPORT_ERROR("/tensordash/compression/zero_decompressor", error.what());
  }
}

void ZeroDecompressor::move_rows() {
  if (!rst_n.read()) {
    decoded_.clear();
    shown_ = 0;
  } else {
    if (rows.read() > 0 && !row_ready.read()) return;
    if (shown_ == decoded_.size() && group_valid.read()) load();
  }
  const auto showing = static_cast<unsigned>(
      std::min<std::size_t>(parameters_.rows_per_clock, decoded_.size() - shown_));
  for (unsigned port = 0; port < row.size(); ++port) {
    row[port].write(port < showing ? decoded_[shown_ + port] : LaneRow(parameters_.lanes));
  }
  shown_ += showing;
  rows.write(showing);
  exhausted_.write(shown_ == decoded_.size());
}

}  // namespace tensordash
