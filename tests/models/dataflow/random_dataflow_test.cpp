#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "models/dataflow/pair_counts.h"
#include "tests/models/dataflow/random_case.h"

namespace tensordash::dataflow_testing {
namespace {

std::size_t size(std::int64_t count) {
  return static_cast<std::size_t>(count);
}

/// Runs `check` on every seed, stopping at the first that fails.
template <typename Check>
void on_random_cases(Check check) {
  for (unsigned seed = 0; seed < random_cases; ++seed) {
    const RandomCase the_case(seed, seed % 2 == 1);
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << the_case);
    check(the_case);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(RandomDataflow, SegmentsHaveTheSameOutputsAndLengths) {
  on_random_cases([](const RandomCase& the_case) {
    const StreamPlan plan = the_case.plan();
    const NaiveDataflow naive = the_case.naive();
    ASSERT_EQ(plan.segments().size(), naive.parts().size());
    std::uint64_t first_pass = 0;
    for (std::size_t at = 0; at < naive.parts().size(); ++at) {
      const Segment& segment = plan.segments()[at];
      const NaiveDataflow::Part& part = naive.parts()[at];
      EXPECT_EQ(segment.group, part.group);
      EXPECT_EQ(size(segment.I), part.i.size());
      EXPECT_EQ(size(segment.J), part.j.size());
      EXPECT_EQ(segment.K, part.K);
      EXPECT_EQ(segment.first_k, part.from);
      EXPECT_EQ(segment.last_block(), part.from + part.K == part.whole);
      EXPECT_EQ(segment.first_pass, first_pass);
      first_pass += segment.passes();
    }
    EXPECT_EQ(plan.pass_count(), naive.passes().size());
  });
}

TEST(RandomDataflow, PassesStandAtTheSamePlaces) {
  on_random_cases([](const RandomCase& the_case) {
    const StreamPlan plan = the_case.plan();
    const NaiveDataflow naive = the_case.naive();
    for (const NaiveDataflow::Pass& expected : naive.passes()) {
      const PassPlace place = plan.pass(expected.id);
      ASSERT_EQ(size(place.segment - plan.segments().data()), expected.part);
      ASSERT_EQ(place.first_i, expected.first_i);
      ASSERT_EQ(place.first_j, expected.first_j);
      ASSERT_EQ(place.rows, expected.rows);
      ASSERT_EQ(place.columns, expected.columns);
      for (const unsigned tiles : {1U, 3U, 16U}) {
        ASSERT_EQ(plan.tile_of(expected.id, tiles), expected.turn % tiles);
        const std::uint64_t number = expected.id - place.segment->first_pass;
        ASSERT_EQ(number % tiles, place.segment->first_on(plan.tile_of(expected.id, tiles), tiles));
      }
    }
  });
}

void expect_stream(const std::vector<float>& stream, std::int64_t lanes,
                   const std::function<StreamValue(std::int64_t, std::int64_t)>& expected) {
  for (std::size_t at = 0; at < stream.size(); ++at) {
    const auto place = static_cast<std::int64_t>(at);
    const StreamValue value = expected(place / lanes, place % lanes);
    // Bits, so that -0 of a tensor stays -0 and structural zeros are +0.
    ASSERT_EQ(std::memcmp(&stream[at], &value.number, sizeof(float)), 0)
        << "row " << place / lanes << ", lane " << place % lanes << ": " << stream[at]
        << ", expected " << value.number;
  }
}

TEST(RandomDataflow, StreamsHoldTheSameValues) {
  on_random_cases([](const RandomCase& the_case) {
    const StreamPlan plan = the_case.plan();
    const NaiveDataflow naive = the_case.naive();
    const StreamReader reader(plan, the_case.layer.view());
    const std::int64_t lanes = the_case.geometry.lanes;
    for (std::size_t at = 0; at < naive.parts().size(); ++at) {
      const NaiveDataflow::Part& part = naive.parts()[at];
      const Segment& segment = plan.segments()[at];
      std::vector<float> stream(size(part.K * lanes));
      for (std::size_t i = 0; i < part.i.size(); ++i) {
        std::fill(stream.begin(), stream.end(), 0.5F);
        reader.side_b(segment, static_cast<std::int64_t>(i), stream.data());
        SCOPED_TRACE(testing::Message() << "segment " << at << ", side B, i " << i);
        expect_stream(stream, lanes, [&](auto k, auto lane) { return naive.b(part, i, k, lane); });
      }
      for (std::size_t j = 0; j < part.j.size(); ++j) {
        std::fill(stream.begin(), stream.end(), 0.5F);
        reader.side_a(segment, static_cast<std::int64_t>(j), stream.data());
        SCOPED_TRACE(testing::Message() << "segment " << at << ", side A, j " << j);
        expect_stream(stream, lanes, [&](auto k, auto lane) { return naive.a(part, j, k, lane); });
      }
    }
  });
}

std::uint64_t& counter(ZeroCounts& zeros, Origin origin) {
  switch (origin) {
    case Origin::spatial_padding:
      return zeros.spatial_padding;
    case Origin::dilation:
      return zeros.dilation;
    case Origin::lane_padding:
      return zeros.lane_padding;
    case Origin::tensor:
      break;
  }
  return zeros.data;
}

ZeroCounts naive_zeros(const NaiveDataflow& naive, const NaiveDataflow::Part& part, std::size_t i,
                       std::int64_t lanes) {
  ZeroCounts zeros;
  for (std::int64_t k = 0; k < part.K; ++k) {
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      const StreamValue value = naive.b(part, i, k, lane);
      if (value.number == 0.0F) ++counter(zeros, value.origin);
    }
  }
  return zeros;
}

void expect_zeros(const ZeroCounts& zeros, const ZeroCounts& expected) {
  EXPECT_EQ(zeros.data, expected.data);
  EXPECT_EQ(zeros.spatial_padding, expected.spatial_padding);
  EXPECT_EQ(zeros.dilation, expected.dilation);
  EXPECT_EQ(zeros.lane_padding, expected.lane_padding);
}

TEST(RandomDataflow, ZerosAreOfTheSameKinds) {
  on_random_cases([](const RandomCase& the_case) {
    const StreamPlan plan = the_case.plan();
    const NaiveDataflow naive = the_case.naive();
    const StreamReader reader(plan, the_case.layer.view());
    const std::int64_t lanes = the_case.geometry.lanes;
    ZeroCounts sum;
    for (std::size_t at = 0; at < naive.parts().size(); ++at) {
      const NaiveDataflow::Part& part = naive.parts()[at];
      std::vector<float> stream(size(part.K * lanes));
      for (std::size_t i = 0; i < part.i.size(); ++i) {
        ZeroCounts zeros;
        reader.side_b(plan.segments()[at], static_cast<std::int64_t>(i), stream.data(), &zeros);
        const ZeroCounts expected = naive_zeros(naive, part, i, lanes);
        expect_zeros(zeros, expected);
        for (const Origin origin :
             {Origin::tensor, Origin::spatial_padding, Origin::dilation, Origin::lane_padding}) {
          ZeroCounts copy = expected;
          counter(sum, origin) += counter(copy, origin);
        }
      }
    }
    expect_zeros(count_pairs(plan, the_case.layer.view()).zeros, sum);
  });
}

TEST(RandomDataflow, EveryOutputWithAPassIsProducedOnce) {
  on_random_cases([](const RandomCase& the_case) {
    const StreamPlan plan = the_case.plan();
    const NaiveDataflow naive = the_case.naive();
    std::set<std::int64_t> seen;
    std::size_t outputs = 0;
    for (std::size_t at = 0; at < naive.parts().size(); ++at) {
      const NaiveDataflow::Part& part = naive.parts()[at];
      if (part.from + part.K == part.whole) outputs += part.i.size() * part.j.size();
      for (std::size_t i = 0; i < part.i.size(); ++i) {
        for (std::size_t j = 0; j < part.j.size(); ++j) {
          const std::int64_t index = plan.output_index(
              plan.segments()[at], static_cast<std::int64_t>(i), static_cast<std::int64_t>(j));
          ASSERT_EQ(index, naive.output(part, i, j));
          ASSERT_GE(index, 0);
          ASSERT_LT(index, plan.output_count());
          seen.insert(index);
        }
      }
    }
    EXPECT_EQ(seen.size(), outputs);
    const bool all_have_passes = the_case.orientation.operation != Operation::backward_data ||
                                 !the_case.geometry.dilation_zeros_removed;
    if (all_have_passes) {
      EXPECT_EQ(seen.size(), size(plan.output_count()));
    }
  });
}

/// Index of the output that a product belongs to.
std::int64_t output_of(const Product& product, Operation operation, const LayerShape& shape) {
  const auto& [n, m, p, q, c, channel, r, s, h, w] = product;
  if (operation == Operation::forward) return ((n * shape.M + m) * shape.P + p) * shape.Q + q;
  if (operation == Operation::backward_data) {
    return ((n * shape.C + channel) * shape.H + h) * shape.W + w;
  }
  return ((m * (shape.C / shape.groups) + c) * shape.R + r) * shape.S + s;
}

std::pair<float, float> operands_of(const Product& product, Operation operation,
                                    const LayerTensors& layer) {
  const auto& [n, m, p, q, c, channel, r, s, h, w] = product;
  if (operation == Operation::forward) {
    return {layer.activation(n, channel, h, w), layer.weight(m, c, r, s)};
  }
  if (operation == Operation::backward_data) {
    return {layer.gradient(n, m, p, q), layer.weight(m, c, r, s)};
  }
  return {layer.gradient(n, m, p, q), layer.activation(n, channel, h, w)};
}

TEST(RandomDataflow, CountsAreThoseOfTheConvolution) {
  on_random_cases([](const RandomCase& the_case) {
    const LayerShape& shape = the_case.layer.shape;
    const PairCounts counts = count_pairs(the_case.plan(), the_case.layer.view());
    std::uint64_t effectual = 0;
    for_each_product(shape, [&](const Product& product) {
      const auto [x, y] = operands_of(product, the_case.orientation.operation, the_case.layer);
      if (x != 0.0F && y != 0.0F) ++effectual;
    });
    EXPECT_EQ(counts.effectual, effectual);
    EXPECT_EQ(counts.total,
              static_cast<std::uint64_t>(shape.N * shape.M * shape.P * shape.Q *
                                         (shape.C / shape.groups) * shape.R * shape.S));
  });
}

// The streams must compute the convolution, whoever reads them in whatever order: the sum of
// products of each pair of streams is that of the output it stands for.
TEST(RandomDataflow, StreamsMultipliedGiveTheConvolution) {
  on_random_cases([](const RandomCase& the_case) {
    const Operation operation = the_case.orientation.operation;
    const StreamPlan plan = the_case.plan();
    const StreamReader reader(plan, the_case.layer.view());
    std::vector<double> expected(size(plan.output_count()));
    for_each_product(the_case.layer.shape, [&](const Product& product) {
      const auto [x, y] = operands_of(product, operation, the_case.layer);
      expected[size(output_of(product, operation, the_case.layer.shape))] +=
          static_cast<double>(x) * y;
    });
    std::vector<double> sums(expected.size());
    for (const Segment& segment : plan.segments()) {
      const std::size_t length = size(segment.K) * plan.geometry().lanes;
      std::vector<float> b(length);
      std::vector<float> a(length);
      for (std::int64_t i = 0; i < segment.I; ++i) {
        reader.side_b(segment, i, b.data());
        for (std::int64_t j = 0; j < segment.J; ++j) {
          reader.side_a(segment, j, a.data());
          double& sum = sums[size(plan.output_index(segment, i, j))];
          for (std::size_t at = 0; at < length; ++at) sum += static_cast<double>(b[at]) * a[at];
        }
      }
    }
    // Whole numbers well below 2^53: exact in any order. Outputs without a pass are zero.
    EXPECT_EQ(sums, expected);
  });
}

// The random cases must reach the corners that they are for.
TEST(RandomDataflow, CasesCoverTheCorners) {
  unsigned strided_beyond_kernel = 0;
  unsigned without_pass = 0;
  unsigned grouped_phases = 0;
  unsigned mixed_taps = 0;
  for (unsigned seed = 0; seed < random_cases; ++seed) {
    const RandomCase the_case(seed);
    const LayerShape& shape = the_case.layer.shape;
    const bool removed = the_case.geometry.dilation_zeros_removed &&
                         the_case.orientation.operation == Operation::backward_data;
    const StreamPlan plan = the_case.plan();
    std::int64_t produced = 0;
    for (const Segment& segment : plan.segments()) produced += segment.I * segment.J;
    if (shape.stride[0] > shape.R && shape.stride[1] > shape.S) ++strided_beyond_kernel;
    if (removed && produced < plan.output_count()) ++without_pass;
    if (removed && shape.groups > 1 && shape.stride[0] * shape.stride[1] > 1) ++grouped_phases;
    const PairCounts counts = count_pairs(plan, the_case.layer.view());
    if (counts.zeros.dilation > 0 && counts.zeros.spatial_padding > 0 &&
        counts.zeros.lane_padding > 0) {
      ++mixed_taps;
    }
  }
  EXPECT_GT(strided_beyond_kernel, 10U);
  EXPECT_GT(without_pass, 10U);
  EXPECT_GT(grouped_phases, 10U);
  EXPECT_GT(mixed_taps, 10U);
  unsigned blocked = 0;
  unsigned shorter_last = 0;
  for (unsigned seed = 1; seed < random_cases; seed += 2) {
    const RandomCase the_case(seed, true);
    const StreamPlan plan = the_case.plan();
    for (const Segment& segment : plan.segments()) {
      if (segment.blocks > 1) ++blocked;
      if (segment.block > 0 && segment.K < segment.first_k / segment.block) ++shorter_last;
    }
  }
  EXPECT_GT(blocked, 500U);
  EXPECT_GT(shorter_last, 100U);
}

}  // namespace
}  // namespace tensordash::dataflow_testing
