#include "hw/array/tile_wires.h"

#include <fmt/format.h>

#include <string>

namespace tensordash {
namespace {

std::string wire(unsigned tile, const char* name) {
  return fmt::format("tile_{}_{}", tile, name);
}

auto rows_of(unsigned lanes) {
  return [lanes](const char* name, std::size_t) { return new Wire<LaneRow>(name, LaneRow(lanes)); };
}

}  // namespace

TileWires::TileWires(unsigned tile, const TileParameters& parameters, const Connectivity& table)
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

void TileWires::connect(Tile& tile) {
  tile.b_fill(b_fill);
  tile.b_fill_status(b_fill_status);
  tile.a_fill(a_fill);
  tile.a_fill_status(a_fill_status);
  tile.advance(advance);
  tile.turn(turn);
  tile.space(space);
  tile.state(state);
  tile.select(select);
  tile.result_valid(result_valid);
  tile.total(total);
  tile.partial(partial);
}

}  // namespace tensordash
