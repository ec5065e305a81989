#include "hw/memory/stream_feed.h"

#include <algorithm>

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/memory/feed";

}  // namespace

StreamFeed::StreamFeed(sc_core::sc_module_name name, const FeedParameters& parameters)
    : sc_module(name),
      advance("advance", parameters.schedulers),
      held("held", 2),
      incoming("incoming", 2),
      read_offset("read_offset", 2),
      shrink("shrink", 2),
      b_read_rows("b_read_rows", parameters.rows),
      a_read_rows("a_read_rows", parameters.columns),
      b_row("b_row", parameters.rows * parameters.banks),
      a_row("a_row", parameters.columns * parameters.banks),
      b_fill("b_fill", parameters.rows * parameters.depth),
      a_fill("a_fill", parameters.columns * parameters.depth),
      b_fill_status("b_fill_status", parameters.rows),
      a_fill_status("a_fill_status", parameters.columns),
      parameters_(parameters),
      empty_(parameters.lanes) {
  sides_[0].streams = parameters.rows;
  sides_[1].streams = parameters.columns;
  for (SidePins& side : sides_) {
    side.latches.assign(std::size_t{side.streams} * parameters.depth, empty_);
  }
  SC_HAS_PROCESS(StreamFeed);
  SC_METHOD(act);
  sensitive << clk.pos();
  dont_initialize();
  SC_METHOD(offer);
  sensitive << acted_ << turn << space << result_room;
  // In lockstep all schedulers' windows advance alike.
  sensitive << advance[0];
  for (std::size_t side = 0; side < 2; ++side) sensitive << held[side] << incoming[side];
  SC_METHOD(forward_rows);
  sensitive << acted_;
  for (auto& pin : b_row) sensitive << pin;
  for (auto& pin : a_row) sensitive << pin;
}

void StreamFeed::end_of_elaboration() {
  sides_[0].row.look_up(b_row);
  sides_[0].fill.look_up(b_fill);
  sides_[0].read_rows.look_up(b_read_rows);
  sides_[0].fill_status.look_up(b_fill_status);
  sides_[1].row.look_up(a_row);
  sides_[1].fill.look_up(a_fill);
  sides_[1].read_rows.look_up(a_read_rows);
  sides_[1].fill_status.look_up(a_fill_status);
}

void StreamFeed::act() {
  acted_.notify(sc_core::SC_ZERO_TIME);
  if (!rst_n.read()) {
    has_present_ = has_next_ = false;
    latched_ = 0;
    for (SidePins& side : sides_) side.left = 0;
  } else if (start.read()) {
    begin();
  } else if (has_present_ || has_next_) {
    follow_tile();
  }
}

void StreamFeed::begin() {
  if (has_present_ || has_next_) {
    SC_REPORT_ERROR(report_id, "started while an operation is running");
    return;
  }
  for (SidePins& side : sides_) side.left = 0;
  if (program_ == nullptr) return;
  program_->begin();
  next_pass();
}

void StreamFeed::next_pass() {
  has_next_ = program_->next(next_);
  if (has_next_ && next_.stream_rows == 0) {
    has_next_ = false;
    SC_REPORT_ERROR(report_id, "a pass needs at least one stream row");
  }
}

/// The rows that the tile takes next: of the present pass while it has any left outside.
FeedOffer StreamFeed::present_offer() const {
  FeedOffer offer;
  offer.starts = !has_present_ || entered_ == present_.stream_rows;
  if (!offer.starts || has_next_) {
    const std::uint64_t left = pass_of(offer).stream_rows - (offer.starts ? 0 : entered_);
    offer.wanted = static_cast<unsigned>(std::min<std::uint64_t>(parameters_.depth, left));
  }
  if (!offer.starts || space.read() == parameters_.depth) {
    offer.entering = std::min(space.read(), offer.wanted);
  }
  offer.latched = std::min(latched_, offer.entering);
  offer.wait = wait_for(offer);
  if (offer.wait == FeedWait::nothing || offer.wait == FeedWait::banks) {
    offer.reading = std::min(parameters_.banks, offer.entering - offer.latched);
  }
  return offer;
}

FeedWait StreamFeed::wait_for(const FeedOffer& offer) const {
  if (offer.entering == 0) return FeedWait::nothing;
  if (offer.starts && !pass_of(offer).resumes && result_room.read() == 0) return FeedWait::result;
  const MemoryPass& reads = pass_of(offer);
  for (std::size_t side = 0; side < 2; ++side) {
    const std::uint64_t needed =
        reads.streams[side].first_row + (offer.starts ? 0 : entered_) + offer.entering;
    const std::uint64_t there = sides_[side].left + held[side].read();
    if (there >= needed) continue;
    if (there + incoming[side].read() >= needed) return FeedWait::on_the_way;
    return side == 0 ? FeedWait::side_b : FeedWait::side_a;
  }
  return offer.entering - offer.latched > parameters_.banks ? FeedWait::banks : FeedWait::nothing;
}

void StreamFeed::follow_tile() {
  const FeedOffer offer = present_offer();
  if (!moves()) {
    if (offer.wait == FeedWait::banks) latch_rows();
    return;
  }
  latched_ = 0;
  for (std::size_t side = 0; side < 2; ++side) sides_[side].left += leaving(side, offer);
  if (!turn.read()) {
    entered_ += offer.entering;
  } else {
    has_present_ = has_next_;
    if (!has_next_) return;
    present_ = next_;
    entered_ = offer.entering;
    pass.write(present_.id);
    next_pass();
  }
}

void StreamFeed::latch_rows() {
  for (SidePins& side : sides_) {
    for (unsigned stream = 0; stream < side.streams; ++stream) {
      for (unsigned bank = 0; bank < parameters_.banks; ++bank) {
        side.latches[stream * parameters_.depth + latched_ + bank] =
            side.row[stream * parameters_.banks + bank].read();
      }
    }
  }
  latched_ += parameters_.banks;
}

unsigned StreamFeed::leaving(std::size_t side, const FeedOffer& offer) const {
  const MemoryPass& reads = pass_of(offer);
  const PassStreams& streams = reads.streams[side];
  const bool ends = (offer.starts ? 0 : entered_) + offer.entering == reads.stream_rows;
  return (streams.leave ? offer.entering : 0) +
         (ends && offer.entering > 0 ? static_cast<unsigned>(streams.leave_after) : 0);
}

void StreamFeed::offer() {
  const FeedOffer offer = present_offer();
  const bool enters = moves() && offer.entering > 0;
  const FillStatus status(
      static_cast<std::uint8_t>(offer.reading == 0 ? 0 : offer.latched + offer.reading),
      offer.starts, static_cast<std::uint8_t>(offer.wanted));
  for (std::size_t at = 0; at < 2; ++at) {
    const SidePins& side = sides_[at];
    const PassStreams& streams = pass_of(offer).streams[at];
    const std::uint64_t first = streams.first_row + (offer.starts ? 0 : entered_) + offer.latched;
    read_offset[at].write(offer.reading == 0 ? 0 : static_cast<unsigned>(first - side.left));
    shrink[at].write(enters ? leaving(at, offer) : 0);
    for (unsigned stream = 0; stream < side.streams; ++stream) {
      side.read_rows[stream].write(stream < streams.streams ? offer.reading : 0);
      side.fill_status[stream].write(status);
    }
  }
  reserve.write(enters && offer.starts && !pass_of(offer).resumes);
  offering.write(offer.wanted > 0);
  wait.write(offer.wait);
}

void StreamFeed::forward_rows() {
  for (const SidePins& side : sides_) {
    for (unsigned stream = 0; stream < side.streams; ++stream) {
      for (unsigned port = 0; port < parameters_.depth; ++port) {
        const unsigned place = stream * parameters_.depth + port;
        if (port < latched_) {
          side.fill[place].write(side.latches[place]);
        } else if (port - latched_ < parameters_.banks) {
          side.fill[place].write(side.row[stream * parameters_.banks + port - latched_].read());
        } else {
          side.fill[place].write(empty_);
        }
      }
    }
  }
}

}  // namespace tensordash
