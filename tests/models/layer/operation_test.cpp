#include "models/layer/operation.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

TEST(Operation, NamesAreThoseOfCommandLineAndReports) {
  EXPECT_EQ(name_of(Operation::forward), "forward");
  EXPECT_EQ(name_of(Operation::backward_data), "backward_data");
  EXPECT_EQ(name_of(Operation::backward_weights), "backward_weights");
}

TEST(Operation, IsFoundByItsNameOnly) {
  for (Operation operation : all_operations) {
    EXPECT_EQ(operation_named(name_of(operation)), operation);
  }
  EXPECT_EQ(operation_named("Forward"), std::nullopt);
  EXPECT_EQ(operation_named("backward"), std::nullopt);
  EXPECT_EQ(operation_named(""), std::nullopt);
}

TEST(Operation, OutputsAndSparseOperandsHaveShortNames) {
  EXPECT_EQ(output_name_of(Operation::forward), "O");
  EXPECT_EQ(output_name_of(Operation::backward_data), "GA");
  EXPECT_EQ(output_name_of(Operation::backward_weights), "GW");
  EXPECT_EQ(name_of(SparseOperand::activations), "activations");
  EXPECT_EQ(name_of(SparseOperand::gradients), "gradients");
}

}  // namespace
}  // namespace tensordash
