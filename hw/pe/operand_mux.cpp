#include "hw/pe/operand_mux.h"

namespace tensordash {

OperandMux::OperandMux(sc_core::sc_module_name name, const Connectivity& table)
    : sc_module(name),
      row("row", table.depth()),
      places_(table.lanes()),
      picked_(table.lanes()),
      nothing_(table.lanes()) {
  for (unsigned lane = 0; lane < table.lanes(); ++lane) {
    // Every select that is no option reads the row of zeros behind the window.
    places_[lane].fill({static_cast<std::uint8_t>(table.depth()), 0});
    for (unsigned option = 0; option < table.options().size(); ++option) {
      places_[lane][option] = table.place(lane, option);
    }
  }
  SC_HAS_PROCESS(OperandMux);
  SC_METHOD(pick);
  sensitive << clk.pos();
  dont_initialize();
}

void OperandMux::pick() {
  std::array<const float*, max_depth + 1> rows{};
  const auto depth = static_cast<unsigned>(row.size());
  for (unsigned step = 0; step < depth; ++step) rows[step] = rows_[step].read().data();
  rows[depth] = nothing_.data();
  const LaneSelects& selects = select.read();
  for (unsigned lane = 0; lane < picked_.lanes(); ++lane) {
    const WindowPlace place = places_[lane][selects[lane]];
    picked_[lane] = rows[place.step][place.lane];
  }
  operand.write(picked_);
}

}  // namespace tensordash
