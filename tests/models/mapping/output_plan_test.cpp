#include "models/mapping/output_plan.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/models/mapping/memory_case.h"

namespace tensordash {
namespace {

/// The group of an output by going through all groups' values.
std::vector<std::int64_t> groups_by_index(const TensorLayout& layout, std::int64_t outputs) {
  std::vector<std::int64_t> groups(static_cast<std::size_t>(outputs), -1);
  for (std::int64_t group = 0; group < layout.groups(); ++group) {
    const GroupExtent extent = layout.extent(group);
    for (unsigned x = 0; x < extent.width; ++x) {
      for (unsigned y = 0; y < extent.height; ++y) {
        groups.at(static_cast<std::size_t>(extent.first + x * extent.x_stride +
                                           y * extent.y_stride)) = group;
      }
    }
  }
  return groups;
}

TEST(OutputPlan, PassesWriteIntoTheGroupsOfTheirOutputs) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    const MemoryCase memory(seed, seed % 2 == 1);
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << memory.the_case);
    const OutputPlan outputs(memory.plan);
    const auto group_of = groups_by_index(outputs.layout(), memory.plan.output_count());
    std::vector<std::uint32_t> passes(static_cast<std::size_t>(outputs.layout().groups()), 0);
    for (std::uint64_t id = 0; id < memory.plan.pass_count(); ++id) {
      const PassPlace place = memory.plan.pass(id);
      // Partial sums go nowhere.
      if (!place.segment->last_block()) continue;
      std::set<std::int64_t> expected;
      for (unsigned row = 0; row < place.rows; ++row) {
        for (unsigned column = 0; column < place.columns; ++column) {
          expected.insert(group_of.at(static_cast<std::size_t>(memory.plan.output_index(
              *place.segment, place.first_i + row, place.first_j + column))));
        }
      }
      std::vector<std::int64_t> found;
      outputs.groups_of(static_cast<std::size_t>(place.segment - memory.plan.segments().data()),
                        place.first_i / memory.plan.geometry().rows,
                        place.first_j / memory.plan.geometry().columns, found);
      ASSERT_EQ(found.size(), expected.size());
      ASSERT_EQ(std::set<std::int64_t>(found.begin(), found.end()), expected);
      for (const std::int64_t group : found) ++passes[static_cast<std::size_t>(group)];
    }
    for (std::int64_t group = 0; group < outputs.layout().groups(); ++group) {
      ASSERT_EQ(passes[static_cast<std::size_t>(group)], outputs.passes_into(group));
    }
  }
}

/// Partial sums of all outputs of a tile wait for the last block.
TEST(OutputPlan, CountsTheRoomOfPartialSums) {
  LayerShape shape;
  shape.N = 1;
  shape.C = 9;
  shape.M = 34;
  shape.H = shape.P = 8;
  shape.W = shape.Q = 8;
  for (const std::int64_t rows : {0, 4, 9}) {
    const StreamPlan plan(Operation::forward, SparseOperand::activations, shape,
                          {1, 16, 17, false, rows});
    const OutputPlan outputs(plan);
    EXPECT_EQ(plan.turn_count(), 8U);
    EXPECT_EQ(outputs.least_room(1), rows == 4 ? 8U : 1U);
    EXPECT_EQ(outputs.least_room(3), rows == 4 ? 3U : 1U);
    EXPECT_EQ(outputs.least_room(16), 1U);
  }
}

/// Outputs of a layer of one-lane groups: a pass writes into a group for each of them.
TEST(OutputPlan, CountsTheRoomOfPassesWithManyGroups) {
  LayerShape shape;
  shape.N = 1;
  shape.C = 1;
  shape.M = 34;
  shape.H = shape.P = 8;
  shape.W = shape.Q = 8;
  const StreamPlan plan(Operation::forward, SparseOperand::activations, shape, {1, 16, 17, false});
  const OutputPlan outputs(plan);
  std::vector<std::int64_t> groups;
  outputs.groups_of(0, 0, 0, groups);
  ASSERT_EQ(groups.size(), 16U * 17);
  // Every group is a single output, so no pass waits for another.
  EXPECT_EQ(outputs.least_room(1), 1U);
  EXPECT_EQ(outputs.least_room(4), 1U);
}

}  // namespace
}  // namespace tensordash
