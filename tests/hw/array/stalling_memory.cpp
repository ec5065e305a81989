#include "tests/hw/array/stalling_memory.h"

#include <algorithm>
#include <limits>

namespace tensordash {
namespace {

using Rows = std::vector<std::uint64_t>;

bool happens(double likely, std::mt19937& random) {
  return std::bernoulli_distribution(likely)(random);
}

std::uint64_t up_to(unsigned most, std::mt19937& random) {
  return std::uniform_int_distribution<unsigned>(0, most)(random);
}

// One window's rows in one pass, none before `time`, which moves on to the last of them.
Rows arrivals_of_window(std::uint64_t stream_rows, const Delays& delays, std::mt19937& random,
                        std::uint64_t& time) {
  Rows rows;
  time += up_to(delays.first_rows, random);
  for (std::uint64_t row = 0; row < stream_rows; ++row) {
    if (happens(delays.gap, random)) time += 1 + up_to(delays.longest_gap - 1, random);
    if (happens(delays.long_wait, random)) time += 100 + up_to(200, random);
    rows.push_back(time);
  }
  return rows;
}

}  // namespace

std::uint64_t PassArrivals::all_there(std::uint64_t from, std::uint64_t to) const {
  std::uint64_t latest = 0;
  for (const auto* side : {&b, &a}) {
    for (const Rows& window : *side) {
      for (std::uint64_t row = from; row < to; ++row) latest = std::max(latest, window.at(row));
    }
  }
  return latest;
}

TileArrivals random_arrivals(const std::vector<std::uint64_t>& stream_rows,
                             const TileParameters& tile, const Delays& b, const Delays& a,
                             std::mt19937& random) {
  TileArrivals arrivals;
  Rows b_time(tile.rows, 0);
  Rows a_time(tile.columns, 0);
  for (const std::uint64_t rows : stream_rows) {
    PassArrivals pass;
    for (auto& time : b_time) pass.b.push_back(arrivals_of_window(rows, b, random, time));
    for (auto& time : a_time) pass.a.push_back(arrivals_of_window(rows, a, random, time));
    arrivals.push_back(std::move(pass));
  }
  return arrivals;
}

StallingMemory::StallingMemory(sc_core::sc_module_name name, const TileParameters& parameters,
                               const Connectivity& table, unsigned tile)
    : sc_module(name),
      advance("advance", parameters.schedulers()),
      b_fill("b_fill", parameters.b_buffers() * table.depth()),
      b_fill_status("b_fill_status", parameters.b_buffers()),
      a_fill("a_fill", parameters.a_buffers() * table.depth()),
      a_fill_status("a_fill_status", parameters.a_buffers()),
      lanes_(table.lanes()),
      depth_(table.depth()),
      tile_(tile) {
  SC_HAS_PROCESS(StallingMemory);
  SC_METHOD(supply);
  sensitive << clk.pos();
  dont_initialize();
}

void StallingMemory::set_work(PassSource* source, const TileArrivals* arrivals) {
  source_ = source;
  arrivals_ = arrivals;
}

void StallingMemory::supply() {
  ++clock_;
  if (!rst_n.read()) {
    passes_.clear();
    next_pass_ = 0;
    has_present_ = false;
  } else if (start.read()) {
    begin();
  } else {
    follow_tile();
  }
  offer();
}

void StallingMemory::begin() {
  clock_ = 0;
  next_pass_ = 0;
  has_present_ = false;
  passes_.clear();
  Pass next;
  while (source_->next(tile_, next)) passes_.push_back(next);
}

void StallingMemory::enter(std::size_t pass_index, std::uint64_t from, std::uint64_t to) const {
  if (arrivals_->at(pass_index).all_there(from, to) > clock_) {
    SC_REPORT_ERROR("/tensordash/tests/stalling_memory", "rows enter that have not come");
  }
}

void StallingMemory::follow_tile() {
  const unsigned leaving = advance[0].read();
  if (turn.read()) {
    has_present_ = next_pass_ < passes_.size();
    if (!has_present_) return;
    enter(next_pass_, 0, std::min<std::uint64_t>(depth_, passes_[next_pass_].stream_rows));
    first_row_ = 0;
    pass.write(passes_[next_pass_].id);
    ++next_pass_;
  } else if (has_present_ && leaving > 0) {
    const std::uint64_t rows = passes_[next_pass_ - 1].stream_rows;
    enter(next_pass_ - 1, std::min(rows, first_row_ + depth_),
          std::min(rows, first_row_ + depth_ + leaving));
    first_row_ += leaving;
  }
}

void StallingMemory::offer() {
  std::size_t shown = next_pass_;
  std::uint64_t from = 0;
  bool starts = true;
  if (has_present_ && first_row_ + depth_ < passes_[next_pass_ - 1].stream_rows) {
    shown = next_pass_ - 1;
    from = first_row_ + depth_;
    starts = false;
  }
  unsigned wanted = 0;
  if (shown < passes_.size()) {
    wanted =
        static_cast<unsigned>(std::min<std::uint64_t>(depth_, passes_[shown].stream_rows - from));
  }
  offer_side(true, shown, from, wanted, starts);
  offer_side(false, shown, from, wanted, starts);
  offering.write(wanted > 0);
}

void StallingMemory::offer_side(bool side_b, std::size_t pass_index, std::uint64_t from,
                                unsigned wanted, bool starts) {
  auto& fill = side_b ? b_fill : a_fill;
  auto& status = side_b ? b_fill_status : a_fill_status;
  for (unsigned window = 0; window < status.size(); ++window) {
    unsigned there = 0;
    if (wanted > 0) {
      const PassArrivals& arrivals = arrivals_->at(pass_index);
      const Rows& times = (side_b ? arrivals.b : arrivals.a).at(window);
      // What is written here stands on the ports at the next edge.
      while (there < wanted && times.at(from + there) <= clock_ + 1) ++there;
    }
    for (unsigned port = 0; port < depth_; ++port) {
      LaneRow row(lanes_);
      const bool come = port < there;
      const float* stream = nullptr;
      if (come) stream = (side_b ? passes_[pass_index].b : passes_[pass_index].a)[window];
      for (unsigned lane = 0; lane < lanes_; ++lane) {
        if (!come) row[lane] = std::numeric_limits<float>::quiet_NaN();
        if (stream != nullptr) row[lane] = stream[(from + port) * lanes_ + lane];
      }
      fill[window * depth_ + port].write(row);
    }
    status[window].write(
        {static_cast<std::uint8_t>(there), starts, static_cast<std::uint8_t>(wanted)});
  }
}

}  // namespace tensordash
