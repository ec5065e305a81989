#include "hw/array/tile_array.h"

#include <fmt/format.h>

namespace tensordash {

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
  wires.supply_from(memory);
  memory.result_valid(wires.result_valid);
  memory.total(wires.total);
  memory.partial(wires.partial);

  tile.clk(clk);
  tile.rst_n(rst_n);
  tile.bypass(bypass);
  wires.connect(tile);

  counter_.state[index](wires.state);
  counter_.offering[index](wires.offering);
}

void TileArray::set_source(PassSource* source) {
  for (auto& memory : memories_) memory->set_source(source);
}

}  // namespace tensordash
