#pragma once

#include <memory>
#include <vector>

#include "hw/array/operation_counter.h"
#include "hw/array/tile_array.h"
#include "tests/hw/array/stalling_memory.h"

namespace tensordash {

/// Lockstep tiles behind memories whose rows come late, clocked like a TileArray.
class StallingArray : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};
  sc_core::sc_in<bool> bypass{"bypass"};
  sc_core::sc_out<bool> busy{"busy"};
  sc_core::sc_out<sc_dt::uint64> cycles{"cycles"};

  /// `table` must outlive the module.
  StallingArray(sc_core::sc_module_name name, unsigned tiles, const TileParameters& parameters,
                const Connectivity& table);

  /// Takes the tiles apart in reverse order.
  ~StallingArray() override;
  StallingArray(const StallingArray&) = delete;
  StallingArray& operator=(const StallingArray&) = delete;

  /// What the tiles run at the next start, and when the rows of each come; both must outlive the
  /// operation.
  void set_work(PassSource& source, const std::vector<TileArrivals>& arrivals);

  unsigned tiles() const { return static_cast<unsigned>(tiles_.size()); }
  const TileArray::Wires& wires(unsigned tile) const { return *wires_[tile]; }
  const Tile& tile(unsigned index) const { return *tiles_[index]; }
  const OperationCounter& counter() const { return counter_; }

 private:
  void connect_tile(unsigned index);

  OperationCounter counter_;
  std::vector<std::unique_ptr<TileArray::Wires>> wires_;
  std::vector<std::unique_ptr<Tile>> tiles_;
  std::vector<std::unique_ptr<StallingMemory>> memories_;
};

}  // namespace tensordash
