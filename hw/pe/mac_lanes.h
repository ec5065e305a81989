#pragma once

#include <systemc>

#include "hw/pe/signals.h"

namespace tensordash {

/// The multipliers of a PE, one a lane; each product is rounded to fp32 and registered.
class MacLanes : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<LaneRow> a{"a"};
  sc_core::sc_in<LaneRow> b{"b"};
  sc_core::sc_out<LaneRow> product{"product"};

  MacLanes(sc_core::sc_module_name name, unsigned lanes);

 private:
  void multiply();
  LaneRow products_;
};

/// The same multipliers for exact accumulation: products keep all their bits.
class ExactMacLanes : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<LaneRow> a{"a"};
  sc_core::sc_in<LaneRow> b{"b"};
  sc_core::sc_out<ExactRow> product{"product"};

  ExactMacLanes(sc_core::sc_module_name name, unsigned lanes);

 private:
  void multiply();
  ExactRow products_;
};

}  // namespace tensordash
