#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "tests/models/golden/naive_flow.h"

namespace tensordash::golden_testing {

inline constexpr golden::Sidedness all_sides[] = {
    golden::Sidedness::none, golden::Sidedness::one_sided, golden::Sidedness::two_sided};

/// Every problem of the corner layers: operations, both orientations, sides, dilation zeros kept
/// and removed.
template <typename Visit>
void for_each_problem(const std::vector<Layer>& layers, Visit visit) {
  for (const Layer& layer : layers) {
    for (Operation operation : all_operations) {
      for (SparseOperand sparse : {SparseOperand::activations, SparseOperand::gradients}) {
        if (operation != Operation::backward_weights && sparse == SparseOperand::gradients)
          continue;
        for (golden::Sidedness sidedness : all_sides) {
          for (bool removed : {false, true}) {
            SCOPED_TRACE(testing::Message()
                         << layer.name << " " << name_of(operation) << " " << name_of(sparse)
                         << " sides " << static_cast<int>(sidedness) << " removed " << removed);
            visit(layer.problem(operation, sparse, sidedness, removed));
          }
        }
      }
    }
  }
}

}  // namespace tensordash::golden_testing
