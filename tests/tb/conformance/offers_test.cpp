// Targets that do not offer everything: what is refused properly is no finding, what is neither
// refused nor right is one.
#include <gmock/gmock.h>

#include <algorithm>

#include "tb/conformance/initiator_monitor.h"
#include "tb/conformance/target_suite.h"
#include "tests/support/systemc_test.h"
#include "tests/tb/conformance/flawed_target.h"

namespace tensordash::conformance {
namespace {

using ::testing::IsEmpty;
using Rules = std::vector<std::string>;

Offers no_byte_enables() {
  Offers offers;
  offers.byte_enables = false;
  return offers;
}
Offers no_streaming() {
  Offers offers;
  offers.streaming = false;
  return offers;
}
Offers largest(unsigned bytes) {
  Offers offers;
  offers.largest_access = bytes;
  return offers;
}
Offers aligned() {
  Offers offers;
  offers.aligned_only = true;
  return offers;
}
Offers least() {
  Offers offers;
  offers.byte_enables = offers.streaming = false;
  offers.largest_access = 4;
  offers.aligned_only = true;
  return offers;
}

class OffersTest : public testing::SystemCTest {
 protected:
  // Rules that are broken by a target that has `has` when it is said to have `said`.
  Rules broken(const Offers& has, const Offers& said, Flaw flaw = Flaw::none,
               const Window& window = {}) {
    FlawedTarget target("target", flaw, has);
    TargetDescription description = FlawedTarget::description();
    description.offers = said;
    if (window.bytes != 0) description.windows = {window};
    description.reset = [&target] { target.reset(); };
    TargetSuite<> suite("suite", description);
    InitiatorMonitor<> monitor("monitor", {});
    suite.socket.bind(monitor.socket);
    monitor.initiator_socket.bind(target.socket);
    sc_core::sc_start(sc_core::sc_time(50, sc_core::SC_MS));
    EXPECT_TRUE(suite.done());
    if (suite.findings.clean()) {
      EXPECT_THAT(suite.findings.rules(Verdict::not_exercised), IsEmpty());
    }
    finished();
    return suite.findings.rules(Verdict::broken);
  }
};

class Modest : public OffersTest, public ::testing::WithParamInterface<Offers> {};

TEST_P(Modest, RefusesWhatItNeedNotOffer) {
  EXPECT_EQ(broken(GetParam(), GetParam()), Rules());
}

INSTANTIATE_TEST_SUITE_P(All, Modest,
                         ::testing::Values(no_byte_enables(), no_streaming(), largest(64),
                                           largest(4), largest(3), largest(1), aligned(), least()));

// Where a window begins, and its parts for AT, need not be aligned. All but DMI, whose pointers
// reach beyond this window.
TEST_F(OffersTest, AlignedAccessesStayInAnOddWindow) {
  Rules rules = broken(aligned(), aligned(), Flaw::none, {WindowKind::memory, 0x1f1, 0x123});
  rules.erase(std::remove_if(rules.begin(), rules.end(),
                             [](const std::string& rule) { return rule.rfind("dmi.", 0) == 0; }),
              rules.end());
  EXPECT_EQ(rules, Rules());
}

class Capable : public OffersTest, public ::testing::WithParamInterface<Offers> {};

TEST_P(Capable, MayDoMoreThanItIsSaidToOffer) {
  EXPECT_EQ(broken({}, GetParam()), Rules());
}

INSTANTIATE_TEST_SUITE_P(All, Capable,
                         ::testing::Values(no_byte_enables(), no_streaming(), largest(4), aligned(),
                                           least()));

TEST_F(OffersTest, RefusesByteEnablesThatItIsSaidToOffer) {
  const Rules rules = broken(no_byte_enables(), {});
  EXPECT_THAT(rules, ::testing::Contains("lt.byte_enables"));
  EXPECT_THAT(rules, ::testing::Contains("at.response"));
}

TEST_F(OffersTest, RefusesStreamingThatItIsSaidToOffer) {
  EXPECT_THAT(broken(no_streaming(), {}), ::testing::Contains("lt.streaming"));
}

TEST_F(OffersTest, RefusesLengthsThatItIsSaidToOffer) {
  EXPECT_THAT(broken(largest(8), largest(16)), ::testing::Contains("lt.data"));
}

TEST_F(OffersTest, RefusesAddressesThatItIsSaidToOffer) {
  EXPECT_THAT(broken(aligned(), {}), ::testing::Contains("lt.data"));
}

TEST_F(OffersTest, IgnoresByteEnablesInsteadOfRefusingThem) {
  EXPECT_EQ(broken({}, no_byte_enables(), Flaw::ignores_byte_enables), Rules{"lt.byte_enables"});
}

TEST_F(OffersTest, IgnoresByteEnablesOfReadsInsteadOfRefusingThem) {
  EXPECT_EQ(broken({}, no_byte_enables(), Flaw::ignores_enables_of_reads),
            Rules{"lt.byte_enables"});
}

TEST_F(OffersTest, IgnoresStreamingInsteadOfRefusingIt) {
  EXPECT_EQ(broken({}, no_streaming(), Flaw::ignores_streaming), Rules{"lt.streaming"});
}

TEST_F(OffersTest, RefusesByteEnablesAndObeysThem) {
  EXPECT_EQ(broken(no_byte_enables(), no_byte_enables(), Flaw::moves_what_it_refuses),
            Rules{"lt.byte_enables"});
}

TEST_F(OffersTest, RefusesStreamingAndWritesIt) {
  EXPECT_EQ(broken(no_streaming(), no_streaming(), Flaw::moves_what_it_refuses),
            Rules{"lt.streaming"});
}

TEST_F(OffersTest, RefusesBurstsAndWritesThem) {
  EXPECT_EQ(broken(aligned(), aligned(), Flaw::moves_what_it_refuses), Rules{"lt.data"});
}

TEST_F(OffersTest, RefusesWithAnotherResponse) {
  EXPECT_EQ(broken(no_byte_enables(), no_byte_enables(), Flaw::refuses_vaguely),
            Rules{"lt.byte_enables"});
}

TEST_F(OffersTest, RefusesBurstsWithAnotherResponse) {
  EXPECT_THAT(broken(largest(4), largest(4), Flaw::refuses_vaguely),
              ::testing::Contains("lt.data"));
}

}  // namespace
}  // namespace tensordash::conformance
