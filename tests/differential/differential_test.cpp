#include <gtest/gtest.h>

#include <filesystem>

#include "tests/differential/failure.h"

namespace tensordash::differential {
namespace {

constexpr std::uint64_t cases_a_range = 50;

/// The pin level and the fast engine on random cases, a range of seeds a test.
class Differential : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Differential, PinLevelAndFastEngineAgree) {
  const std::uint64_t first = GetParam() * cases_a_range;
  for (std::uint64_t seed = first; seed < first + cases_a_range; ++seed) {
    const auto folder = std::filesystem::temp_directory_path() / "tensordash-differential";
    const std::string failure = failure_of(seed, folder);
    ASSERT_EQ(failure, "") << failure;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Differential,
                         testing::Range<std::uint64_t>(FIRST_RANGE, END_RANGE));

}  // namespace
}  // namespace tensordash::differential
