#include "hw/pe/adder_tree.h"

#include "hw/numeric/fp32.h"

namespace tensordash {

AdderTree::AdderTree(sc_core::sc_module_name name) : sc_module(name) {
  SC_HAS_PROCESS(AdderTree);
  SC_METHOD(add);
  sensitive << clk.pos();
  dont_initialize();
}

void AdderTree::add() {
  const LaneRow& products = product.read();
  sum.write({fp32_tree_sum(products.data(), products.lanes())});
}

}  // namespace tensordash
