#include <gtest/gtest.h>

#include <map>

#include "tests/models/dataflow/random_case.h"

namespace tensordash {
namespace {

TEST(OutputPlace, IsTheOneThatTheOutputIndexCameFrom) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const dataflow_testing::RandomCase the_case(seed, seed % 2 == 1);
    const StreamPlan plan = the_case.plan();
    std::int64_t written = 0;
    for (const Segment& segment : plan.segments()) {
      if (!segment.last_block()) continue;
      for (std::int64_t i = 0; i < segment.I; ++i) {
        for (std::int64_t j = 0; j < segment.J; ++j, ++written) {
          const auto place = plan.output_place(plan.output_index(segment, i, j));
          ASSERT_TRUE(place.has_value()) << the_case;
          ASSERT_EQ(place->segment, &segment) << the_case;
          ASSERT_EQ(place->i, i) << the_case;
          ASSERT_EQ(place->j, j) << the_case;
          const PassPlace pass = plan.pass(plan.pass_of(*place));
          ASSERT_EQ(pass.segment, &segment) << the_case;
          ASSERT_LE(pass.first_i, i) << the_case;
          ASSERT_LT(i, pass.first_i + pass.rows) << the_case;
          ASSERT_LE(pass.first_j, j) << the_case;
          ASSERT_LT(j, pass.first_j + pass.columns) << the_case;
        }
      }
    }
    std::int64_t found = 0;
    for (std::int64_t index = 0; index < plan.output_count(); ++index) {
      found += plan.output_place(index) ? 1 : 0;
    }
    EXPECT_EQ(found, written) << the_case;
  }
}

}  // namespace
}  // namespace tensordash
