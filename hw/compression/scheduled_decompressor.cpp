#include "hw/compression/scheduled_decompressor.h"

#include <algorithm>

#include "hw/numeric/fp32.h"

namespace tensordash {

PlaceMultiplexers::PlaceMultiplexers(const Connectivity& table)
    : lanes_(table.lanes()),
      depth_(table.depth()),
      options_(static_cast<unsigned>(table.options().size())),
      sources_(std::size_t{depth_} * lanes_) {
  for (unsigned lane = 0; lane < lanes_; ++lane) {
    for (unsigned select = 0; select < table.options().size(); ++select) {
      const WindowPlace place = table.place(lane, select);
      sources_[place.step * lanes_ + place.lane].push_back(
          {static_cast<std::uint8_t>(lane), static_cast<std::uint8_t>(select)});
    }
  }
}

void PlaceMultiplexers::pick(const ScheduledRow& row, Places& places) const {
  places.clash = false;
  places.reached = 0;
  places.unknown_select = false;
  for (unsigned lane = 0; lane < lanes_; ++lane) {
    const bool known = row.selects[lane] < options_ || row.selects[lane] == idle_select;
    places.unknown_select = places.unknown_select || !known;
  }
  for (unsigned step = 0; step < depth_; ++step) {
    places.rows[step] = LaneRow(lanes_);
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      bool taken = false;
      for (const Source& source : sources_[step * lanes_ + lane]) {
        if (row.selects[source.lane] != source.select) continue;
        places.clash = places.clash || taken;
        places.rows[step][lane] = row.values[source.lane];
        taken = true;
      }
      if (taken) places.reached = step + 1;
    }
  }
}

ScheduledDecompressor::ScheduledDecompressor(sc_core::sc_module_name name,
                                             const Connectivity& table)
    : sc_module(name),
      row("row", table.depth()),
      lanes_(table.lanes()),
      depth_(table.depth()),
      multiplexers_(table),
      window_(table.depth(), LaneRow(table.lanes())) {
  SC_HAS_PROCESS(ScheduledDecompressor);
  SC_METHOD(decide_ready);
  sensitive << rows << row_ready;
  SC_METHOD(expand_row);
  sensitive << clk.pos();
  dont_initialize();
}

void ScheduledDecompressor::decide_ready() {
  scheduled_ready.write(rows.read() == 0 || row_ready.read());
}

void ScheduledDecompressor::clear() {
  std::fill(window_.begin(), window_.end(), LaneRow(lanes_));
  for (auto& port : row) port.write(LaneRow(lanes_));
  rows.write(0);
  last.write(false);
}

const char* ScheduledDecompressor::fault() const {
  const unsigned advance = scheduled.read().advance;
  if (advance == 0 || advance > depth_) return "an advance of 0 or beyond the window";
  if (places_.unknown_select) return "a select that is no option";
  if (places_.clash) return "two lanes with one place";
  if (scheduled_last.read() && places_.reached > advance) return "a value beyond the block's end";
  for (unsigned step = 0; step < depth_; ++step) {
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      const bool held = fp32_bits(window_[step][lane]) != 0;
      if (held && fp32_bits(places_.rows[step][lane]) != 0) return "a place that has its value";
      if (held && scheduled_last.read() && step >= advance) return "rows left at the block's end";
    }
  }
  return nullptr;
}

void ScheduledDecompressor::expand_row() {
  if (!rst_n.read()) {
    clear();
    return;
  }
  if (!scheduled_ready.read()) return;
  if (!scheduled_valid.read()) {
    for (auto& port : row) port.write(LaneRow(lanes_));
    rows.write(0);
    last.write(false);
    return;
  }
  const ScheduledRow& entering = scheduled.read();
  multiplexers_.pick(entering, places_);
  if (const char* wrong = fault()) {
    clear();
    SC_REPORT_ERROR("/tensordash/compression/scheduled_decompressor", wrong);
    return;
  }
  for (unsigned step = 0; step < depth_; ++step) {
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      const float value = places_.rows[step][lane];
      if (fp32_bits(value) != 0) window_[step][lane] = value;
    }
  }
  for (unsigned step = 0; step < depth_; ++step) {
    row[step].write(step < entering.advance ? window_[step] : LaneRow(lanes_));
  }
  std::rotate(window_.begin(), window_.begin() + entering.advance, window_.end());
  std::fill(window_.end() - entering.advance, window_.end(), LaneRow(lanes_));
  rows.write(entering.advance);
  last.write(scheduled_last.read());
}

}  // namespace tensordash
