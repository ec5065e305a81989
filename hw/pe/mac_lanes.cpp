#include "hw/pe/mac_lanes.h"

#include "hw/numeric/fp32.h"

namespace tensordash {

MacLanes::MacLanes(sc_core::sc_module_name name, unsigned lanes)
    : sc_module(name), products_(lanes) {
  SC_HAS_PROCESS(MacLanes);
  SC_METHOD(multiply);
  sensitive << clk.pos();
  dont_initialize();
}

void MacLanes::multiply() {
  fp32_multiply_row(a.read().data(), b.read().data(), products_.data(), products_.lanes());
  product.write(products_);
}

ExactMacLanes::ExactMacLanes(sc_core::sc_module_name name, unsigned lanes)
    : sc_module(name), products_(lanes) {
  SC_HAS_PROCESS(ExactMacLanes);
  SC_METHOD(multiply);
  sensitive << clk.pos();
  dont_initialize();
}

void ExactMacLanes::multiply() {
  const LaneRow& left = a.read();
  const LaneRow& right = b.read();
  for (unsigned lane = 0; lane < products_.lanes(); ++lane) {
    products_[lane] = static_cast<double>(left[lane]) * static_cast<double>(right[lane]);
  }
  product.write(products_);
}

}  // namespace tensordash
