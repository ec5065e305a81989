#include "tests/differential/differential_case.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "hw/numeric/bf16.h"

namespace tensordash::differential {
namespace {

std::string zeros_text(const Tensor& tensor) {
  const auto zeros = std::count(tensor.values.begin(), tensor.values.end(), 0.0F);
  return fmt::format("{} of {} zero", zeros, tensor.values.size());
}

std::string shape_text(const LayerShape& shape) {
  std::string text = fmt::format("NCHW {} {} {} {}, MRS {} {} {}, PQ {} {}", shape.N, shape.C,
                                 shape.H, shape.W, shape.M, shape.R, shape.S, shape.P, shape.Q);
  if (shape.linear) return text + ", linear";
  return text + fmt::format(", stride {}, padding {}, dilation {}, groups {}",
                            fmt::join(shape.stride, " "), fmt::join(shape.padding, " "),
                            fmt::join(shape.dilation, " "), shape.groups);
}

}  // namespace

std::string CustomTable::yaml(unsigned lanes) const {
  std::vector<std::string> pairs;
  for (const Movement& option : options) {
    pairs.push_back(fmt::format("[{}, {}]", option.step, option.offset));
  }
  std::string text = fmt::format("lanes: {}\noptions: [{}]\n", lanes, fmt::join(pairs, ", "));
  if (!levels) return text;
  std::vector<std::string> lists;
  for (const auto& level : *levels) {
    lists.push_back(fmt::format("[{}]", fmt::join(level, ", ")));
  }
  return text + fmt::format("levels: [{}]\n", fmt::join(lists, ", "));
}

bool has_nonfinite(const DifferentialCase& the_case) {
  const bool bf16 = the_case.config.text("dtype") == "bf16";
  const auto holds = [&](const Tensor& tensor) {
    return std::any_of(tensor.values.begin(), tensor.values.end(), [&](float value) {
      return !std::isfinite(bf16 ? bf16_round(value) : value);
    });
  };
  const TraceLayer& layer = the_case.layer;
  return holds(layer.activations) || holds(layer.weights) ||
         (layer.output_gradients && holds(*layer.output_gradients));
}

std::string set_words(const DifferentialCase& the_case, const std::string& table_file) {
  std::vector<std::string> words;
  for (const KeyDescription& key : config_keys()) {
    const bool is_file = key.name == "connectivity" && the_case.table;
    // Lanes are always said where a file names them too: the two must agree.
    const bool is_file_lanes = key.name == "pe.lanes" && the_case.table;
    const std::string value = is_file ? table_file : the_case.config.text(key.name);
    if (value == key.initial && !is_file && !is_file_lanes) continue;
    words.push_back(fmt::format("--set {}={}", key.name, value));
  }
  return fmt::format("{}", fmt::join(words, " "));
}

std::string text_of(const DifferentialCase& the_case) {
  const TraceLayer& layer = the_case.layer;
  std::vector<std::string_view> operations;
  for (const Operation operation : the_case.operations) operations.push_back(name_of(operation));
  std::string text = fmt::format(
      "seed       {}\n"
      "layer      {}\n"
      "values     activations {}, weights {}, output gradients {}\n"
      "operations {}\n"
      "machine    {}\n",
      the_case.seed, shape_text(layer.shape), zeros_text(layer.activations),
      zeros_text(layer.weights),
      layer.output_gradients ? zeros_text(*layer.output_gradients) : "missing",
      fmt::join(operations, " "), set_words(the_case, "table.yaml"));
  if (!the_case.table) return text;
  return text + "table.yaml:\n" + the_case.table->yaml(the_case.config.number("pe.lanes"));
}

}  // namespace tensordash::differential
