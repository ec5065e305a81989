#pragma once

#include <memory>
#include <systemc>
#include <vector>

#include "hw/array/ideal_memory.h"
#include "hw/array/operation_counter.h"
#include "hw/array/tile_wires.h"
#include "hw/pe/tile.h"

namespace tensordash {

/// The accelerator's tiles (paper, table 2), each behind an ideal memory. A pulse on `start` lets
/// every tile work through its passes; tiles do not wait for each other until the operation ends.
class TileArray : public sc_core::sc_module {
 public:
  using Wires = TileWires;

  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};
  sc_core::sc_in<bool> bypass{"bypass"};
  sc_core::sc_out<bool> busy{"busy"};
  sc_core::sc_out<sc_dt::uint64> cycles{"cycles"};

  /// `table` must outlive the module.
  TileArray(sc_core::sc_module_name name, unsigned tiles, const TileParameters& parameters,
            const Connectivity& table);

  /// Takes the tiles apart in reverse order: the kernel searches its lists of ports from their end.
  ~TileArray() override;
  TileArray(const TileArray&) = delete;
  TileArray& operator=(const TileArray&) = delete;

  /// What the tiles run at the next start; must outlive the operation.
  void set_source(PassSource* source);

  unsigned tiles() const { return static_cast<unsigned>(tiles_.size()); }
  const Wires& wires(unsigned tile) const { return *wires_[tile]; }
  const Tile& tile(unsigned index) const { return *tiles_[index]; }
  const std::vector<std::uint64_t>& tile_steps() const { return counter_.tile_steps(); }
  const std::vector<std::uint64_t>& tile_stalls() const { return counter_.tile_stalls(); }

 private:
  void connect_tile(unsigned tile);

  OperationCounter counter_;
  std::vector<std::unique_ptr<Wires>> wires_;
  std::vector<std::unique_ptr<Tile>> tiles_;
  std::vector<std::unique_ptr<IdealMemory>> memories_;
};

}  // namespace tensordash
