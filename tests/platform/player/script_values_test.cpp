#include "platform/player/script_values.h"

#include <gmock/gmock.h>

namespace tensordash {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <typename Call>
std::string complaint(Call call) {
  try {
    call();
  } catch (const std::runtime_error& problem) {
    return problem.what();
  }
  return "no complaint";
}

TEST(ScriptWords, AreSeparatedByBlanksUpToAComment) {
  EXPECT_THAT(script_words("  load\t0x10 a#b \r"), ElementsAre("load", "0x10", "a#b"));
  EXPECT_THAT(script_words("wait 5ns # then \"more"), ElementsAre("wait", "5ns"));
  EXPECT_THAT(script_words("# all of it"), IsEmpty());
  EXPECT_THAT(script_words(" \t"), IsEmpty());
}

TEST(ScriptWords, InQuotesHoldBlanksAndEscapes) {
  EXPECT_THAT(script_words(R"(load 0 "a b#.bin" "" "q\"\\\n")"),
              ElementsAre("load", "0", "a b#.bin", "", R"(q"\\n)"));
  EXPECT_THAT(complaint([] { script_words("print \"abc"); }),
              AllOf(HasSubstr("a quote does not end"), HasSubstr("allowed")));
  EXPECT_THAT(complaint([] { script_words("print \"abc\"d"); }),
              AllOf(HasSubstr("follows a quote's end"), HasSubstr("allowed: a blank")));
}

TEST(ScriptValues, ReadNumbersNamesAndSums) {
  ScriptValues values;
  EXPECT_EQ(values.number("V", "0"), 0U);
  EXPECT_EQ(values.number("V", "010"), 10U);
  EXPECT_EQ(values.number("V", "0xFf"), 255U);
  EXPECT_EQ(values.number("V", "0Xa"), 10U);
  EXPECT_EQ(values.number("V", "18446744073709551615"), ~std::uint64_t{0});
  EXPECT_EQ(values.number("V", "0xffffffffffffffff"), ~std::uint64_t{0});
  values.set("BASE_1", 0x100);
  EXPECT_EQ(values.number("V", "$BASE_1+0x10+2"), 0x112U);
  values.set("BASE_1", 7);
  EXPECT_EQ(values.number("V", "$BASE_1"), 7U);
  EXPECT_EQ(values.word("V", "0xffffffff"), 0xffffffffU);
}

TEST(ScriptValues, RefuseWhatIsNoNumberAndSayWhatIs) {
  ScriptValues values;
  for (const char* wrong : {"", "x", "0x", "1a", "-1", "+1", "1+", "1++2", "1.5", "0xg", " 1",
                            "18446744073709551616", "0x10000000000000000"}) {
    EXPECT_THAT(complaint([&] { values.number("ADDRESS", wrong); }),
                AllOf(HasSubstr(std::string("ADDRESS is '") + wrong + "'"),
                      HasSubstr("allowed: numbers below 2^64, decimal or 0x, and $NAME")));
  }
  EXPECT_THAT(complaint([&] { values.number("V", "0xffffffffffffffff+1"); }),
              HasSubstr("2^64 or more"));
  EXPECT_THAT(complaint([&] { values.number("V", "9", 1, 8); }),
              HasSubstr("V is 9; allowed: 1 to 8"));
  EXPECT_THAT(complaint([&] { values.number("V", "0", 1, 8); }),
              HasSubstr("V is 0; allowed: 1 to 8"));
  EXPECT_THAT(complaint([&] { values.word("V", "0x100000000"); }),
              HasSubstr("V is 4294967296; allowed: 0 to 4294967295"));
}

TEST(ScriptValues, RefuseNamesThatAreNotSetOrCannotBe) {
  ScriptValues values;
  EXPECT_THAT(complaint([&] { values.number("V", "$A"); }),
              AllOf(HasSubstr("no line above sets $A"), HasSubstr("allowed: none")));
  values.set("B", 1);
  values.set("C", 1);
  EXPECT_THAT(complaint([&] { values.number("V", "1+$A"); }),
              AllOf(HasSubstr("V is '1+$A'"), HasSubstr("allowed: $B, $C")));
  for (const char* wrong : {"", "1A", "$A", "A-B"}) {
    EXPECT_THAT(complaint([&] { values.set(wrong, 1); }),
                AllOf(HasSubstr(std::string("NAME is '") + wrong), HasSubstr("allowed: letters")));
  }
}

TEST(ScriptValues, ReadTimesWithUnits) {
  const ScriptValues values;
  EXPECT_EQ(values.picoseconds("T", "7ps"), 7U);
  EXPECT_EQ(values.picoseconds("T", "7ns"), 7'000U);
  EXPECT_EQ(values.picoseconds("T", "10us"), 10'000'000U);
  EXPECT_EQ(values.picoseconds("T", "2ms"), 2'000'000'000U);
  EXPECT_EQ(values.picoseconds("T", "1000s"), 1'000'000'000'000'000U);
  EXPECT_EQ(values.picoseconds("T", "0ns"), 0U);
  for (const char* wrong : {"", "10", "us", "1.5us", "10 us", "1min", "1001s", "0x10ns",
                            "18446744073709551615s", "99999999999999999999ps"}) {
    EXPECT_THAT(complaint([&] { values.picoseconds("T", wrong); }),
                AllOf(HasSubstr(std::string("T is '") + wrong + "'"),
                      HasSubstr("allowed: a whole number and ps, ns, us, ms or s")));
  }
}

}  // namespace
}  // namespace tensordash
