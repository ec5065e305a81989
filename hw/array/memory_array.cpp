#include "hw/array/memory_array.h"

#include <fmt/format.h>

namespace tensordash {

struct MemoryArray::LinkWires {
  LinkWires(unsigned tile, const MemoryArrayParameters& parameters)
      : write_valid(fmt::format("link_{}_write_valid", tile).c_str(),
                    2 * parameters.memory.sram_banks),
        write_row(fmt::format("link_{}_write_row", tile).c_str(), 2 * parameters.memory.sram_banks),
        write_value(fmt::format("link_{}_write_value", tile).c_str()),
        portions(fmt::format("link_{}_portions", tile).c_str(), 2),
        awaited(fmt::format("link_{}_awaited", tile).c_str(), 2),
        absence(fmt::format("link_{}_absence", tile).c_str(), 2),
        result_room(fmt::format("link_{}_result_room", tile).c_str()),
        reserve(fmt::format("link_{}_reserve", tile).c_str()),
        stalled(fmt::format("link_{}_stalled", tile).c_str()),
        stall_cause(fmt::format("link_{}_stall_cause", tile).c_str()) {
    const unsigned lanes = parameters.memory.lanes;
    write_value.init(2 * parameters.memory.sram_banks, [lanes](const char* name, std::size_t) {
      return new Wire<LaneRow>(name, LaneRow(lanes));
    });
  }

  sc_core::sc_vector<Wire<bool>> write_valid;
  sc_core::sc_vector<Wire<unsigned>> write_row;
  sc_core::sc_vector<Wire<LaneRow>> write_value;
  sc_core::sc_vector<Wire<unsigned>> portions, awaited;
  sc_core::sc_vector<Wire<StallCause>> absence;
  Wire<unsigned> result_room;
  Wire<bool> reserve, stalled;
  Wire<StallCause> stall_cause;
};

MemoryArray::MemoryArray(sc_core::sc_module_name name, const MemoryArrayParameters& parameters,
                         const Connectivity& table)
    : sc_module(name),
      progress_("progress", 2),
      needed_b_("needed_b", parameters.tiles),
      needed_a_("needed_a", parameters.tiles),
      taken_("taken", parameters.tiles),
      result_("result", parameters.tiles),
      counter_("counter", parameters.tiles),
      port_("port", parameters.dma),
      loads_("loads", parameters.load),
      stores_("stores", parameters.store) {
  counter_.clk(clk);
  counter_.rst_n(rst_n);
  counter_.start(start);
  counter_.memory_busy(port_moving_);
  counter_.busy(busy);
  counter_.cycles(cycles);
  port_.clk(clk);
  port_.rst_n(rst_n);
  port_.start(start);
  port_.busy(port_busy_);
  port_.moving(port_moving_);
  port_.outstanding(outstanding_);
  port_.writer(stores_);
  port_.reader(loads_);
  loads_.clk(clk);
  loads_.rst_n(rst_n);
  loads_.needed_b(needed_b_);
  loads_.needed_a(needed_a_);
  loads_.landed(landed_);
  loads_.progress(progress_);
  loads_.fault(load_fault_);
  stores_.result(result_);
  stores_.taken(taken_);
  stores_.fault(store_fault_);
  for (unsigned tile = 0; tile < parameters.tiles; ++tile) {
    wires_.push_back(std::make_unique<TileArray::Wires>(tile, parameters.tile, table));
    link_wires_.push_back(std::make_unique<LinkWires>(tile, parameters));
    tiles_.push_back(
        std::make_unique<Tile>(fmt::format("tile_{}", tile).c_str(), parameters.tile, table));
    memories_.push_back(
        std::make_unique<TileMemory>(fmt::format("memory_{}", tile).c_str(), parameters.memory));
    links_.push_back(std::make_unique<TileLink>(
        fmt::format("link_{}", tile).c_str(),
        TileLinkParameters{tile, parameters.tile.pes(), parameters.memory.sram_banks,
                           parameters.store.room}));
    connect_tile(tile);
    connect_link(tile);
  }
}

MemoryArray::~MemoryArray() {
  while (!tiles_.empty()) {
    links_.pop_back();
    memories_.pop_back();
    tiles_.pop_back();
    link_wires_.pop_back();
    wires_.pop_back();
  }
}

void MemoryArray::connect_tile(unsigned index) {
  TileArray::Wires& wires = *wires_[index];
  LinkWires& link = *link_wires_[index];
  Tile& tile = *tiles_[index];
  TileMemory& memory = *memories_[index];
  tile.clk(clk);
  tile.rst_n(rst_n);
  tile.bypass(bypass);
  wires.connect(tile);

  memory.clk(clk);
  memory.rst_n(rst_n);
  memory.start(start);
  memory.write_valid(link.write_valid);
  memory.write_row(link.write_row);
  memory.write_value(link.write_value);
  memory.landed(link.portions);
  memory.release_before[0](needed_b_[index]);
  memory.release_before[1](needed_a_[index]);
  memory.awaited(link.awaited);
  memory.absence(link.absence);
  memory.result_room(link.result_room);
  memory.reserve(link.reserve);
  memory.space(wires.space);
  wires.supply_from(memory);
  memory.stalled(link.stalled);
  memory.stall_cause(link.stall_cause);

  counter_.state[index](wires.state);
  counter_.offering[index](wires.offering);
}

void MemoryArray::connect_link(unsigned index) {
  TileArray::Wires& wires = *wires_[index];
  LinkWires& link = *link_wires_[index];
  TileLink& to = *links_[index];
  to.clk(clk);
  to.rst_n(rst_n);
  to.start(start);
  to.landed(landed_);
  to.progress(progress_);
  to.awaited(link.awaited);
  to.write_valid(link.write_valid);
  to.write_row(link.write_row);
  to.write_value(link.write_value);
  to.portions(link.portions);
  to.absence(link.absence);
  to.state(wires.state);
  to.turn(wires.turn);
  to.pass(wires.pass);
  to.result_valid(wires.result_valid);
  to.total(wires.total);
  to.partial(wires.partial);
  to.reserve(link.reserve);
  to.taken(taken_[index]);
  to.result_room(link.result_room);
  to.result(result_[index]);
}

void MemoryArray::set_programs(LoadProgram& load, StoreProgram& store,
                               const std::vector<TilePrograms>& tiles) {
  loads_.set_program(load);
  stores_.set_program(store);
  for (std::size_t tile = 0; tile < memories_.size(); ++tile) {
    links_[tile]->set_program(&store);
    memories_[tile]->set_programs(tiles[tile].b, tiles[tile].a, tiles[tile].passes);
  }
}

const DmaFault& MemoryArray::fault() const {
  const DmaFault& load = load_fault_.read();
  return load.kind != DmaFaultKind::none ? load : store_fault_.read();
}

}  // namespace tensordash
