#pragma once

#include <memory>
#include <systemc>
#include <vector>

#include "hw/array/operation_counter.h"
#include "hw/array/tile_array.h"
#include "hw/array/tile_link.h"
#include "hw/dma/dma_port.h"
#include "hw/dma/load_engine.h"
#include "hw/dma/store_engine.h"
#include "hw/memory/tile_memory.h"

namespace tensordash {

/// What an accelerator with its memory is made of.
struct MemoryArrayParameters {
  unsigned tiles = 16;
  TileParameters tile;
  TileMemoryParameters memory;  ///< of a tile
  LoadParameters load;
  StoreParameters store;
  DmaParameters dma;
};

/// What one tile reads and runs in an operation.
struct TilePrograms {
  FetchProgram* b = nullptr;
  FetchProgram* a = nullptr;
  PassProgram* passes = nullptr;
};

/// The accelerator's tiles (paper, table 2) with everything between them and DRAM: SRAMs and
/// scratchpads, transposers, DMA with zero compression, collection of results. `socket` of port()
/// goes to a memory. A pulse on `start` begins an operation, `busy` falls when the last result
/// stands in the accumulators and the last request was answered; `cycles` then holds its clocks.
class MemoryArray : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};
  sc_core::sc_in<bool> bypass{"bypass"};
  sc_core::sc_out<bool> busy{"busy"};
  sc_core::sc_out<sc_dt::uint64> cycles{"cycles"};

  /// `table` must outlive the module.
  MemoryArray(sc_core::sc_module_name name, const MemoryArrayParameters& parameters,
              const Connectivity& table);

  /// Takes the blocks apart in reverse order: the kernel searches its lists of ports from their
  /// end.
  ~MemoryArray() override;
  MemoryArray(const MemoryArray&) = delete;
  MemoryArray& operator=(const MemoryArray&) = delete;

  /// What the next operation does; must outlive it.
  void set_programs(LoadProgram& load, StoreProgram& store, const std::vector<TilePrograms>& tiles);

  DmaPort& port() { return port_; }
  const LoadEngine& loads() const { return loads_; }
  const StoreEngine& stores() const { return stores_; }
  /// Rows are on their way, which may be so for some clocks after the end of an operation.
  bool landing() const { return port_busy_.read(); }
  /// What is wrong with the data, if anything.
  const DmaFault& fault() const;

  unsigned tiles() const { return static_cast<unsigned>(tiles_.size()); }
  const TileArray::Wires& wires(unsigned tile) const { return *wires_[tile]; }
  const Tile& tile(unsigned index) const { return *tiles_[index]; }
  const TileMemory& memory(unsigned tile) const { return *memories_[tile]; }
  const TileLink& link(unsigned tile) const { return *links_[tile]; }
  const std::vector<std::uint64_t>& tile_steps() const { return counter_.tile_steps(); }
  /// Clocks of the operation to the last result in the accumulators.
  std::uint64_t result_cycles() const { return counter_.result_cycles(); }
  /// Requests issued since the beginning of the simulation.
  std::uint64_t requests() const { return port_.reads() + port_.writes(); }

 private:
  /// The wires between a tile's memory and its link.
  struct LinkWires;

  void connect_tile(unsigned tile);
  void connect_link(unsigned tile);

  Wire<bool> port_busy_{"port_busy"}, port_moving_{"port_moving"};
  Wire<unsigned> outstanding_{"outstanding"};
  Wire<LandedRows> landed_{"landed"};
  sc_core::sc_vector<Wire<LoadProgress>> progress_;
  sc_core::sc_vector<Wire<unsigned>> needed_b_, needed_a_, taken_;
  sc_core::sc_vector<Wire<PassResult>> result_;
  Wire<DmaFault> load_fault_{"load_fault"}, store_fault_{"store_fault"};
  OperationCounter counter_;
  DmaPort port_;
  LoadEngine loads_;
  StoreEngine stores_;
  std::vector<std::unique_ptr<TileArray::Wires>> wires_;
  std::vector<std::unique_ptr<LinkWires>> link_wires_;
  std::vector<std::unique_ptr<Tile>> tiles_;
  std::vector<std::unique_ptr<TileMemory>> memories_;
  std::vector<std::unique_ptr<TileLink>> links_;
};

}  // namespace tensordash
