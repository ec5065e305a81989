#include "hw/array/tile_array.h"

#include <fmt/format.h>

namespace tensordash {
namespace {

std::string wire(unsigned tile, const char* name) {
  return fmt::format("tile_{}_{}", tile, name);
}

auto rows_of(unsigned lanes) {
  return [lanes](const char* name, std::size_t) { return new Wire<LaneRow>(name, LaneRow(lanes)); };
}

}  // namespace

TileArray::Wires::Wires(unsigned tile, const TileParameters& parameters, const Connectivity& table)
    : b_fill(wire(tile, "b_fill").c_str()),
      a_fill(wire(tile, "a_fill").c_str()),
      b_fill_status(wire(tile, "b_fill_status").c_str(), parameters.b_buffers()),
      a_fill_status(wire(tile, "a_fill_status").c_str(), parameters.a_buffers()),
      advance(wire(tile, "advance").c_str(), parameters.schedulers()),
      select(wire(tile, "select").c_str()),
      total(wire(tile, "total").c_str(), parameters.pes()),
      partial(wire(tile, "partial").c_str(), parameters.pes()),
      space(wire(tile, "space").c_str()),
      turn(wire(tile, "turn").c_str()),
      result_valid(wire(tile, "result_valid").c_str()),
      offering(wire(tile, "offering").c_str()),
      state(wire(tile, "state").c_str()),
      pass(wire(tile, "pass").c_str()) {
  b_fill.init(parameters.b_buffers() * table.depth(), rows_of(table.lanes()));
  a_fill.init(parameters.a_buffers() * table.depth(), rows_of(table.lanes()));
  select.init(parameters.schedulers(), [&](const char* name, std::size_t) {
    return new Wire<LaneSelects>(name, LaneSelects(table.lanes()));
  });
}

TileArray::TileArray(sc_core::sc_module_name name, unsigned tiles, const TileParameters& parameters,
                     const Connectivity& table)
    : sc_module(name), counter_("counter", tiles) {
  counter_.clk(clk);
  counter_.rst_n(rst_n);
  counter_.start(start);
  counter_.busy(busy);
  counter_.cycles(cycles);
  for (unsigned tile = 0; tile < tiles; ++tile) {
    wires_.push_back(std::make_unique<Wires>(tile, parameters, table));
    tiles_.push_back(
        std::make_unique<Tile>(fmt::format("tile_{}", tile).c_str(), parameters, table));
    memories_.push_back(std::make_unique<IdealMemory>(fmt::format("memory_{}", tile).c_str(),
                                                      parameters, table, tile));
    connect_tile(tile);
  }
}

TileArray::~TileArray() {
  while (!tiles_.empty()) {
    memories_.pop_back();
    tiles_.pop_back();
    wires_.pop_back();
  }
}

void TileArray::connect_tile(unsigned index) {
  Wires& wires = *wires_[index];
  Tile& tile = *tiles_[index];
  IdealMemory& memory = *memories_[index];

  memory.clk(clk);
  memory.rst_n(rst_n);
  memory.start(start);
  memory.advance(wires.advance);
  memory.turn(wires.turn);
  memory.b_fill(wires.b_fill);
  memory.b_fill_status(wires.b_fill_status);
  memory.a_fill(wires.a_fill);
  memory.a_fill_status(wires.a_fill_status);
  memory.pass(wires.pass);
  memory.offering(wires.offering);
  memory.result_valid(wires.result_valid);
  memory.total(wires.total);
  memory.partial(wires.partial);

  tile.clk(clk);
  tile.rst_n(rst_n);
  tile.bypass(bypass);
  tile.b_fill(wires.b_fill);
  tile.b_fill_status(wires.b_fill_status);
  tile.a_fill(wires.a_fill);
  tile.a_fill_status(wires.a_fill_status);
  tile.advance(wires.advance);
  tile.turn(wires.turn);
  tile.space(wires.space);
  tile.state(wires.state);
  tile.select(wires.select);
  tile.result_valid(wires.result_valid);
  tile.total(wires.total);
  tile.partial(wires.partial);

  counter_.state[index](wires.state);
  counter_.offering[index](wires.offering);
}

void TileArray::set_source(PassSource* source) {
  for (auto& memory : memories_) memory->set_source(source);
}

}  // namespace tensordash
