#pragma once

#include <systemc>

#include "hw/pe/tile.h"

namespace tensordash {

/// The wires between a tile and its memory, and the tile's outputs; a monitor may listen.
struct TileWires {
  TileWires(unsigned tile, const TileParameters& parameters, const Connectivity& table);

  /// Binds the tile's pins but clock, reset and bypass.
  void connect(Tile& tile);
  /// Binds the pins by which a memory supplies the tile with rows.
  template <typename Memory>
  void supply_from(Memory& memory) {
    memory.advance(advance);
    memory.turn(turn);
    memory.b_fill(b_fill);
    memory.b_fill_status(b_fill_status);
    memory.a_fill(a_fill);
    memory.a_fill_status(a_fill_status);
    memory.pass(pass);
    memory.offering(offering);
  }

  sc_core::sc_vector<Wire<LaneRow>> b_fill, a_fill;
  sc_core::sc_vector<Wire<FillStatus>> b_fill_status, a_fill_status;
  sc_core::sc_vector<Wire<unsigned>> advance;
  sc_core::sc_vector<Wire<LaneSelects>> select;
  sc_core::sc_vector<Wire<Fp32>> total, partial;
  Wire<unsigned> space;
  Wire<bool> turn, result_valid, offering;
  Wire<TileState> state;
  Wire<sc_dt::uint64> pass;
};

}  // namespace tensordash
