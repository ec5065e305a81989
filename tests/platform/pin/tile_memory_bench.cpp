#include "tests/platform/pin/tile_memory_bench.h"

#include <algorithm>

namespace tensordash {
namespace {

TileMemoryParameters shape_of(const MemoryCase& the_case) {
  const MemoryParameters& from = the_case.parameters;
  TileMemoryParameters shape;
  shape.lanes = from.lanes;
  shape.rows = the_case.the_case.geometry.rows;
  shape.columns = the_case.the_case.geometry.columns;
  shape.depth = the_case.depth;
  shape.schedulers = shape.rows;
  shape.sram_banks = from.sram_banks;
  shape.sram_bank_rows = from.bank_rows();
  shape.sram_rows_per_clock = from.sram_rows_per_clock;
  shape.rows_gathered = from.lanes;
  shape.scratchpad_banks = from.scratchpad_banks;
  shape.scratchpad_bank_rows = from.scratchpad_rows() / from.scratchpad_banks;
  return shape;
}

}  // namespace

TileMemoryBench::TileMemoryBench(MemoryCase& the_case, TileKind kind)
    : case_(the_case),
      shape_(shape_of(the_case)),
      advance_("advance", shape_.schedulers),
      write_valid_("write_valid", 2 * shape_.sram_banks),
      write_row_("write_row", 2 * shape_.sram_banks),
      write_value_("write_value", 2 * shape_.sram_banks, signals_of<LaneRow>(shape_.lanes)),
      b_fill_("b_fill", shape_.rows * shape_.depth, signals_of<LaneRow>(shape_.lanes)),
      a_fill_("a_fill", shape_.columns * shape_.depth, signals_of<LaneRow>(shape_.lanes)),
      b_status_("b_status", shape_.rows),
      a_status_("a_status", shape_.columns),
      memory_("memory", shape_),
      table_(Connectivity::named("paper", shape_.lanes, shape_.depth)),
      plan_(the_case.memory()),
      addresses_{SramAddresses(Side::b, the_case.tile, the_case.b, *the_case.portions,
                               the_case.parameters),
                 SramAddresses(Side::a, the_case.tile, the_case.a, *the_case.portions,
                               the_case.parameters)},
      fetch_b_(plan_, Side::b, the_case.tile),
      fetch_a_(plan_, Side::a, the_case.tile),
      passes_(plan_, the_case.tile) {
  memory_.clk(clk);
  memory_.rst_n(rst_n);
  memory_.start(start_);
  memory_.write_valid(write_valid_);
  memory_.write_row(write_row_);
  memory_.write_value(write_value_);
  memory_.landed(landed_);
  memory_.release_before(release_before_);
  memory_.awaited(awaited_);
  memory_.absence(absence_);
  memory_.result_room(result_room_);
  memory_.reserve(reserve_);
  memory_.advance(advance_);
  memory_.turn(turn_);
  memory_.space(space_);
  memory_.b_fill(b_fill_);
  memory_.b_fill_status(b_status_);
  memory_.a_fill(a_fill_);
  memory_.a_fill_status(a_status_);
  memory_.pass(pass_);
  memory_.offering(offering_);
  memory_.stalled(stalled_);
  memory_.stall_cause(stall_cause_);
  memory_.set_programs(&fetch_b_, &fetch_a_, &passes_);
  if (kind == TileKind::real) build_tile();
  rst_n.write(false);
  tick();
  rst_n.write(true);
  settle();
}

void TileMemoryBench::build_tile() {
  TileParameters parameters;
  parameters.rows = shape_.rows;
  parameters.columns = shape_.columns;
  select_.init(parameters.schedulers(), signals_of<LaneSelects>(shape_.lanes));
  total_.init(parameters.pes());
  tile_ = std::make_unique<Tile>("tile", parameters, table_);
  tile_->clk(clk);
  tile_->rst_n(rst_n);
  tile_->bypass(bypass_);
  tile_->b_fill(b_fill_);
  tile_->b_fill_status(b_status_);
  tile_->a_fill(a_fill_);
  tile_->a_fill_status(a_status_);
  tile_->advance(advance_);
  tile_->turn(turn_);
  tile_->space(space_);
  tile_->state(state_);
  tile_->select(select_);
  tile_->result_valid(result_valid_);
  tile_->total(total_);
}

MemoryRun TileMemoryBench::run(unsigned leisure) {
  MemoryRun run(LandingLog(plan_.portions.count(Side::b), plan_.portions.count(Side::a),
                           {case_.b.transposed(), case_.a.transposed()}));
  for (Edge from = 0; from < 20000;) {
    from += 1 + random(60);
    const Edge until = from + 1 + random(60);
    run.landings.blocked(from);
    run.landings.unblocked(until);
    from = until;
  }
  const TileMemoryCounters before = memory_.counters();
  ScriptedTile tile(case_);
  loads_ = {};
  results_.clear();
  room_ = case_.result_room;
  result_room_.write(room_);
  for (auto& pin : landed_) pin.write(0);
  start_.write(true);
  unsigned quiet = 0;  // clocks in which the tile has nothing left to do
  for (edge_ = 0; edge_ < 100000 && quiet < 8;) {
    stand_still(tile, run);
    look(tile, run);
    const bool taking = reserve_.read();
    tick();
    start_.write(false);
    if (taking) --room_;
    for (const Side side : both_sides) load(side, run, leisure);
    take_results(run, leisure);
    ++edge_;
    if (HasFatalFailure()) break;
    if (tile.done()) ++quiet;
  }
  EXPECT_LT(edge_, 100000U) << "the tile waits for ever";
  run.steps = tile.steps();
  run.paces = tile.paces();
  run.counted = memory_.counters();
  for (std::size_t side = 0; side < 2; ++side) {
    run.counted.sram_reads[side] -= before.sram_reads[side];
    run.counted.bank_conflicts[side] -= before.bank_conflicts[side];
  }
  run.counted.scratchpad_reads -= before.scratchpad_reads;
  run.counted.scratchpad_writes -= before.scratchpad_writes;
  for (std::size_t cause = 0; cause < stall_causes; ++cause) {
    run.counted.stalls[cause] -= before.stalls[cause];
  }
  return run;
}

/// All that is combinational, until nothing changes any more.
void TileMemoryBench::stand_still(ScriptedTile& tile, MemoryRun& run) {
  settle();
  for (unsigned round = 0; round < 4; ++round) {
    if (tile_ != nullptr) {
      tile.follow(space_.read());
    } else {
      const FillStatus offered = b_status_[0].read();
      const bool stalls = tile.stalls(offered);
      space_.write(tile.space());
      for (auto& pin : advance_) pin.write(stalls ? 0 : tile.leaving());
      turn_.write(!stalls && tile.would_turn(offered));
    }
    for (const Side side : both_sides) {
      const auto at = static_cast<std::size_t>(side);
      if (plan_.portions.count(side) == 0) continue;
      absence_[at].write(
          run.landings.reason(side, awaited_[at].read(), edge_ == 0 ? 0 : edge_ - 1).cause);
    }
    settle();
  }
}

void TileMemoryBench::look(ScriptedTile& tile, MemoryRun& run) {
  for (std::size_t side = 0; side < 2; ++side) {
    auto& releases = run.releases[side];
    const unsigned before = release_before_[side].read();
    const unsigned last = releases.empty() ? 0 : releases.back().before;
    if (edge_ > 0 && before != last) releases.push_back({edge_ - 1, before});
    loads_[side].released = edge_ > 0 ? before : 0;
  }
  if (edge_ == 0) return;
  const FillStatus offered = b_status_[0].read();
  for (const auto* statuses : {&b_status_, &a_status_}) {
    for (const auto& status : *statuses) EXPECT_EQ(status.read(), offered);
  }
  const bool stalls = tile.stalls(offered);
  EXPECT_EQ(stalled_.read(), stalls) << "edge " << edge_;
  EXPECT_EQ(offering_.read(), offered.wanted > 0);
  if (tile_ != nullptr) {
    EXPECT_EQ(state_.read() == TileState::stalled, stalls) << "edge " << edge_;
  }
  if (tile.has_pass()) {
    EXPECT_EQ(pass_.read(), tile.pass());
  }
  if (stalls || tile.done()) return;
  const unsigned rows = tile.entering(offered);
  ASSERT_GE(offered.rows, rows);
  expect_entering(tile, rows);
  if (tile.move(offered)) run.pass_ends.push_back(edge_);
  run.edges.push_back(edge_);
}

void TileMemoryBench::expect_entering(const ScriptedTile& tile, unsigned rows) {
  const FillStatus offered = b_status_[0].read();
  if (rows == 0) return;
  const std::uint64_t pass = tile.pass_entering(offered);
  const std::uint64_t from = tile.row_entering(offered);
  const PassPlace place = case_.plan.pass(pass);
  const auto K = static_cast<std::uint64_t>(place.segment->K);
  for (const Side side : both_sides) {
    const auto& fill = side == Side::b ? b_fill_ : a_fill_;
    const auto& streams = case_.streams(side, case_.segment_of(pass));
    const unsigned existing = side == Side::b ? place.rows : place.columns;
    const auto first = static_cast<std::uint64_t>(side == Side::b ? place.first_i : place.first_j);
    const unsigned windows = side == Side::b ? shape_.rows : shape_.columns;
    for (unsigned window = 0; window < windows; ++window) {
      for (unsigned row = 0; row < rows; ++row) {
        LaneRow expected(shape_.lanes);
        if (window < existing) {
          std::copy_n(&streams[((first + window) * K + from + row) * shape_.lanes], shape_.lanes,
                      expected.data());
        }
        ASSERT_EQ(fill[window * shape_.depth + row].read(), expected)
            << "edge " << edge_ << ", pass " << pass << ", side " << static_cast<int>(side)
            << ", window " << window << ", stream row " << from + row;
      }
    }
  }
}

bool TileMemoryBench::has_room(Side side) const {
  const Loads& loads = loads_[static_cast<std::size_t>(side)];
  std::uint64_t charged = 0;
  for (std::uint32_t portion = std::min(loads.released, loads.next); portion <= loads.next;
       ++portion) {
    charged += plan_.portions.charge(side, portion, case_.tile);
  }
  return charged <= case_.parameters.bank_rows();
}

/// At edge `edge_`: the portion under way lands, or the next one begins.
void TileMemoryBench::load(Side side, MemoryRun& run, unsigned leisure) {
  Loads& loads = loads_[static_cast<std::size_t>(side)];
  if (loads.busy && loads.landed == edge_) {
    loads.busy = false;
    ++loads.next;
  }
  const std::uint32_t count = plan_.portions.count(side);
  while (!loads.busy && loads.next < count && has_room(side)) {
    if (plan_.portions.charge(side, loads.next, case_.tile) > 0) {
      begin_load(side, run, leisure);
      break;
    }
    // Nothing for this tile: it is there at once.
    run.landings.land(side, loads.next++, edge_ + 1, edge_ + 1, edge_);
  }
  landed_[static_cast<std::size_t>(side)].write(loads.next);
  write_rows(side);
}

void TileMemoryBench::begin_load(Side side, MemoryRun& run, unsigned leisure) {
  Loads& loads = loads_[static_cast<std::size_t>(side)];
  loads.busy = true;
  loads.rows.assign(shape_.sram_banks, {});
  std::size_t clocks = 1;
  for (const auto& place : addresses_[static_cast<std::size_t>(side)].places(loads.next)) {
    auto& rows = loads.rows[place.address.bank];
    rows.push_back(place);
    clocks = std::max(clocks, rows.size());
  }
  const Edge issued = edge_ + 1 + random(leisure);
  const Edge data = issued + random(leisure);
  const bool transposed = case_.operand(side).transposed();
  loads.landed = std::max(data + (transposed ? random(leisure) : 0), edge_ + clocks);
  run.landings.land(side, loads.next, issued, data, loads.landed);
}

/// What is written at the next edge: the last row of a bank as late as it can be.
void TileMemoryBench::write_rows(Side side) {
  Loads& loads = loads_[static_cast<std::size_t>(side)];
  for (unsigned bank = 0; bank < shape_.sram_banks; ++bank) {
    const unsigned port = static_cast<unsigned>(side) * shape_.sram_banks + bank;
    const bool writes =
        loads.busy && !loads.rows[bank].empty() && edge_ + loads.rows[bank].size() >= loads.landed;
    write_valid_[port].write(writes);
    if (!writes) continue;
    const auto place = loads.rows[bank].front();
    loads.rows[bank].pop_front();
    write_row_[port].write(place.address.row);
    write_value_[port].write(case_.row_value(side, loads.next, place.row));
  }
}

/// At edge `edge_`: results leave CM; those of the passes that have ended are given their time.
void TileMemoryBench::take_results(MemoryRun& run, unsigned leisure) {
  while (run.results_taken.size() + results_.size() < run.pass_ends.size()) {
    const Edge stands =
        run.pass_ends[run.results_taken.size() + results_.size()] + TileTimeline::result_latency;
    Edge leaves = stands + 1 + random(leisure);
    if (!results_.empty()) leaves = std::max(leaves, results_.back());
    results_.push_back(leaves);
  }
  while (!results_.empty() && results_.front() <= edge_) {
    run.results_taken.push_back(edge_);
    results_.pop_front();
    ++room_;
  }
  result_room_.write(room_);
}

}  // namespace tensordash
