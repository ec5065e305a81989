#include <fmt/format.h>

#include <stdexcept>

#include "models/golden/golden.h"
#include "models/golden/problem_parts.h"

namespace tensordash::golden {
namespace {

void require(const float* tensor, const char* name, const Problem& problem) {
  if (tensor != nullptr) return;
  throw std::invalid_argument(
      fmt::format("golden: {} needs {}, got none", name_of(problem.operation), name));
}

}  // namespace

std::int64_t output_count(const Problem& problem) {
  switch (problem.operation) {
    case Operation::forward:
      return problem.shape.output_count();
    case Operation::backward_data:
      return problem.shape.activation_count();
    case Operation::backward_weights:
      break;
  }
  return problem.shape.weight_count();
}

void require_operands(const Problem& problem) {
  const Operation operation = problem.operation;
  if (operation != Operation::backward_data) {
    require(problem.activations, "activations", problem);
  }
  if (operation != Operation::backward_weights) require(problem.weights, "weights", problem);
  if (operation != Operation::forward) {
    require(problem.output_gradients, "output gradients", problem);
  }
}

std::string output_name(const Problem& problem, std::int64_t index) {
  const LayerShape& shape = problem.shape;
  struct Dimension {
    char name;
    std::int64_t size;
  };
  std::array<Dimension, 4> dimensions{};
  switch (problem.operation) {
    case Operation::forward:
      dimensions = {{{'n', shape.N}, {'m', shape.M}, {'p', shape.P}, {'q', shape.Q}}};
      break;
    case Operation::backward_data:
      dimensions = {{{'n', shape.N}, {'c', shape.C}, {'h', shape.H}, {'w', shape.W}}};
      break;
    case Operation::backward_weights:
      dimensions = {
          {{'m', shape.M}, {'c', shape.channels_per_group()}, {'r', shape.R}, {'s', shape.S}}};
  }
  std::string coordinates;
  for (std::size_t d = 4; d-- > 0;) {
    const std::int64_t value = index % dimensions[d].size;
    index /= dimensions[d].size;
    if (shape.linear && d >= 2) continue;
    coordinates = fmt::format("{}={}{}{}", dimensions[d].name, value,
                              coordinates.empty() ? "" : ", ", coordinates);
  }
  return fmt::format("{}[{}]", output_name_of(problem.operation), coordinates);
}

}  // namespace tensordash::golden
