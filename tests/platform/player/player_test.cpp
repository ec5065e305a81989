#include <gmock/gmock.h>

#include "tests/platform/player/player_fixture.h"

/// Sockets of any width.
template class tensordash::ScriptPlayer<64>;

namespace tensordash::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Access = FakeDevice::Access;
using sc_core::SC_NS;

TEST_F(PlayerTest, WritesRegistersByNameAndOffset) {
  EXPECT_EQ(play("write CONTROL 0x12345678\nwrite 0x2000 3\nwrite COUNTER_STEPS_HIGH 4"), "");
  EXPECT_THAT(device.accesses, ElementsAre(Access{'w', 0x20, 4, 0}, Access{'w', 0x2000, 4, 0},
                                           Access{'w', 0x11c, 4, 0}));
  EXPECT_EQ(device.values[0x20], 0x12345678U);
  EXPECT_EQ(device.values[0x2000], 3U);
  EXPECT_EQ(player->played(), 3U);
}

TEST_F(PlayerTest, ReadsRegistersAndSaysWhatTheyHold) {
  device.values[0x24] = 0xabc;
  EXPECT_EQ(play("read STATUS\nread 0x24\nprint \"two  words\" and more"), "");
  EXPECT_EQ(output.str(), "STATUS = 0x00000abc\n0x24 = 0x00000abc\ntwo  words and more\n");
  EXPECT_THAT(device.accesses, ElementsAre(Access{'r', 0x24, 4, 0}, Access{'r', 0x24, 4, 0}));
}

TEST_F(PlayerTest, TakesTheTimeOfAccessesBeforeTheNextLine) {
  device.register_delay = sc_core::sc_time(30, SC_NS);
  EXPECT_EQ(play("write CONTROL 1\nread CONTROL\nprint end"), "");
  EXPECT_THAT(device.accesses, ElementsAre(Access{'w', 0x20, 4, 0}, Access{'r', 0x20, 4, 30}));
  EXPECT_EQ(transcript.str(),
            "0 s s:1: write CONTROL 1\n30 ns s:2: read CONTROL\n60 ns s:3: print end\n");
  EXPECT_EQ(end_ns(), 60);
}

TEST_F(PlayerTest, ExpectsARegisterWithinAMask) {
  device.values[0x24] = 0xf5;
  EXPECT_EQ(play("expect STATUS 0xf5\nexpect STATUS 0x5 0xf\nexpect STATUS 0 0\n"
                 "expect STATUS 0x15 0x1f # not\nwrite CONTROL 1"),
            "");
  EXPECT_EQ(device.values[0x20], 1U);
}

TEST_F(PlayerTest, EndsWithTheFirstLineThatIsNotMet) {
  device.values[0x24] = 0xf5;
  EXPECT_EQ(play("\nwait 5ns\nexpect STATUS 0xf4\nwrite CONTROL 1\nexpect STATUS 0\n"),
            "s:3: expect STATUS 0xf4: expected 0xf4, seen 0xf5");
  EXPECT_EQ(device.accesses.size(), 1U);
  EXPECT_EQ(end_ns(), 5);
  EXPECT_EQ(player->played(), 2U);
  const PlayFailure& failure = *player->failure();
  EXPECT_EQ(failure.kind, PlayFailure::Kind::expectation);
  EXPECT_EQ(failure.file, "s");
  EXPECT_EQ(failure.line, 3U);
  EXPECT_EQ(failure.what, "expect STATUS 0xf4");
  EXPECT_EQ(failure.expected, "0xf4");
  EXPECT_EQ(failure.seen, "0xf5");
}

TEST_F(PlayerTest, NamesTheMaskOfAnExpectation) {
  device.values[0x24] = 0xf5;
  EXPECT_EQ(play("expect STATUS 0x4 0xf"),
            "s:1: expect STATUS 0x4 0xf: expected 0x4 (mask 0xf), seen 0xf5");
}

TEST_F(PlayerTest, FailsWhereARegisterAnswersWithAnError) {
  device.register_response = tlm::TLM_COMMAND_ERROR_RESPONSE;
  EXPECT_EQ(play("write CONTROL 1"),
            "s:1: write CONTROL 1, write at 0x20: expected TLM_OK_RESPONSE, seen "
            "TLM_COMMAND_ERROR_RESPONSE");
}

TEST_F(PlayerTest, FailsWhereATargetDoesNotAnswer) {
  device.register_response = tlm::TLM_INCOMPLETE_RESPONSE;
  EXPECT_EQ(play("poll STATUS 0 0 1us"),
            "s:1: poll STATUS 0 0 1us, read at 0x24: expected TLM_OK_RESPONSE, seen "
            "TLM_INCOMPLETE_RESPONSE");
}

TEST_F(PlayerTest, PollsAtItsIntervalUntilTheValueIsThere) {
  device.status_changes = {{250, 0x13}};
  EXPECT_EQ(play("poll STATUS 0x3 0xf 1us\nprint end"), "");
  EXPECT_THAT(device.accesses, ElementsAre(Access{'r', 0x24, 4, 0}, Access{'r', 0x24, 4, 100},
                                           Access{'r', 0x24, 4, 200}, Access{'r', 0x24, 4, 300}));
  EXPECT_EQ(end_ns(), 300);
}

TEST_F(PlayerTest, PollsForTheLastTimeAtTheTimeout) {
  parameters.poll_interval = sc_core::sc_time(40, SC_NS);
  device.status_changes = {{110, 1}};
  EXPECT_EQ(play("wait 10ns\npoll STATUS 1 1 100ns\nwait 10ns\npoll STATUS 2 2 50ns"),
            "s:4: poll STATUS 2 2 50ns: expected 0x2 (mask 0x2), seen 0x1");
  EXPECT_THAT(device.accesses, ElementsAre(Access{'r', 0x24, 4, 10}, Access{'r', 0x24, 4, 50},
                                           Access{'r', 0x24, 4, 90}, Access{'r', 0x24, 4, 110},
                                           Access{'r', 0x24, 4, 120}, Access{'r', 0x24, 4, 160},
                                           Access{'r', 0x24, 4, 170}));
}

TEST_F(PlayerTest, PollsOnceWithoutATimeoutAndCountsTheTimeOfAccesses) {
  device.register_delay = sc_core::sc_time(70, SC_NS);
  EXPECT_EQ(play("poll STATUS 0 1 0ns\npoll STATUS 1 1 100ns"),
            "s:2: poll STATUS 1 1 100ns: expected 0x1 (mask 0x1), seen 0x0");
  // From 70 on: the first read ends at 140, the wait is cut to 170, the second ends behind it.
  EXPECT_THAT(device.accesses, ElementsAre(Access{'r', 0x24, 4, 0}, Access{'r', 0x24, 4, 70},
                                           Access{'r', 0x24, 4, 170}));
}

TEST_F(PlayerTest, RefusesAnIntervalOfNoTime) {
  parameters.poll_interval = sc_core::SC_ZERO_TIME;
  EXPECT_THROW(ScriptPlayer<>("wrong", Script("", "s", folder), parameters), std::invalid_argument);
  parameters.poll_interval = sc_core::sc_time(1, SC_NS);
  EXPECT_EQ(play(""), "");
}

TEST_F(PlayerTest, WaitsForTheInterrupt) {
  device.irq_changes = {{30, true}, {90, false}};
  EXPECT_EQ(play("expect_irq 0\nwait_irq 50ns\nexpect_irq 1\nwait 10ns\nwait_irq 1ns\n"
                 "print high\nwait 60ns\nexpect_irq 0"),
            "");
  EXPECT_THAT(transcript.str(), HasSubstr("30 ns s:3"));
  EXPECT_THAT(transcript.str(), HasSubstr("40 ns s:6"));  // it was high already
  EXPECT_EQ(end_ns(), 100);
}

TEST_F(PlayerTest, FailsWhenTheInterruptComesTooLate) {
  device.irq_changes = {{51, true}};
  EXPECT_EQ(play("wait_irq 50ns"), "s:1: wait_irq 50ns: expected irq high, seen low all the time");
  EXPECT_EQ(end_ns(), 50);
}

TEST_F(PlayerTest, FailsWhenTheInterruptIsNotAsExpected) {
  EXPECT_EQ(play("expect_irq 1"), "s:1: expect_irq 1: expected 1, seen 0");
}

TEST_F(PlayerTest, SeesTheInterruptThatFollowsFromAWriteWithoutAClock) {
  device.irq_register = 0x30;
  EXPECT_EQ(play("write IRQ_RAISE 1\nexpect_irq 1\nwrite IRQ_RAISE 0\nexpect_irq 0\n"
                 "write IRQ_RAISE 1\nwrite IRQ_RAISE 0\nwait_irq 10ns"),
            "s:7: wait_irq 10ns: expected irq high, seen low all the time");
  EXPECT_EQ(end_ns(), 10);
}

/// A stale level of before the write must not pass for the interrupt.
TEST_F(PlayerTest, WaitsForANewInterruptAfterAWriteThatEndedTheOld) {
  device.irq_register = 0x30;
  EXPECT_EQ(play("write IRQ_RAISE 1\nwait_irq 10ns\nwrite IRQ_RAISE 0\nwait_irq 10ns"),
            "s:4: wait_irq 10ns: expected irq high, seen low all the time");
}

TEST_F(PlayerTest, ResetsForTheTimeSaid) {
  EXPECT_EQ(play("wait 10ns\nreset 25ns\nwrite CONTROL 1"), "");
  EXPECT_THAT(device.resets, ElementsAre(std::make_pair(0.0, true), std::make_pair(10.0, false),
                                         std::make_pair(35.0, true)));
  EXPECT_THAT(device.accesses, ElementsAre(Access{'w', 0x20, 4, 35}));
  EXPECT_TRUE(rst_n.read());
}

TEST_F(PlayerTest, HoldsResetHighFromTheStart) {
  EXPECT_EQ(play("print hello"), "");
  EXPECT_THAT(device.resets, ElementsAre(std::make_pair(0.0, true)));
}

TEST_F(PlayerTest, WaitsAndSaysNothingUnasked) {
  parameters.output = nullptr;
  parameters.transcript = nullptr;
  EXPECT_EQ(play("read STATUS\nwait 1us\nprint x\nwait 1ns"), "");
  EXPECT_EQ(end_ns(), 1001);
  EXPECT_EQ(output.str() + transcript.str(), "");
}

}  // namespace
}  // namespace tensordash::testing
