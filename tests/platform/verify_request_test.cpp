#include "platform/run/verify_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/run/run_request.h"

namespace tensordash {
namespace {

using Kind = VerifyRequest::Kind;
using testing::HasSubstr;

TEST(VerifyOption, IsReadAndWrittenAlike) {
  for (const char* text : {"all", "none", "sample:1", "sample:4096"}) {
    EXPECT_EQ(text_of(verify_request(text)), text);
  }
  EXPECT_EQ(verify_request("sample:4096").count, 4096U);
}

TEST(VerifyOption, SaysHowManyOutputsAreCompared) {
  EXPECT_EQ(verify_request("all").checks(10), 10U);
  EXPECT_EQ(verify_request("none").checks(10), 0U);
  EXPECT_EQ(verify_request("sample:4").checks(10), 4U);
  EXPECT_EQ(verify_request("sample:40").checks(10), 10U);
}

TEST(VerifyOption, RefusesAnythingElseNamingOptionAndChoices) {
  for (const char* text : {"", "some", "ALL", "all ", "sample", "sample:", "sample:0", "sample:-1",
                           "sample:1.5", "sample:x", "sample:99999999999999999999", "none:1"}) {
    SCOPED_TRACE(text);
    try {
      verify_request(text);
      FAIL() << "not refused";
    } catch (const RequestError& problem) {
      EXPECT_THAT(problem.what(), HasSubstr("--verify"));
      EXPECT_THAT(problem.what(), HasSubstr("all, none, or sample:N"));
    }
  }
}

}  // namespace
}  // namespace tensordash
