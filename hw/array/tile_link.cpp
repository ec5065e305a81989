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
      partial("partial", parameters.pes),
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
  SC_METHOD(show_partial);
  sensitive << result_valid << shifted_;
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
    passes_.clear();
    sums_.clear();
    ended_ = true;
    partial_writes_ = partial_reads_ = 0;
    reserved_.write(0);
    shifted_.notify(sc_core::SC_ZERO_TIME);
    return;
  }
  if (result_valid.read()) end_pass();
  if (takes_step(state.read())) {
    if (ended_) {
      const PassSums sums = program_ == nullptr ? PassSums() : program_->sums(pass.read());
      if (sums.resumes) ++partial_reads_;
      passes_.push_back(pass.read());
      sums_.begin(sums);
      shifted_.notify(sc_core::SC_ZERO_TIME);
    }
    ended_ = turn.read();
  }
  if (reserve.read()) reserved_.write(reserved_.read() + 1);
}

/// The oldest pass has come out of the accumulators.
void TileLink::end_pass() {
  if (passes_.empty()) return;
  passes_.pop_front();
  if (sums_.oldest()->leaves) ++partial_writes_;
  sums_.end([this] {
    std::vector<Fp32> totals;
    for (const auto& pin : total) totals.push_back(pin.read());
    return totals;
  });
  shifted_.notify(sc_core::SC_ZERO_TIME);
}

void TileLink::show_partial() {
  const PartialSums::Start start_from = sums_.start(result_valid.read());
  if (!start_from.resumes && !shown_) return;
  shown_ = start_from.resumes;
  for (unsigned pe = 0; pe < parameters_.pes; ++pe) {
    Fp32 value;
    if (start_from.through) {
      value = total[pe].read();
    } else if (start_from.kept != nullptr) {
      value = (*start_from.kept)[pe];
    }
    partial[pe].write(value);
  }
}

void TileLink::give_room() {
  result_room.write(parameters_.result_room + taken.read() - reserved_.read());
}

void TileLink::give_result() {
  if (!result_valid.read() || passes_.empty() || sums_.oldest()->leaves) {
    result.write(PassResult());
    return;
  }
  std::vector<float> values;
  values.reserve(parameters_.pes);
  for (const auto& pin : total) values.push_back(pin.read().value);
  result.write(PassResult(passes_.front(), std::move(values)));
}

}  // namespace tensordash
