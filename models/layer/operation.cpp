#include "models/layer/operation.h"

namespace tensordash {

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::forward:
      return "forward";
    case Operation::backward_data:
      return "backward_data";
    case Operation::backward_weights:
      break;
  }
  return "backward_weights";
}

std::optional<Operation> operation_named(std::string_view name) {
  for (Operation operation : all_operations) {
    if (name == name_of(operation)) return operation;
  }
  return std::nullopt;
}

std::string_view name_of(SparseOperand operand) {
  return operand == SparseOperand::activations ? "activations" : "gradients";
}

std::string_view output_name_of(Operation operation) {
  switch (operation) {
    case Operation::forward:
      return "O";
    case Operation::backward_data:
      return "GA";
    case Operation::backward_weights:
      break;
  }
  return "GW";
}

}  // namespace tensordash
