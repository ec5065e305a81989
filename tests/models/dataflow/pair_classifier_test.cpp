#include "models/dataflow/pair_classifier.h"

#include <gtest/gtest.h>

#include "tests/models/dataflow/random_case.h"

namespace tensordash::dataflow_testing {
namespace {

ValueKind kind_of(const StreamValue& value) {
  if (value.origin != Origin::tensor) return ValueKind::structural;
  return value.number == 0 ? ValueKind::zero : ValueKind::nonzero;
}

/// Expects the kinds of one stream to be what `read(k, lane)` says.
template <typename Read>
void expect_stream(const ValueKind* kinds, std::int64_t K, std::int64_t lanes, const Read& read) {
  ASSERT_NE(kinds, nullptr);
  for (std::int64_t k = 0; k < K; ++k) {
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      ASSERT_EQ(*kinds++, kind_of(read(k, lane))) << "stream row " << k << ", lane " << lane;
    }
  }
}

void expect_pass(const RandomCase& the_case, const NaiveDataflow& naive,
                 const NaiveDataflow::Pass& pass, const PassKinds& kinds) {
  const NaiveDataflow::Part& part = naive.parts()[pass.part];
  const std::int64_t lanes = the_case.geometry.lanes;
  ASSERT_EQ(kinds.places, static_cast<std::size_t>(part.K * lanes));
  ASSERT_EQ(kinds.b.size(), the_case.geometry.rows);
  ASSERT_EQ(kinds.a.size(), the_case.geometry.columns);
  for (std::size_t row = 0; row < kinds.b.size(); ++row) {
    if (row >= pass.rows) {
      EXPECT_EQ(kinds.b[row], nullptr);
      continue;
    }
    const std::size_t i = static_cast<std::size_t>(pass.first_i) + row;
    expect_stream(kinds.b[row], part.K, lanes,
                  [&](std::int64_t k, std::int64_t lane) { return naive.b(part, i, k, lane); });
  }
  for (std::size_t column = 0; column < kinds.a.size(); ++column) {
    if (column >= pass.columns) {
      EXPECT_EQ(kinds.a[column], nullptr);
      continue;
    }
    const std::size_t j = static_cast<std::size_t>(pass.first_j) + column;
    expect_stream(kinds.a[column], part.K, lanes,
                  [&](std::int64_t k, std::int64_t lane) { return naive.a(part, j, k, lane); });
  }
}

TEST(PairClassifier, KnowsWhatNoTensorHolds) {
  constexpr unsigned cases = 100;  // each reads every stream many times
  for (unsigned seed = 0; seed < cases && !testing::Test::HasFailure(); ++seed) {
    const RandomCase the_case(seed);
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << the_case);
    const StreamPlan plan = the_case.plan();
    const PairClassifier classifier(plan, the_case.layer.view());
    const NaiveDataflow naive = the_case.naive();
    for (const NaiveDataflow::Pass& pass : naive.passes()) {
      expect_pass(the_case, naive, pass, classifier.pass(pass.id));
      if (testing::Test::HasFailure()) break;
    }
  }
}

}  // namespace
}  // namespace tensordash::dataflow_testing
