#include "tests/differential/shrinker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>

#include "models/dataflow/stream_plan.h"
#include "models/trace/trace.h"
#include "tests/differential/failure.h"
#include "tests/differential/layer_dimensions.h"
#include "tests/differential/random_case.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash::differential {
namespace {

/// Stream rows of the longest stream of the first operation.
std::int64_t stream_rows(const DifferentialCase& the_case) {
  const Config& config = the_case.config;
  const StreamPlan plan(the_case.operations.front(), SparseOperand::gradients, the_case.layer.shape,
                        {config.number("pe.lanes"), config.number("tile.rows"),
                         config.number("tile.columns"), false});
  std::int64_t most = 0;
  for (const Segment& segment : plan.segments()) most = std::max(most, segment.K);
  return most;
}

/// The first case from `seed` on that fails.
DifferentialCase failing_case(std::uint64_t seed, const Fails& fails) {
  for (;; ++seed) {
    DifferentialCase the_case = random_case(seed);
    if (fails(the_case)) return the_case;
  }
}

/// Expects everything that the failure does not need to be as small as it gets.
void expect_plain_machine(const Config& config, const std::vector<std::string>& besides) {
  const std::set<std::string_view> sizes = {"tile.rows", "tile.columns", "tiles", "pe.lanes",
                                            "staging.depth"};
  for (const KeyDescription& key : config_keys()) {
    if (std::find(besides.begin(), besides.end(), key.name) != besides.end()) continue;
    if (key.name == "memory") {
      EXPECT_EQ(config.text(key.name), "ideal");
      continue;
    }
    EXPECT_EQ(config.text(key.name), sizes.count(key.name) != 0 ? "1" : key.initial) << key.name;
  }
}

TEST(Shrinker, ReachesFourRowsAtDepthTwo) {
  const Fails fails = [](const DifferentialCase& the_case) {
    return stream_rows(the_case) > 3 && the_case.config.number("staging.depth") == 2;
  };
  for (std::uint64_t seed = 0; seed < 2000; seed += 100) {
    SCOPED_TRACE(seed);
    const ShrunkCase shrunk = shrink(failing_case(seed, fails), fails);
    const DifferentialCase& smallest = shrunk.smallest;
    SCOPED_TRACE(text_of(smallest));
    EXPECT_TRUE(fails(smallest));
    EXPECT_EQ(smallest.operations.size(), 1U);
    EXPECT_EQ(stream_rows(smallest), 4);
    EXPECT_EQ(smallest.layer.shape.macs(), 4);
    expect_plain_machine(smallest.config, {"staging.depth"});
    EXPECT_FALSE(smallest.table);
    for (const Tensor* tensor : {&smallest.layer.activations, &smallest.layer.weights}) {
      EXPECT_TRUE(std::all_of(tensor->values.begin(), tensor->values.end(),
                              [](float value) { return value == 0.0F; }));
    }
  }
}

TEST(Shrinker, KeepsTheOneValueThatMatters) {
  const auto large = [](float value) { return value >= 5.0F; };
  const Fails fails = [&](const DifferentialCase& the_case) {
    const TensorValues& weights = the_case.layer.weights.values;
    return the_case.config.text("sync") == "elastic" &&
           std::any_of(weights.begin(), weights.end(), large);
  };
  for (std::uint64_t seed = 0; seed < 2000; seed += 100) {
    SCOPED_TRACE(seed);
    const DifferentialCase smallest = shrink(failing_case(seed, fails), fails).smallest;
    SCOPED_TRACE(text_of(smallest));
    ASSERT_EQ(smallest.layer.weights.values.size(), 1U);
    const float value = smallest.layer.weights.values[0];
    EXPECT_TRUE(value >= 5.0F && value <= 9.0F && value == std::round(value)) << value;
    EXPECT_EQ(smallest.layer.activations.values, std::vector<float>{0.0F});
    EXPECT_EQ(smallest.config.text("sync"), "elastic");
  }
}

TEST(Shrinker, KeepsTheOptionThatMatters) {
  const Fails fails = [](const DifferentialCase& the_case) {
    if (!the_case.table) return false;
    const auto& options = the_case.table->options;
    return std::any_of(options.begin(), options.end(),
                       [](const Movement& option) { return option.step == 2; });
  };
  const DifferentialCase smallest = shrink(failing_case(0, fails), fails).smallest;
  EXPECT_EQ(smallest.table->options.size(), 2U);
  EXPECT_FALSE(smallest.table->levels);
}

TEST(Shrinker, StopsAfterTheRunsThatItIsGiven) {
  const Fails fails = [](const DifferentialCase&) { return true; };
  unsigned runs = 0;
  const Fails counting = [&](const DifferentialCase& the_case) {
    ++runs;
    return fails(the_case);
  };
  EXPECT_EQ(shrink(random_case(1), counting, 7).runs, 7U);
  EXPECT_EQ(runs, 7U);
}

TEST(Shrinker, LeavesACaseThatCannotBeSmaller) {
  const DifferentialCase start = random_case(3);
  const std::string before = text_of(start);
  EXPECT_EQ(text_of(shrink(start, [](const DifferentialCase&) { return false; }).smallest), before);
}

TEST(LayerDimensions, GiveTheLayerBack) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const TraceLayer layer = random_case(seed).layer;
    const auto same = resized(layer, LayerDimensions(layer.shape));
    ASSERT_TRUE(same);
    EXPECT_EQ(same->weights.shape, layer.weights.shape);
    EXPECT_EQ(same->shape.P, layer.shape.P);
    EXPECT_EQ(same->shape.linear, layer.shape.linear);
  }
}

using WriteCase = TemporaryFolderTest;

TEST_F(WriteCase, LeavesATraceThatCanBeRead) {
  DifferentialCase the_case = random_case(5);
  the_case.table = CustomTable{{{0, 0}, {1, -1}}, {}};
  const std::string commands = write_case(the_case, folder_ / "case");
  EXPECT_NE(commands.find("--level pin"), std::string::npos);
  EXPECT_NE(commands.find("connectivity=" + (folder_ / "case/table.yaml").string()),
            std::string::npos);
  const Trace trace(folder_ / "case");
  ASSERT_EQ(trace.entries().size(), 1U);
  const TraceLayer layer = trace.read(trace.entries().front());
  EXPECT_EQ(layer.weights.shape, the_case.layer.weights.shape);
  EXPECT_EQ(layer.shape.macs(), the_case.layer.shape.macs());
}

}  // namespace
}  // namespace tensordash::differential
