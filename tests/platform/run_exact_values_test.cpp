#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "tests/platform/trace_files.h"
#include "tests/platform/value_run.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using Settings = std::vector<std::string>;

const fs::path traces = TENSORDASH_TRACES;

std::uint32_t bits(float value) {
  std::uint32_t pattern = 0;
  std::memcpy(&pattern, &value, sizeof pattern);
  return pattern;
}

/// Holds in bf16 without rounding: the lower half of its bits is zero.
bool is_bf16(float value) {
  return (bits(value) & 0xffffU) == 0;
}

/// Edge cases hold small integers: every order of addition is exact.
class RunExactValues : public RunValues,
                       public testing::WithParamInterface<std::vector<std::string>> {};

TEST_P(RunExactValues, EqualTheReferenceBitForBit) {
  const fs::path trace = traces / "edge-cases";
  run(trace, GetParam());
  for (const NamedLayer& layer : load_trace(trace)) {
    // Also what bf16 leaves as it is.
    for (const auto* tensor :
         {&layer.tensors.activations, &layer.tensors.weights, &layer.tensors.output_gradients}) {
      ASSERT_TRUE(std::all_of(tensor->begin(), tensor->end(), is_bf16)) << layer.name;
    }
    for (const Operation operation : all_operations) {
      SCOPED_TRACE(layer.name + " " + std::string(name_of(operation)));
      const NpyArray<float> found = load_float32(output(layer.name, operation));
      const NpyArray<double> expected = load_float64(reference(trace, layer.name, operation));
      ASSERT_EQ(found.shape, expected.shape);
      for (std::size_t at = 0; at < expected.values.size(); ++at) {
        const auto narrow = static_cast<float>(expected.values[at]);
        ASSERT_EQ(static_cast<double>(narrow), expected.values[at]) << "the reference is inexact";
        ASSERT_EQ(bits(found.values[at]), bits(narrow)) << "at " << at;
      }
    }
  }
}

const Settings in_many_ways[] = {{},
                                 {"accumulate=exact"},
                                 {"dtype=bf16"},
                                 {"dtype=bf16", "accumulate=exact"},
                                 {"sparsity=none"},
                                 {"dilation_zeros=removed"},
                                 {"sparsity=two_sided", "sync=elastic"}};

std::string name_of_way(const testing::TestParamInfo<Settings>& way) {
  static const char* const names[] = {"fp32",       "exact",   "bf16",     "bf16_exact",
                                      "dense_only", "removed", "two_sided"};
  return names[way.index];
}

INSTANTIATE_TEST_SUITE_P(EdgeCases, RunExactValues, testing::ValuesIn(in_many_ways), name_of_way);

}  // namespace
}  // namespace tensordash
