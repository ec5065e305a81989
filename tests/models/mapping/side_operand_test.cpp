#include "models/mapping/side_operand.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/models/mapping/memory_case.h"

namespace tensordash {
namespace {

using dataflow_testing::NaiveDataflow;
using dataflow_testing::Origin;

const std::vector<float>& tensor_of(const MemoryCase& memory, Side side) {
  const dataflow_testing::LayerTensors& layer = memory.the_case.layer;
  switch (memory.operand(side).tensor()) {
    case OperandTensor::activations:
      return layer.activations;
    case OperandTensor::weights:
      return layer.weights;
    case OperandTensor::gradients:
      break;
  }
  return layer.output_gradients;
}

/// The values of an SRAM row, out of the group that it comes from.
std::multiset<float> values_of(const MemoryCase& memory, Side side, const Segment& segment,
                               const SramRow& row) {
  const SideOperand& operand = memory.operand(side);
  const TensorLayout& layout = operand.layout();
  const GroupExtent extent = layout.extent(operand.group(segment, row));
  const std::vector<float>& tensor = tensor_of(memory, side);
  const std::int64_t lanes = layout.lanes();
  const bool windows = operand.kind() == AccessKind::windows;
  const std::int64_t within = (windows ? row.owner % layout.width() : row.owner) % lanes;
  std::multiset<float> values;
  if (operand.transposed()) {
    EXPECT_LT(within, extent.height);
    for (unsigned x = 0; x < extent.width; ++x) {
      values.insert(tensor.at(
          static_cast<std::size_t>(extent.first + x * extent.x_stride + within * extent.y_stride)));
    }
    return values;
  }
  EXPECT_LT(within, extent.width);
  for (unsigned y = 0; y < extent.height; ++y) {
    values.insert(tensor.at(
        static_cast<std::size_t>(extent.first + within * extent.x_stride + y * extent.y_stride)));
  }
  return values;
}

void expect_stream(const MemoryCase& memory, Side side, const Segment& segment,
                   const NaiveDataflow& naive, const NaiveDataflow::Part& part,
                   std::int64_t stream) {
  const SideOperand& operand = memory.operand(side);
  const unsigned lanes = memory.parameters.lanes;
  for (std::int64_t k = 0; k < segment.K; ++k) {
    std::vector<SramRow> rows;
    operand.rows_of(segment, stream, k, rows);
    std::multiset<float> there;
    for (const SramRow& row : rows) {
      const auto values = values_of(memory, side, segment, row);
      there.insert(values.begin(), values.end());
    }
    bool any = false;
    for (unsigned lane = 0; lane < lanes; ++lane) {
      const auto at = static_cast<std::size_t>(stream);
      const auto value = side == Side::b ? naive.b(part, at, k, lane) : naive.a(part, at, k, lane);
      if (value.origin != Origin::tensor) continue;
      any = true;
      ASSERT_EQ(there.count(value.number) > 0, true) << "stream " << stream << ", k " << k;
    }
    if (operand.kind() != AccessKind::filters && operand.kind() != AccessKind::turned_filters) {
      ASSERT_EQ(any, !rows.empty()) << "stream " << stream << ", k " << k;
    }
  }
}

TEST(SideOperand, RowsHoldTheValuesOfTheStreams) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    const MemoryCase memory(seed);
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << memory.the_case);
    const NaiveDataflow naive = memory.the_case.naive();
    for (std::size_t at = 0; at < naive.parts().size(); ++at) {
      const Segment& segment = memory.plan.segments()[at];
      for (const Side side : both_sides) {
        const std::int64_t streams = memory.operand(side).streams(segment);
        for (std::int64_t stream = 0; stream < streams; ++stream) {
          expect_stream(memory, side, segment, naive, naive.parts()[at], stream);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tensordash
