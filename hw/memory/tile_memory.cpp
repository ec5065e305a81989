#include "hw/memory/tile_memory.h"

#include <fmt/format.h>

namespace tensordash {
namespace {

auto rows_of(unsigned lanes) {
  return [lanes](const char* name, std::size_t) { return new Wire<LaneRow>(name, LaneRow(lanes)); };
}

std::string named(unsigned side, const char* name) {
  return fmt::format("{}_{}", side == 0 ? 'b' : 'a', name);
}

FeedParameters feed_of(const TileMemoryParameters& parameters) {
  return {parameters.lanes,
          parameters.rows,
          parameters.columns,
          parameters.depth,
          parameters.scratchpad_banks,
          parameters.schedulers};
}

FetcherParameters fetcher_of(const TileMemoryParameters& parameters, unsigned streams) {
  return {parameters.lanes, streams, parameters.sram_rows_per_clock,
          streams * parameters.sram_rows_per_clock * parameters.rows_gathered,
          parameters.scratchpad_banks * parameters.scratchpad_bank_rows};
}

}  // namespace

/// A side's blocks with the wires between them.
struct TileMemory::SideBlocks {
  SideBlocks(unsigned side, const TileMemoryParameters& parameters, unsigned stream_count)
      : streams(stream_count),
        shape(fetcher_of(parameters, stream_count)),
        request(named(side, "request").c_str(), shape.ports),
        sram_row(named(side, "sram_row").c_str()),
        fill(named(side, "pad_fill").c_str()),
        pad_row(named(side, "pad_row").c_str()),
        read_rows(named(side, "read_rows").c_str(), stream_count),
        held(named(side, "held").c_str(), stream_count),
        room(named(side, "room").c_str(), stream_count),
        available(named(side, "available").c_str(), stream_count),
        sram(named(side, "sram").c_str(),
             {parameters.lanes, parameters.sram_banks, parameters.sram_bank_rows,
              parameters.sram_rows_per_clock, shape.ports}),
        fetcher(named(side, "fetcher").c_str(), shape) {
    sram_row.init(shape.ports, rows_of(parameters.lanes));
    fill.init(streams * shape.rows_per_clock, rows_of(parameters.lanes));
    pad_row.init(streams * parameters.scratchpad_banks, rows_of(parameters.lanes));
    for (unsigned stream = 0; stream < streams; ++stream) {
      pads.push_back(std::make_unique<Scratchpad>(
          named(side, fmt::format("pad_{}", stream).c_str()).c_str(),
          ScratchpadParameters{parameters.lanes, parameters.scratchpad_banks,
                               parameters.scratchpad_bank_rows, shape.rows_per_clock}));
    }
  }

  unsigned streams;
  FetcherParameters shape;
  Wire<bool> request_valid, request_ready, data_valid;
  sc_core::sc_vector<Wire<RowRequest>> request;
  sc_core::sc_vector<Wire<LaneRow>> sram_row, fill, pad_row;
  Wire<unsigned> fill_count, shrink, read_offset;
  sc_core::sc_vector<Wire<unsigned>> read_rows, held, room, available;  // [stream]
  Wire<FetchState> state;
  BankedSram sram;
  StreamFetcher fetcher;
  std::vector<std::unique_ptr<Scratchpad>> pads;
};

TileMemory::TileMemory(sc_core::sc_module_name name, const TileMemoryParameters& parameters)
    : sc_module(name),
      write_valid("write_valid", 2 * parameters.sram_banks),
      write_row("write_row", 2 * parameters.sram_banks),
      write_value("write_value", 2 * parameters.sram_banks),
      landed("landed", 2),
      release_before("release_before", 2),
      awaited("awaited", 2),
      absence("absence", 2),
      advance("advance", parameters.schedulers),
      b_fill("b_fill", parameters.rows * parameters.depth),
      b_fill_status("b_fill_status", parameters.rows),
      a_fill("a_fill", parameters.columns * parameters.depth),
      a_fill_status("a_fill_status", parameters.columns),
      parameters_(parameters),
      feed_("feed", feed_of(parameters)) {
  build_side(0);
  build_side(1);
  connect_feed();
  SC_HAS_PROCESS(TileMemory);
  SC_METHOD(attribute);
  sensitive << wait_ << absence[0] << absence[1] << sides_[0]->state << sides_[1]->state;
  SC_METHOD(count);
  sensitive << clk.pos();
  dont_initialize();
}

TileMemory::~TileMemory() {
  sides_[1].reset();
  sides_[0].reset();
}

void TileMemory::build_side(unsigned side) {
  sides_[side] = std::make_unique<SideBlocks>(side, parameters_,
                                              side == 0 ? parameters_.rows : parameters_.columns);
  SideBlocks& blocks = *sides_[side];
  BankedSram& sram = blocks.sram;
  sram.clk(clk);
  sram.rst_n(rst_n);
  sram.request_valid(blocks.request_valid);
  sram.request(blocks.request);
  sram.request_ready(blocks.request_ready);
  sram.data_valid(blocks.data_valid);
  sram.row(blocks.sram_row);
  for (unsigned bank = 0; bank < parameters_.sram_banks; ++bank) {
    const unsigned port = side * parameters_.sram_banks + bank;
    sram.write_valid[bank](write_valid[port]);
    sram.write_row[bank](write_row[port]);
    sram.write_value[bank](write_value[port]);
  }

  StreamFetcher& fetcher = blocks.fetcher;
  fetcher.clk(clk);
  fetcher.rst_n(rst_n);
  fetcher.start(start);
  fetcher.landed(landed[side]);
  fetcher.request_valid(blocks.request_valid);
  fetcher.request(blocks.request);
  fetcher.request_ready(blocks.request_ready);
  fetcher.data_valid(blocks.data_valid);
  fetcher.row(blocks.sram_row);
  fetcher.fill(blocks.fill);
  fetcher.fill_count(blocks.fill_count);
  fetcher.shrink(blocks.shrink);
  fetcher.release_before(release_before[side]);
  fetcher.awaited(awaited[side]);
  fetcher.state(blocks.state);

  for (unsigned stream = 0; stream < blocks.streams; ++stream) {
    Scratchpad& pad = *blocks.pads[stream];
    pad.clk(clk);
    pad.rst_n(rst_n);
    for (unsigned row = 0; row < blocks.shape.rows_per_clock; ++row) {
      pad.fill[row](blocks.fill[stream * blocks.shape.rows_per_clock + row]);
    }
    pad.fill_count(blocks.fill_count);
    pad.room(blocks.room[stream]);
    pad.read_offset(blocks.read_offset);
    pad.read_rows(blocks.read_rows[stream]);
    for (unsigned bank = 0; bank < parameters_.scratchpad_banks; ++bank) {
      pad.row[bank](blocks.pad_row[stream * parameters_.scratchpad_banks + bank]);
    }
    pad.available(blocks.available[stream]);
    pad.shrink(blocks.shrink);
    pad.held(blocks.held[stream]);
  }
}

void TileMemory::connect_feed() {
  feed_.clk(clk);
  feed_.rst_n(rst_n);
  feed_.start(start);
  feed_.advance(advance);
  feed_.turn(turn);
  feed_.space(space);
  feed_.result_room(result_room);
  feed_.reserve(reserve);
  for (unsigned side = 0; side < 2; ++side) {
    SideBlocks& blocks = *sides_[side];
    feed_.held[side](blocks.held[0]);  // all are filled alike
    feed_.incoming[side](blocks.fill_count);
    feed_.read_offset[side](blocks.read_offset);
    feed_.shrink[side](blocks.shrink);
  }
  feed_.b_read_rows(sides_[0]->read_rows);
  feed_.a_read_rows(sides_[1]->read_rows);
  feed_.b_row(sides_[0]->pad_row);
  feed_.a_row(sides_[1]->pad_row);
  feed_.b_fill(b_fill);
  feed_.a_fill(a_fill);
  feed_.b_fill_status(b_fill_status);
  feed_.a_fill_status(a_fill_status);
  feed_.pass(pass);
  feed_.offering(offering);
  feed_.wait(wait_);
}

void TileMemory::set_programs(FetchProgram* b, FetchProgram* a, PassProgram* passes) {
  sides_[0]->fetcher.set_program(b);
  sides_[1]->fetcher.set_program(a);
  feed_.set_program(passes);
}

void TileMemory::attribute() {
  const FeedWait waits = wait_.read();
  stalled.write(waits != FeedWait::nothing);
  if (waits == FeedWait::nothing) return;
  stall_cause.write(cause_of(waits, sides_[0]->state.read(), sides_[1]->state.read(),
                             absence[0].read(), absence[1].read()));
}

void TileMemory::count() {
  if (rst_n.read() && stalled.read()) ++stalls_[static_cast<std::size_t>(stall_cause.read())];
}

TileMemoryCounters TileMemory::counters() const {
  TileMemoryCounters counted;
  for (std::size_t side = 0; side < 2; ++side) {
    const SideBlocks& blocks = *sides_[side];
    counted.sram_reads[side] = blocks.sram.arbiter().accesses();
    counted.bank_conflicts[side] = blocks.sram.arbiter().conflict_clocks();
    counted.fetch_clocks[side] =
        blocks.sram.arbiter().bundles() + blocks.sram.arbiter().conflict_clocks();
    counted.scratchpad_writes += blocks.fetcher.rows_filled();
    for (const auto& pad : blocks.pads) counted.scratchpad_reads += pad->rows_read();
  }
  counted.stalls = stalls_;
  return counted;
}

}  // namespace tensordash
