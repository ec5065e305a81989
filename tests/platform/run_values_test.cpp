#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/platform/convolution.h"
#include "tests/platform/trace_files.h"
#include "tests/platform/value_run.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path traces = TENSORDASH_TRACES;

/// Of PyTorch's own sum in float64, added up in any order: the products are exact.
double reference_error(std::int64_t terms, double magnitude) {
  constexpr double unit = std::numeric_limits<double>::epsilon() / 2;
  const double count = static_cast<double>(terms);
  return count * unit / (1 - count * unit) * magnitude;
}

std::int64_t stream_rows(Operation operation, const LayerShape& shape) {
  const std::int64_t terms = reduction_length(operation, shape);
  if (operation == Operation::backward_weights) return (terms + 15) / 16;
  const std::int64_t taps = shape.R * shape.S;
  return taps * ((terms / taps + 15) / 16);
}

TEST_F(RunValues, AreWithinFp32RoundingOfTheReference) {
  const fs::path trace = traces / "shapes-cnn/epoch0";
  run(trace, {});
  for (const NamedLayer& layer : load_trace(trace)) {
    for (const Operation operation : all_operations) {
      SCOPED_TRACE(layer.name + " " + std::string(name_of(operation)));
      const NpyArray<float> found = load_float32(output(layer.name, operation));
      const NpyArray<double> expected = load_float64(reference(trace, layer.name, operation));
      ASSERT_EQ(found.shape, expected.shape);
      const std::vector<Sum> sums = convolve(operation, layer.tensors);
      const std::int64_t terms = reduction_length(operation, layer.tensors.shape);
      // A product is rounded once as it is made, four times in the tree of 16 and at most once for
      // each stream row in the accumulator; one below the normal range by 2^-150 at most.
      const double roundings = static_cast<double>(5 + stream_rows(operation, layer.tensors.shape));
      const double relative = roundings * 0x1p-24 / (1 - roundings * 0x1p-24);
      for (std::size_t at = 0; at < found.values.size(); ++at) {
        const double bound = relative * sums[at].magnitude + static_cast<double>(terms) * 0x1p-149 +
                             reference_error(terms, sums[at].magnitude);
        ASSERT_LE(std::abs(found.values[at] - expected.values[at]), bound) << "at " << at;
      }
    }
  }
}

TEST_F(RunValues, OfExactAccumulationAreTheReferenceRoundedOnce) {
  const fs::path trace = traces / "shapes-cnn/epoch0";
  run(trace, {"accumulate=exact"});
  std::size_t outputs = 0;
  std::size_t decided = 0;
  for (const NamedLayer& layer : load_trace(trace)) {
    for (const Operation operation : all_operations) {
      SCOPED_TRACE(layer.name + " " + std::string(name_of(operation)));
      const NpyArray<float> found = load_float32(output(layer.name, operation));
      const NpyArray<double> expected = load_float64(reference(trace, layer.name, operation));
      ASSERT_EQ(found.shape, expected.shape);
      const std::vector<Sum> sums = convolve(operation, layer.tensors);
      const std::int64_t terms = reduction_length(operation, layer.tensors.shape);
      for (std::size_t at = 0; at < found.values.size(); ++at) {
        // The true sum lies in [low, high], and rounding to fp32 keeps the order.
        const double error = reference_error(terms, sums[at].magnitude);
        const double endless = std::numeric_limits<double>::infinity();
        const auto low = static_cast<float>(std::nextafter(expected.values[at] - error, -endless));
        const auto high = static_cast<float>(std::nextafter(expected.values[at] + error, endless));
        ASSERT_GE(found.values[at], low) << "at " << at;
        ASSERT_LE(found.values[at], high) << "at " << at;
        ++outputs;
        if (low == high) ++decided;
      }
    }
  }
  // Nearly always the reference leaves one fp32 value, so this compares bits.
  EXPECT_GT(static_cast<double>(decided), 0.99 * static_cast<double>(outputs))
      << decided << " of " << outputs;
}

class RunVerified
    : public testing::TestWithParam<std::tuple<std::pair<const char*, const char*>, const char*>> {
};

TEST_P(RunVerified, WholeEpochInEveryArithmetic) {
  const auto& [arithmetic, level] = GetParam();
  const auto& [dtype, accumulate] = arithmetic;
  const ProgramRun run = run_program(report_arguments(
      traces / "shapes-cnn/epoch0",
      {std::string("dtype=") + dtype, std::string("accumulate=") + accumulate}, level));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json report = run.json();
  EXPECT_EQ(report.at("config").at("dtype"), dtype);
  EXPECT_EQ(report.at("config").at("accumulate"), accumulate);
  const json& all = report.at("totals").at("all");
  EXPECT_EQ(all.at("verified"), true);
  // Outputs of the three operations over all layers: O, GA and GW.
  EXPECT_EQ(all.at("verify").at("outputs"), 35608 + 29696 + 84812);
  EXPECT_EQ(all.at("verify").at("checked"), all.at("verify").at("outputs"));
}

constexpr std::pair<const char*, const char*> arithmetics[] = {
    {"fp32", "fp32"}, {"fp32", "exact"}, {"bf16", "fp32"}, {"bf16", "exact"}};

std::string test_name(const testing::TestParamInfo<RunVerified::ParamType>& info) {
  const auto& [arithmetic, level] = info.param;
  return std::string(level) + "_" + arithmetic.first + "_" + arithmetic.second;
}

INSTANTIATE_TEST_SUITE_P(ShapesCnn, RunVerified,
                         testing::Combine(testing::ValuesIn(arithmetics),
                                          testing::Values("pin", "fast")),
                         test_name);

}  // namespace
}  // namespace tensordash
