#include "platform/run/level.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tensordash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A level that can do nothing but run.
const Level plain{"plain", false, nullptr};

std::string refusal(const Level& level, const RunRequest& request) {
  try {
    require_able(level, request);
  } catch (const RequestError& problem) {
    return problem.what();
  }
  return "nothing was refused";
}

TEST(Levels, AreFoundByName) {
  EXPECT_EQ(level_named("pin").name, "pin");
  try {
    level_named("gate");
    FAIL();
  } catch (const RequestError& problem) {
    EXPECT_THAT(problem.what(), AllOf(HasSubstr("'gate'"), HasSubstr("pin")));
  }
}

TEST(Levels, RefuseWavesThatTheyDoNotHave) {
  RunRequest request;
  EXPECT_NO_THROW(require_able(plain, request));
  request.waves = WaveRequest{};
  EXPECT_NO_THROW(require_able(level_named("pin"), request));
  EXPECT_THAT(refusal(plain, request),
              AllOf(HasSubstr("--vcd"), HasSubstr("plain"), HasSubstr("allowed: pin")));
}

}  // namespace
}  // namespace tensordash
