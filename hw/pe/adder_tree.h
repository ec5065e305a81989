#pragma once

#include <systemc>

#include "hw/pe/signals.h"

namespace tensordash {

/// The summation stage of a PE: a balanced binary tree over the products (lane 0+1, 2+3, ...), each
/// sum rounded to fp32; the tree's result is registered.
class AdderTree : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<LaneRow> product{"product"};
  sc_core::sc_out<Fp32> sum{"sum"};

  explicit AdderTree(sc_core::sc_module_name name);

 private:
  void add();
};

}  // namespace tensordash
