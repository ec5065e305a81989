#include "hw/memory/stream_fetcher.h"

#include <algorithm>

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/memory/fetcher";

}  // namespace

StreamFetcher::StreamFetcher(sc_core::sc_module_name name, const FetcherParameters& parameters)
    : sc_module(name),
      request("request", parameters.ports),
      row("row", parameters.ports),
      fill("fill", parameters.streams * parameters.rows_per_clock),
      parameters_(parameters),
      room_(parameters.scratchpad_rows),
      gatherer_(parameters.streams, parameters.lanes) {
  SC_HAS_PROCESS(StreamFetcher);
  SC_METHOD(act);
  sensitive << clk.pos();
  dont_initialize();
  SC_METHOD(show);
  sensitive << acted_ << landed << request_ready;
  // The SRAM's row pins are registers and change at no other time.
  SC_METHOD(gather);
  sensitive << acted_ << data_valid;
  dont_initialize();
}

void StreamFetcher::end_of_elaboration() {
  request_pins_.look_up(request);
  row_pins_.look_up(row);
  fill_pins_.look_up(fill);
}

void StreamFetcher::act() {
  acted_.notify(sc_core::SC_ZERO_TIME);
  if (!rst_n.read()) {
    has_next_ = false;
    room_ = parameters_.scratchpad_rows;
    release_now_ = release_then_ = 0;
    return;
  }
  if (start.read()) {
    begin();
    return;
  }
  if (data_valid.read()) take_data();
  room_ += shrink.read();
  if (request_valid.read() && request_ready.read()) {
    room_ -= next_.rows;
    release_now_ = release_then_;
    release_then_ = next_.release_before;
    std::swap(reading_, next_);
    to_next_bundle();
  }
}

void StreamFetcher::begin() {
  if (has_next_ || room_ != parameters_.scratchpad_rows) {
    SC_REPORT_ERROR(report_id, "started while an operation is running");
    return;
  }
  if (program_ == nullptr) return;
  release_now_ = release_then_ = program_->begin();
  to_next_bundle();
}

void StreamFetcher::take_data() {
  gatherer_.keep(reading_, rows_read_);
  rows_filled_ += std::uint64_t{reading_.rows} * reading_.streams;
}

void StreamFetcher::to_next_bundle() {
  has_next_ = program_->next(next_);
  if (!has_next_) return;
  const char* fault = fault_of(next_, parameters_.streams, parameters_.rows_per_clock,
                               parameters_.ports, parameters_.lanes);
  if (fault != nullptr) {
    has_next_ = false;
    SC_REPORT_ERROR(report_id, fault);
    return;
  }
  for (unsigned port = 0; port < parameters_.ports; ++port) {
    request_pins_[port].write(port < next_.requests.size() ? next_.requests[port] : RowRequest{});
  }
}

void StreamFetcher::show() {
  const bool ready = request_ready.read();
  const bool there = has_next_ && landed.read() > next_.portion;
  const bool fits = has_next_ && next_.rows <= room_;
  request_valid.write(there && fits);
  awaited.write(has_next_ ? next_.portion : 0);
  release_before.write(ready ? release_then_ : release_now_);
  FetchState shown = FetchState::idle;
  if (!ready && rst_n.read()) {
    shown = FetchState::further;
  } else if (has_next_) {
    shown = FetchState::first;
    if (!fits) shown = FetchState::waits_room;
    if (!there) shown = FetchState::waits_portion;
  }
  state.write(shown);
}

void StreamFetcher::gather() {
  const bool filling = rst_n.read() && data_valid.read();
  fill_count.write(filling ? reading_.rows : 0);
  if (!filling) return;
  rows_read_.clear();
  for (unsigned port = 0; port < reading_.requests.size(); ++port) {
    rows_read_.push_back(&row_pins_[port].read());
  }
  for (unsigned stream = 0; stream < parameters_.streams; ++stream) {
    for (unsigned at = 0; at < reading_.rows; ++at) {
      fill_pins_[stream * parameters_.rows_per_clock + at].write(
          gatherer_.gather(reading_, stream, at, rows_read_));
    }
  }
}

}  // namespace tensordash
