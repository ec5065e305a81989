#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tensordash {

/// The three convolutions of training (TensorDash paper, section 2, equations 1 to 3).
enum class Operation {
  forward,           ///< O = W * A
  backward_data,     ///< GA = GO * W
  backward_weights,  ///< GW = GO * A
};

inline constexpr Operation all_operations[] = {Operation::forward, Operation::backward_data,
                                               Operation::backward_weights};

/// The tensors that an operation reads; each reads two.
constexpr bool reads_activations(Operation operation) {
  return operation != Operation::backward_data;
}
constexpr bool reads_weights(Operation operation) {
  return operation != Operation::backward_weights;
}
constexpr bool reads_gradients(Operation operation) {
  return operation != Operation::forward;
}

/// Name as written on the command line and in reports: "forward", "backward_data", ...
std::string_view name_of(Operation operation);

/// The operation of that name, or nothing.
std::optional<Operation> operation_named(std::string_view name);

/// Which tensor an operation reads on its sparse side (side B). The dense side is the other
/// operand.
enum class SparseOperand { activations, gradients };

/// "activations" or "gradients".
std::string_view name_of(SparseOperand operand);

/// Short name of the tensor an operation produces: "O", "GA" or "GW".
std::string_view output_name_of(Operation operation);

}  // namespace tensordash
