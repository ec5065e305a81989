#include "hw/array/ideal_memory.h"

#include <algorithm>
#include <cstring>

namespace tensordash {

IdealMemory::IdealMemory(sc_core::sc_module_name name, const TileParameters& parameters,
                         const Connectivity& table, unsigned tile)
    : sc_module(name),
      advance("advance", parameters.schedulers()),
      total("total", parameters.pes()),
      partial("partial", parameters.pes()),
      b_fill("b_fill", parameters.b_buffers() * table.depth()),
      b_fill_status("b_fill_status", parameters.b_buffers()),
      a_fill("a_fill", parameters.a_buffers() * table.depth()),
      a_fill_status("a_fill_status", parameters.a_buffers()),
      parameters_(parameters),
      lanes_(table.lanes()),
      depth_(table.depth()),
      tile_(tile),
      b_readers_(parameters.b_buffers()),
      a_readers_(parameters.a_buffers()),
      row_(table.lanes()) {
  for (unsigned row = 0; row < parameters_.rows; ++row) {
    for (unsigned column = 0; column < parameters_.columns; ++column) {
      const unsigned scheduler = parameters_.elastic() ? parameters_.scheduler_of(row, column) : 0;
      Reader& b = b_readers_[parameters_.b_buffer_of(row, column)];
      b.scheduler = scheduler;
      b.stream = row;
      Reader& a = a_readers_[parameters_.a_buffer_of(row, column)];
      a.scheduler = scheduler;
      a.stream = column;
    }
  }
  SC_HAS_PROCESS(IdealMemory);
  SC_METHOD(supply);
  sensitive << clk.pos();
  dont_initialize();
  SC_METHOD(show_partial);
  sensitive << result_valid << shifted_;
  dont_initialize();
}

void IdealMemory::end_of_elaboration() {
  b_pins_.look_up(b_fill);
  a_pins_.look_up(a_fill);
}

void IdealMemory::fetch_next_pass() {
  has_next_ = source_ != nullptr && source_->next(tile_, next_);
  if (has_next_ && next_.stream_rows == 0) {
    SC_REPORT_ERROR("/tensordash/array/ideal_memory", "a pass needs at least one stream row");
  }
}

/// The oldest pass has come out of the accumulators.
void IdealMemory::end_pass() {
  if (sums_.oldest() == nullptr) return;
  sums_.end([this] {
    std::vector<Fp32> totals;
    for (const auto& pin : total) totals.push_back(pin->read());
    return totals;
  });
  shifted_.notify(sc_core::SC_ZERO_TIME);
}

void IdealMemory::show_partial() {
  if (result_valid.size() == 0) return;
  const PartialSums::Start start_from = sums_.start(result_valid->read());
  if (!start_from.resumes && !shown_) return;
  shown_ = start_from.resumes;
  for (unsigned pe = 0; pe < partial.size(); ++pe) {
    Fp32 value;
    if (start_from.through) {
      value = total[pe]->read();
    } else if (start_from.kept != nullptr) {
      value = (*start_from.kept)[pe];
    }
    partial[pe]->write(value);
  }
}

void IdealMemory::follow(Reader& reader, bool turned) {
  reader.held -= advance[reader.scheduler].read();
  if (turned) {
    reader.held = reader.offered.rows;
    reader.next = reader.held;
  } else if (!reader.offered.starts) {
    const unsigned entering = std::min<unsigned>(reader.offered.rows, depth_ - reader.held);
    reader.held += entering;
    reader.next += entering;
  }
}

void IdealMemory::offer(Reader& reader, bool side_b, unsigned buffer) {
  const bool of_present = has_present_ && reader.next < present_.stream_rows;
  const Pass& pass_shown = of_present ? present_ : next_;
  const std::uint64_t from = of_present ? reader.next : 0;
  const std::uint64_t available =
      of_present || has_next_ ? pass_shown.stream_rows - from : std::uint64_t{0};
  reader.offered.rows = static_cast<std::uint8_t>(std::min<std::uint64_t>(available, depth_));
  reader.offered.starts = !of_present;
  reader.offered.wanted = reader.offered.rows;
  const auto& fill = side_b ? b_pins_ : a_pins_;
  const float* stream = nullptr;
  if (available > 0) stream = (side_b ? pass_shown.b : pass_shown.a)[reader.stream];
  for (unsigned port = 0; port < depth_; ++port) {
    if (stream != nullptr && port < reader.offered.rows) {
      std::memcpy(row_.data(), stream + (from + port) * lanes_, lanes_ * sizeof(float));
    } else {
      std::memset(row_.data(), 0, lanes_ * sizeof(float));
    }
    fill[buffer * depth_ + port].write(row_);
  }
  (side_b ? b_fill_status : a_fill_status)[buffer].write(reader.offered);
}

void IdealMemory::supply() {
  if (!rst_n.read()) {
    forget();
  } else {
    if (start.read() && (has_present_ || has_next_)) {
      SC_REPORT_ERROR("/tensordash/array/ideal_memory", "started while an operation is running");
      return;
    }
    if (start.read()) fetch_next_pass();
    if (result_valid.size() > 0 && result_valid->read()) end_pass();
    if (quiet_ && !has_next_) return;
    follow_tile();
  }
  for (unsigned index = 0; index < b_readers_.size(); ++index) {
    offer(b_readers_[index], true, index);
  }
  for (unsigned index = 0; index < a_readers_.size(); ++index) {
    offer(a_readers_[index], false, index);
  }
  quiet_ = !has_present_ && !has_next_;
  offering.write(b_readers_.front().offered.rows > 0);
}

void IdealMemory::forget() {
  has_present_ = has_next_ = false;
  sums_.clear();
  shifted_.notify(sc_core::SC_ZERO_TIME);
  for (auto* readers : {&b_readers_, &a_readers_}) {
    for (Reader& reader : *readers) {
      reader.held = 0;
      reader.offered = {};
    }
  }
}

void IdealMemory::follow_tile() {
  const bool turned = turn.read() && (has_present_ || has_next_);
  const bool loaded = turned && b_readers_.front().offered.rows > 0;
  for (Reader& reader : b_readers_) follow(reader, turned);
  for (Reader& reader : a_readers_) follow(reader, turned);
  if (loaded) {
    std::swap(present_, next_);
    has_present_ = true;
    pass.write(present_.id);
    if (result_valid.size() > 0) {
      sums_.begin(present_.sums);
      shifted_.notify(sc_core::SC_ZERO_TIME);
    }
    fetch_next_pass();
  } else if (turned) {
    has_present_ = false;
  }
}

}  // namespace tensordash
