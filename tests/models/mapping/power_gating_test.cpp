#include "models/mapping/power_gating.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace tensordash {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr PowerGatingRule automatic{PowerGating::automatic};

bool gated(std::uint32_t threshold_ppm, std::uint64_t zeros, std::uint64_t values) {
  return decide_power_gating({PowerGating::automatic, threshold_ppm}, "activations", zeros, values)
      .gated;
}

TEST(PowerGating, OffAndOnDoNotLookAtTheZeros) {
  for (const std::uint64_t zeros : {0U, 4U, 5U, 100U}) {
    EXPECT_FALSE(decide_power_gating({PowerGating::off}, "activations", zeros, 100).gated);
    EXPECT_TRUE(decide_power_gating({PowerGating::on}, "activations", zeros, 100).gated);
  }
  EXPECT_FALSE(decide_power_gating({}, "activations", 0, 100).gated);
  EXPECT_TRUE(decide_power_gating({PowerGating::on}, "activations", 0, 0).gated);
}

TEST(PowerGating, AutomaticGatesBelowFivePercent) {
  EXPECT_TRUE(decide_power_gating(automatic, "activations", 0, 100).gated);
  EXPECT_TRUE(decide_power_gating(automatic, "activations", 4, 100).gated);
  EXPECT_FALSE(decide_power_gating(automatic, "activations", 5, 100).gated);
  EXPECT_FALSE(decide_power_gating(automatic, "activations", 100, 100).gated);
}

TEST(PowerGating, TheThresholdIsExact) {
  // Both fractions are the same as doubles.
  const std::uint64_t values = std::uint64_t{1} << 60U;
  EXPECT_TRUE(gated(500'000, values / 2 - 1, values));
  EXPECT_FALSE(gated(500'000, values / 2, values));
  // A third lies between 333333 and 333334 millionths.
  EXPECT_FALSE(gated(333'333, 1, 3));
  EXPECT_TRUE(gated(333'334, 1, 3));
  // Products beyond 64 bits.
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(gated(1'000'000, most - 1, most));
  EXPECT_FALSE(gated(1'000'000, most, most));
  EXPECT_FALSE(gated(1, most / 1000, most));
}

TEST(PowerGating, TheThresholdMayBeNothingOrAll) {
  EXPECT_FALSE(gated(0, 0, 100));
  EXPECT_TRUE(gated(1'000'000, 99, 100));
  EXPECT_FALSE(gated(1'000'000, 100, 100));
}

TEST(PowerGating, ATensorWithoutValuesIsNoCause) {
  const PowerGatingDecision decision = decide_power_gating(automatic, "gradients", 0, 0);
  EXPECT_FALSE(decision.gated);
  EXPECT_EQ(decision.fraction, 0);
  EXPECT_EQ(decision.reason, "no gradients to judge by");
}

TEST(PowerGating, TellsTheFractionAndTheReason) {
  PowerGatingDecision decision = decide_power_gating(automatic, "activations", 31, 1000);
  EXPECT_EQ(decision.fraction, 0.031);
  EXPECT_EQ(decision.reason,
            "31 of 1000 activations are zero (3.10 %), below the threshold of 5 %");
  decision = decide_power_gating({PowerGating::automatic, 125'000}, "gradients", 1, 4);
  EXPECT_EQ(decision.fraction, 0.25);
  EXPECT_EQ(decision.reason,
            "1 of 4 gradients are zero (25.00 %), not below the threshold of 12.5 %");
  decision = decide_power_gating({PowerGating::off}, "activations", 1, 4);
  EXPECT_EQ(decision.fraction, 0.25);
  EXPECT_EQ(decision.reason, "power gating is off");
  EXPECT_EQ(decide_power_gating({PowerGating::on}, "activations", 1, 4).reason,
            "power gating is on");
}

TEST(PowerGating, RefusesCountsAndThresholdsThatCannotBe) {
  EXPECT_THAT([] { decide_power_gating(automatic, "activations", 5, 4); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("5 zeros in 4 activations")));
  EXPECT_THAT([] { gated(1'000'001, 1, 4); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("1000001 in a million")));
}

TEST(PowerGating, NamesAreThoseOfSettings) {
  EXPECT_EQ(name_of(PowerGating::off), "off");
  EXPECT_EQ(name_of(PowerGating::automatic), "auto");
  EXPECT_EQ(name_of(PowerGating::on), "on");
  EXPECT_EQ(power_gating_named("off"), PowerGating::off);
  EXPECT_EQ(power_gating_named("auto"), PowerGating::automatic);
  EXPECT_EQ(power_gating_named("on"), PowerGating::on);
  EXPECT_EQ(power_gating_named("automatic"), std::nullopt);
  EXPECT_EQ(power_gating_named(""), std::nullopt);
}

TEST(PowerGating, FractionsBecomeMillionths) {
  EXPECT_EQ(parts_per_million(0), 0U);
  EXPECT_EQ(parts_per_million(0.05), 50'000U);
  EXPECT_EQ(parts_per_million(0.0157), 15'700U);  // times a million a little less as a double
  EXPECT_EQ(parts_per_million(1), 1'000'000U);
  EXPECT_EQ(PowerGatingRule{}.threshold_ppm, parts_per_million(0.05));
  for (const double fraction : {-0.001, 1.001, std::nan(""), HUGE_VAL}) {
    EXPECT_THAT([&] { parts_per_million(fraction); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("allowed: 0 to 1")));
  }
}

}  // namespace
}  // namespace tensordash
