#include "platform/soc/timer.h"

#include <gmock/gmock.h>

#include "tests/platform/soc/plain_initiator.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

using Registers = TimerRegisters;
using sc_core::SC_NS;
using sc_core::sc_time;

class TimerTest : public testing::SystemCTest {
 protected:
  TimerTest() {
    timer.irq.bind(irq);
    initiator.socket.bind(timer.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  // Up to this time, with what happens there.
  void run_to(double ns) {
    const sc_time end = sc_time(ns, SC_NS) + sc_time(1, sc_core::SC_PS);
    sc_core::sc_start(end - sc_core::sc_time_stamp());
  }
  // The next access is of this time, or of now when that is later.
  void at(double ns) {
    const sc_time time(ns, SC_NS);
    const sc_time& now = sc_core::sc_time_stamp();
    initiator.delay = time > now ? time - now : sc_core::SC_ZERO_TIME;
  }
  std::uint64_t count() {
    std::uint64_t value = 0;
    EXPECT_EQ(initiator.access(tlm::TLM_READ_COMMAND, Registers::count_low, &value, 8),
              tlm::TLM_OK_RESPONSE);
    return value;
  }
  void arm(std::uint32_t compare, std::uint32_t period, std::uint32_t control) {
    initiator.write(Registers::compare_low, compare);
    initiator.write(Registers::period_low, period);
    initiator.write(Registers::control, control);
  }

  static constexpr std::uint32_t once = Registers::enable | Registers::interrupt;
  static constexpr std::uint32_t again = once | Registers::periodic;

  sc_core::sc_signal<bool> irq{"irq"};
  Timer<> timer{"timer", sc_time(2, SC_NS)};
  PlainInitiator<> initiator{"initiator"};
};

TEST_F(TimerTest, CountsAtTheLocalTime) {
  EXPECT_EQ(count(), 0U);
  at(7);
  EXPECT_EQ(count(), 3U);
  run_to(100);
  at(100);
  EXPECT_EQ(count(), 50U);
  initiator.delay = sc_time(20, sc_core::SC_SEC);
  EXPECT_EQ(count(), 10000000050U);
  finished();
}

TEST_F(TimerTest, HalvesBelongTogether) {
  // Just before the low half wraps, and after it.
  at(2.0 * 0xffffffff);
  EXPECT_EQ(initiator.read(Registers::count_low), 0xffffffffU);
  at(2.0 * 0x100000000);
  EXPECT_EQ(initiator.read(Registers::count_high), 0U);
  unsigned char debugged[8];
  EXPECT_EQ(initiator.debug(tlm::TLM_READ_COMMAND, 0, debugged, 8), 8U);
  at(2.0 * 0x100000001);
  EXPECT_EQ(initiator.read(Registers::count_low), 1U);
  initiator.debug(tlm::TLM_READ_COMMAND, 0, debugged, 8);
  EXPECT_EQ(initiator.read(Registers::count_high), 1U);
  run_to(1);
  finished();
}

TEST_F(TimerTest, Once) {
  arm(10, 0, once);
  run_to(19);
  EXPECT_FALSE(irq.read());
  run_to(20);
  EXPECT_TRUE(irq.read());
  at(20);
  EXPECT_EQ(initiator.read(Registers::status), Registers::expired);
  EXPECT_EQ(initiator.read(Registers::control), Registers::interrupt);
  initiator.write(Registers::status, Registers::expired);
  run_to(21);
  EXPECT_FALSE(irq.read());
  run_to(2000);
  EXPECT_FALSE(irq.read());
  at(2000);
  EXPECT_EQ(initiator.read(Registers::status), 0U);
  finished();
}

TEST_F(TimerTest, WithoutTheInterruptOnlyTheStatus) {
  arm(10, 0, Registers::enable);
  run_to(30);
  EXPECT_FALSE(irq.read());
  at(30);
  EXPECT_EQ(initiator.read(Registers::status), Registers::expired);
  initiator.write(Registers::control, Registers::interrupt);
  run_to(31);
  EXPECT_TRUE(irq.read());
  finished();
}

TEST_F(TimerTest, Periodic) {
  arm(10, 5, again);
  for (int turn = 0; turn < 5; ++turn) {
    run_to(19 + 10 * turn);
    EXPECT_FALSE(irq.read()) << turn;
    run_to(20 + 10 * turn);
    EXPECT_TRUE(irq.read()) << turn;
    at(20 + 10 * turn);
    initiator.write(Registers::status, Registers::expired);
  }
  // Expirations that nobody cleared do not pile up.
  run_to(205);
  at(205);
  EXPECT_EQ(initiator.read(Registers::compare_low), 105U);
  initiator.write(Registers::status, Registers::expired);
  run_to(209);
  EXPECT_FALSE(irq.read());
  run_to(210);
  EXPECT_TRUE(irq.read());
  finished();
}

TEST_F(TimerTest, AheadOfTime) {
  // All of this happens before time goes on: the wire shows it when its time comes.
  arm(10, 0, once);
  at(18);
  EXPECT_EQ(initiator.read(Registers::status), 0U);
  at(30);
  EXPECT_EQ(initiator.read(Registers::status), Registers::expired);
  at(40);
  initiator.write(Registers::status, Registers::expired);
  EXPECT_EQ(initiator.read(Registers::status), 0U);
  at(50);
  arm(12, 0, once);  // has passed: expires at once
  EXPECT_EQ(initiator.read(Registers::status), Registers::expired);
  run_to(19);
  EXPECT_FALSE(irq.read());
  run_to(20);
  EXPECT_TRUE(irq.read());
  run_to(39);
  EXPECT_TRUE(irq.read());
  run_to(40);
  EXPECT_FALSE(irq.read());
  run_to(49);
  EXPECT_FALSE(irq.read());
  run_to(50);
  EXPECT_TRUE(irq.read());
  finished();
}

TEST_F(TimerTest, CountsBeyondTheEndOfTimeNeverCome) {
  initiator.write(Registers::compare_high, 0xffffffff);
  initiator.write(Registers::period_low, 1);
  initiator.write(Registers::control, again);
  run_to(1000);
  at(1000);
  EXPECT_EQ(initiator.read(Registers::status), 0U);
  EXPECT_EQ(initiator.read(Registers::control), again);
  EXPECT_EQ(initiator.read(Registers::compare_high), 0xffffffffU);
  finished();
}

// Its time in units of the resolution passes 2^64, by little.
TEST_F(TimerTest, CountsJustBeyondTheEndOfTimeNeverCome) {
  initiator.write(Registers::compare_low, 0xa5e353f8);
  initiator.write(Registers::compare_high, 0x20c49b);
  initiator.write(Registers::control, once);
  run_to(1000);
  EXPECT_FALSE(irq.read());
  finished();
}

TEST_F(TimerTest, ALowHalfThatIsNotEnabledIsNotRead) {
  at(2.0 * 0x300000000);
  count();
  at(2.0 * 0x500000000);
  unsigned char data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  unsigned char enables[8] = {0, 0, 0, 0, 0xff, 0xff, 0xff, 0};
  tlm::tlm_generic_payload payload;
  initiator.set_up(payload, tlm::TLM_READ_COMMAND, Registers::count_low, data, 8);
  payload.set_byte_enable_ptr(enables);
  payload.set_byte_enable_length(8);
  initiator.socket->b_transport(payload, initiator.delay);
  EXPECT_THAT(data, ::testing::ElementsAre(1, 2, 3, 4, 3, 0, 0, 8));
  run_to(1);
  finished();
}

TEST_F(TimerTest, Reset) {
  arm(10, 0, once);
  run_to(25);
  EXPECT_TRUE(irq.read());
  timer.reset();
  run_to(29);
  EXPECT_FALSE(irq.read());
  at(29);
  EXPECT_EQ(count(), 2U);
  EXPECT_EQ(initiator.read(Registers::control), 0U);
  EXPECT_EQ(initiator.read(Registers::status), 0U);
  finished();
}

class TimerWiringTest : public testing::SystemCTest {};

TEST_F(TimerWiringTest, ATickOfNothing) {
  expect_report("/tensordash/soc/timer", sc_core::SC_ERROR, "tick of 0");
  EXPECT_THROW(Timer<>("timer", sc_core::SC_ZERO_TIME), sc_core::sc_report);
  sc_core::sc_start(sc_time(1, SC_NS));
  finished();
}

}  // namespace
}  // namespace tensordash
