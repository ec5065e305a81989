#include "tests/hw/array/stalling_array.h"

namespace tensordash {

StallingArray::StallingArray(sc_core::sc_module_name name, unsigned tiles,
                             const TileParameters& parameters, const Connectivity& table)
    : sc_module(name), counter_("counter", tiles) {
  counter_.clk(clk);
  counter_.rst_n(rst_n);
  counter_.start(start);
  counter_.busy(busy);
  counter_.cycles(cycles);
  for (unsigned tile = 0; tile < tiles; ++tile) {
    const std::string number = std::to_string(tile);
    wires_.push_back(std::make_unique<TileArray::Wires>(tile, parameters, table));
    tiles_.push_back(std::make_unique<Tile>(("tile_" + number).c_str(), parameters, table));
    memories_.push_back(
        std::make_unique<StallingMemory>(("memory_" + number).c_str(), parameters, table, tile));
    connect_tile(tile);
  }
}

StallingArray::~StallingArray() {
  while (!tiles_.empty()) {
    memories_.pop_back();
    tiles_.pop_back();
    wires_.pop_back();
  }
}

void StallingArray::connect_tile(unsigned index) {
  TileArray::Wires& wires = *wires_[index];
  StallingMemory& memory = *memories_[index];
  memory.clk(clk);
  memory.rst_n(rst_n);
  memory.start(start);
  wires.supply_from(memory);
  Tile& tile = *tiles_[index];
  tile.clk(clk);
  tile.rst_n(rst_n);
  tile.bypass(bypass);
  wires.connect(tile);
  counter_.state[index](wires.state);
  counter_.offering[index](wires.offering);
}

void StallingArray::set_work(PassSource& source, const std::vector<TileArrivals>& arrivals) {
  for (std::size_t tile = 0; tile < memories_.size(); ++tile) {
    memories_[tile]->set_work(&source, &arrivals.at(tile));
  }
}

}  // namespace tensordash
