#include "hw/array/tile_link.h"

namespace tensordash {
namespace {

StallCause cause_of(LoadWait wait) {
  switch (wait) {
    case LoadWait::credit:
      return StallCause::credit;
    case LoadWait::transposer:
      return StallCause::transposer;
    case LoadWait::dram:
      break;
  }
  return StallCause::dram;
}

}  // namespace

TileLink::TileLink(sc_core::sc_module_name name, const TileLinkParameters& parameters)
    : sc_module(name),
      progress("progress", 2),
      awaited("awaited", 2),
      write_valid("write_valid", 2 * parameters.sram_banks),
      write_row("write_row", 2 * parameters.sram_banks),
      write_value("write_value", 2 * parameters.sram_banks),
      portions("portions", 2),
      absence("absence", 2),
      total("total", parameters.pes),
      parameters_(parameters) {
  SC_HAS_PROCESS(TileLink);
  SC_METHOD(write_rows);
  sensitive << landed;
  SC_METHOD(tell);
  for (unsigned side = 0; side < 2; ++side) sensitive << progress[side] << awaited[side];
  SC_METHOD(give_room);
  sensitive << reserved_ << taken;
  SC_METHOD(follow);
  sensitive << clk.pos();
  dont_initialize();
  // Accumulators are stable here, whether or not they changed.
  SC_METHOD(give_result);
  sensitive << clk.neg();
  dont_initialize();
}

void TileLink::write_rows() {
  for (auto& valid : write_valid) valid.write(false);
  for (const LandedRow& row : landed.read().rows()) {
    for (const RowTarget& target : row.targets) {
      if (target.tile != parameters_.tile) continue;
      const unsigned port = row.side * parameters_.sram_banks + row.bank;
      write_valid[port].write(true);
      write_row[port].write(target.address);
      write_value[port].write(row.value);
    }
  }
}

void TileLink::tell() {
  for (unsigned side = 0; side < 2; ++side) {
    const LoadProgress& now = progress[side].read();
    portions[side].write(now.landed);
    absence[side].write(cause_of(now.wait(awaited[side].read())));
  }
}

void TileLink::follow() {
  if (!rst_n.read() || start.read()) {
    finished_.clear();
    reserved_.write(0);
    return;
  }
  if (takes_step(state.read()) && turn.read()) finished_.push_back(pass.read());
  if (result_valid.read() && !finished_.empty()) finished_.pop_front();
  if (reserve.read()) reserved_.write(reserved_.read() + 1);
}

void TileLink::give_room() {
  result_room.write(parameters_.result_room + taken.read() - reserved_.read());
}

void TileLink::give_result() {
  if (!result_valid.read() || finished_.empty()) {
    result.write(PassResult());
    return;
  }
  std::vector<float> values;
  values.reserve(parameters_.pes);
  for (const auto& pin : total) values.push_back(pin.read().value);
  result.write(PassResult(finished_.front(), std::move(values)));
}

}  // namespace tensordash
