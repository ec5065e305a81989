#pragma once

#include <cstddef>
#include <vector>

#include "models/golden/schedule_record.h"
#include "tests/models/golden/naive_flow.h"

namespace tensordash::golden_testing {

/// How the machine of the tests schedules.
struct Machine {
  std::size_t depth = 3;  ///< stream rows in a window
  bool elastic = false;   ///< else the schedulers of a tile advance together
};

/// Runs a pass with the paper's connectivity (`none`: the dense baseline) and fp32 in hardware
/// order.
PassRecord run_pass(const NaivePass& pass, const golden::Problem& problem,
                    const golden::Geometry& geometry, const Machine& machine = {});

/// The accumulator of one PE for a schedule: products rounded, balanced tree, accumulator.
float run_pe(const std::vector<StreamPlace>& slots, std::size_t lanes, const std::vector<float>& b,
             const std::vector<float>& a);

/// Steps of the longest scheduler of a record.
std::size_t steps_of(const PassRecord& record, std::size_t lanes);

}  // namespace tensordash::golden_testing
