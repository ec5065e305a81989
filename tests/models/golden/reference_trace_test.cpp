#include "tests/models/golden/reference_trace.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>

#include "tests/models/golden/bits.h"
#include "tests/models/golden/naive_machine.h"

/// The bundled traces: PyTorch's float64 results, and the step counts that belong to them.
namespace tensordash::golden_testing {
namespace {

using golden::exact_outputs;
using golden::Geometry;
using golden::Judge;
using golden::Problem;
using golden::Sidedness;

SparseOperand sparse_named(const std::string& name) {
  return name == "activations" ? SparseOperand::activations : SparseOperand::gradients;
}

TEST(ReferenceTrace, edge_cases_are_exact_in_every_order) {
  const auto layers = read_reference_trace("edge-cases");
  ASSERT_EQ(layers.size(), 10u);
  for (const ReferenceLayer& reference : layers) {
    for (Operation operation : all_operations) {
      for (bool removed : {false, true}) {
        const auto outputs = exact_outputs(reference.layer.problem(
            operation, SparseOperand::gradients, Sidedness::one_sided, removed));
        const auto& expected = reference.result(operation);
        ASSERT_EQ(outputs.size(), expected.size()) << reference.layer.name;
        for (std::size_t k = 0; k < outputs.size(); ++k) {
          // + 0.0 because a float64 sum may come out as -0; a sum of exactly zero is +0 here.
          ASSERT_EQ(bits_of(outputs[k]), bits_of(static_cast<float>(expected[k] + 0.0)))
              << reference.layer.name << " " << name_of(operation) << " " << k;
        }
      }
    }
  }
}

/// The exact result lies within half an fp32 step of ours, and PyTorch's float64 sum, in whatever
/// order, within terms * 2^-53 * sum |a*b| of the exact result (products are exact in float64).
TEST(ReferenceTrace, trained_network_within_the_error_of_float64) {
  for (const ReferenceLayer& reference : read_reference_trace("shapes-cnn/epoch0")) {
    for (Operation operation : all_operations) {
      const Problem problem = reference.layer.problem(operation, SparseOperand::gradients);
      const auto outputs = exact_outputs(problem);
      const auto& expected = reference.result(operation);
      ASSERT_EQ(outputs.size(), expected.size()) << reference.layer.name;
      std::size_t seen = 0;
      for (const NaivePass& pass : naive_passes(problem, {16, 16, 1, 16})) {
        for (std::size_t row = 0; row < pass.b.size(); ++row) {
          for (std::size_t column = 0; column < pass.a.size(); ++column) {
            if (pass.output[row][column] < 0) continue;
            const auto at = static_cast<std::size_t>(pass.output[row][column]);
            double magnitude = 0.0;
            std::size_t terms = 0;
            for (std::size_t k = 0; k < pass.b[row].size(); ++k) {
              const double product = static_cast<double>(pass.b[row][k]) * pass.a[column][k];
              magnitude += std::fabs(product);
              terms += product != 0.0;
            }
            const float step =
                std::nextafter(std::fabs(outputs[at]), HUGE_VALF) - std::fabs(outputs[at]);
            const double bound =
                0.5 * step + 1.001 * static_cast<double>(terms) * 0x1p-53 * magnitude;
            ASSERT_LE(std::fabs(outputs[at] - expected[at]), bound)
                << reference.layer.name << " " << name_of(operation) << " " << at;
            ++seen;
          }
        }
      }
      ASSERT_EQ(seen, outputs.size());
    }
  }
}

struct Setting {
  Geometry geometry;
  Machine machine;
  Sidedness sidedness = Sidedness::one_sided;
  bool removed = false;
};

/// "rows=4,cols=4,tiles=16,depth=3,sync=elastic" and the like.
Setting setting_named(const std::string& name) {
  Setting setting;
  unsigned depth = 0;
  EXPECT_EQ(std::sscanf(name.c_str(), "rows=%u,cols=%u,tiles=%u,depth=%u", &setting.geometry.rows,
                        &setting.geometry.columns, &setting.geometry.tiles, &depth),
            4);
  const auto has = [&](const char* text) { return name.find(text) != std::string::npos; };
  setting.machine.depth = depth;
  setting.machine.elastic = has("sync=elastic");
  if (has("two_sided")) setting.sidedness = Sidedness::two_sided;
  setting.removed = has("dilation_zeros=removed");
  return setting;
}

/// Runs an operation on the naive machine, has it judged, and returns the steps of the busiest
/// tile.
std::size_t judged_steps(const Problem& problem, const Setting& setting) {
  Judge judge(problem, setting.geometry, false);
  std::map<unsigned, std::size_t> steps;
  for (const NaivePass& pass : naive_passes(problem, setting.geometry)) {
    const PassRecord record = run_pass(pass, problem, setting.geometry, setting.machine);
    steps[record.tile] += steps_of(record, setting.geometry.lanes);
    judge.judge(record);
  }
  const golden::Verdict& verdict = judge.finish();
  EXPECT_EQ(verdict.mismatches, 0u) << verdict.first;
  EXPECT_EQ(verdict.checked, static_cast<std::uint64_t>(output_count(problem)));
  std::size_t longest = 0;
  for (const auto& tile : steps) longest = std::max(longest, tile.second);
  return longest;
}

/// The machine that the judge accepts takes the published number of steps: passes, streams and
/// lanes stand where everyone else has them.
TEST(ReferenceTrace, accepted_schedules_have_the_expected_steps) {
  const auto layers = read_reference_trace("edge-cases");
  const auto published = read_trace_json("edge-cases/expected_steps.json");
  std::size_t compared = 0;
  for (const auto& entry : published.at(".").items()) {
    if (entry.key().find("table=") != std::string::npos) continue;  // the machine has one table
    const Setting setting = setting_named(entry.key());
    for (const ReferenceLayer& reference : layers) {
      const auto& expected = entry.value().at(reference.layer.name);
      const SparseOperand sparse = sparse_named(expected.at("sparse3"));
      for (Operation operation : all_operations) {
        SCOPED_TRACE(entry.key() + " " + reference.layer.name + " " +
                     std::string(name_of(operation)));
        const auto& steps = expected.at(std::string(name_of(operation)));
        EXPECT_EQ(judged_steps(reference.layer.problem(operation, sparse, setting.sidedness,
                                                       setting.removed),
                               setting),
                  steps.at("steps").get<std::size_t>());
        EXPECT_EQ(judged_steps(
                      reference.layer.problem(operation, sparse, Sidedness::none, setting.removed),
                      setting),
                  steps.at("dense_steps").get<std::size_t>());
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, 8u * 10u * 3u);
}

}  // namespace
}  // namespace tensordash::golden_testing
