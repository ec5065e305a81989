#include "models/engine/dense_columns.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hw/numeric/fp32.h"
#include "models/engine/column_kernel.h"
#include "tests/models/dataflow/random_case.h"

namespace tensordash::engine {
namespace {

using dataflow_testing::RandomCase;

std::vector<std::uint32_t> bits_of(const float* values, std::size_t count, std::size_t distance) {
  std::vector<std::uint32_t> bits;
  for (std::size_t at = 0; at < count; ++at) bits.push_back(fp32_bits(values[at * distance]));
  return bits;
}

/// Both layouts of columns [first, first + count) against the reader.
void compare(const StreamReader& reader, const Segment& segment, unsigned lanes, std::int64_t first,
             std::int64_t count) {
  const std::size_t places = static_cast<std::size_t>(segment.K) * lanes;
  const auto columns = static_cast<std::size_t>(count);
  DenseColumns streams(reader, segment, lanes, first, count, DenseColumns::Layout::streams);
  const DenseColumns blocks(reader, segment, lanes, first, count, DenseColumns::Layout::blocks);
  EXPECT_EQ(streams.places(), places);
  EXPECT_EQ(blocks.places(), places);
  ASSERT_EQ(static_cast<std::size_t>(blocks.zero_place()), places);
  EXPECT_EQ(DenseColumns::bytes(segment, lanes, count, false), places * columns * sizeof(float));
  EXPECT_EQ(DenseColumns::bytes(segment, lanes, count, true),
            places * columns * (sizeof(float) + sizeof(std::int64_t)));
  streams.scale();
  const std::size_t width = column_block();
  const std::vector<std::uint32_t> zeros(places + 1);
  for (std::size_t column = 0; column < (columns + width - 1) / width * width; ++column) {
    const float* const block = blocks.block(column / width) + column % width;
    if (column >= columns) {
      EXPECT_EQ(bits_of(block, places + 1, width), zeros) << "missing column";
      continue;
    }
    std::vector<float> stream(places);
    reader.side_a(segment, first + static_cast<std::int64_t>(column), stream.data());
    std::vector<std::uint32_t> expected = bits_of(stream.data(), places, 1);
    EXPECT_EQ(bits_of(streams.stream(column), places, 1), expected);
    expected.push_back(0);
    EXPECT_EQ(bits_of(block, places + 1, width), expected) << "and +0 behind the last place";

    std::vector<std::int64_t> numbers(places);
    const ScaledStream scale = scale_stream(stream.data(), places, numbers.data());
    EXPECT_EQ(streams.scaled(column).fits, scale.fits);
    EXPECT_EQ(streams.scaled(column).exponent, scale.exponent);
    EXPECT_EQ(streams.scaled(column).bits, scale.bits);
    EXPECT_TRUE(std::equal(numbers.begin(), numbers.end(), streams.numbers(column)));
  }
}

TEST(DenseColumns, HoldWhatTheReaderReads) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    RandomCase the_case(seed);
    SCOPED_TRACE(testing::Message() << seed << ": " << the_case);
    const StreamPlan plan = the_case.plan();
    const StreamReader reader(plan, the_case.layer.view());
    for (const Segment& segment : plan.segments()) {
      compare(reader, segment, the_case.geometry.lanes, 0, segment.J);
      const std::int64_t first = dataflow_testing::pick(the_case.random, 0, segment.J - 1);
      compare(reader, segment, the_case.geometry.lanes, first,
              dataflow_testing::pick(the_case.random, 1, segment.J - first));
    }
  }
}

/// More columns than a block, none, one or some of them in the last.
TEST(DenseColumns, RaggedBlocks) {
  std::mt19937 random(1);
  const auto width = static_cast<std::int64_t>(column_block());
  for (const std::int64_t count : {width - 1, width, width + 1, 3 * width - 2}) {
    const LayerShape shape =
        conv2d_shape({1, 2, 4, 4}, {count, 2, 2, 2}, {1, 1}, {0, 0}, {1, 1}, 1);
    const auto layer = dataflow_testing::random_tensors(shape, random);
    const StreamPlan plan(Operation::forward, SparseOperand::activations, shape, {16, 4, 4, false});
    compare(StreamReader(plan, layer.view()), plan.segments().front(), 16, 0, count);
  }
}

}  // namespace
}  // namespace tensordash::engine
