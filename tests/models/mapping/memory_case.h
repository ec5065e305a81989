#pragma once

#include "models/mapping/portion_plan.h"
#include "tests/models/dataflow/random_case.h"

namespace tensordash {

/// A random layer with a random memory, often too small for it.
struct MemoryCase {
  explicit MemoryCase(unsigned seed, bool blocked = false)
      : the_case(seed, blocked),
        plan(the_case.plan()),
        b(plan, Side::b),
        a(plan, Side::a),
        tiles(number(1, 20)) {
    parameters.lanes = the_case.geometry.lanes;
    parameters.sram_banks = number(1, 6);
    const unsigned rows = number(0, 2) == 0 ? number(16, 80) : number(100, 2000);
    parameters.sram_bank_bytes = rows * parameters.lanes * 4;
    parameters.sram_rows_per_clock = number(1, 3);
    parameters.scratchpad_banks = number(1, 4);
    parameters.scratchpad_bank_bytes = number(6, 40) * parameters.lanes * 4;
    parameters.transposers = number(1, 5);
    parameters.dma_outstanding = number(1, 64);
    parameters.dma_requests_per_clock = number(1, 3);
    parameters.dma_rows_per_clock = number(1, 8);
    // At times another mapping than the one that moves least.
    MappingChoice& mapping = parameters.mapping;
    if (number(0, 5) == 0) mapping.b = number(0, 2) == 0 ? Residency::wave : Residency::window;
    if (number(0, 5) == 0) {
      constexpr Residency of_a[] = {Residency::whole, Residency::round, Residency::wave};
      mapping.a = of_a[number(0, 2)];
    }
    if (number(0, 4) == 0) mapping.scratchpad_b = ScratchpadUse::stream;
    if (number(0, 4) == 0) mapping.scratchpad_a = ScratchpadUse::stream;
  }
  MemoryCase(const MemoryCase&) = delete;
  MemoryCase& operator=(const MemoryCase&) = delete;
  ~MemoryCase() = default;

  unsigned number(unsigned low, unsigned high) {
    return static_cast<unsigned>(dataflow_testing::pick(the_case.random, low, high));
  }
  const SideOperand& operand(Side side) const { return side == Side::b ? b : a; }
  PortionPlan portions() const { return {plan, b, a, parameters, tiles}; }

  dataflow_testing::RandomCase the_case;
  StreamPlan plan;
  SideOperand b, a;
  unsigned tiles;
  MemoryParameters parameters;
};

}  // namespace tensordash
