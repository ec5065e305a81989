#include "platform/soc/interrupt_controller.h"

#include <gmock/gmock.h>

#include "tests/platform/soc/plain_initiator.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

using Registers = InterruptRegisters;

class InterruptControllerTest : public testing::SystemCTest {
 protected:
  static constexpr unsigned count = 5;
  InterruptControllerTest() {
    controller.lines.bind(wires);
    controller.irq.bind(irq);
    initiator.socket.bind(controller.socket);
    settle();
  }
  void settle() { sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS)); }
  bool irq_now() {
    settle();
    return irq.read();
  }
  void set(unsigned line, bool level) {
    wires[line].write(level);
    settle();
  }

  sc_core::sc_vector<sc_core::sc_signal<bool>> wires{"wires", count};
  sc_core::sc_signal<bool> irq{"irq"};
  InterruptController<> controller{"controller", count};
  PlainInitiator<> initiator{"initiator"};
};

TEST_F(InterruptControllerTest, LevelsFollowTheirLines) {
  set(3, true);
  EXPECT_EQ(initiator.read(Registers::raw), 8U);
  EXPECT_EQ(initiator.read(Registers::pending), 8U);
  EXPECT_EQ(initiator.read(Registers::active), 0U);
  EXPECT_FALSE(irq_now());
  initiator.write(Registers::enable, 0xffffffff);
  EXPECT_EQ(initiator.read(Registers::enable), 0x1fU);
  EXPECT_TRUE(irq_now());
  set(1, true);
  EXPECT_EQ(initiator.read(Registers::next), 1U);
  initiator.write(Registers::enable_clear, 2);
  EXPECT_EQ(initiator.read(Registers::next), 3U);
  initiator.write(Registers::clear, 8);  // the line is still high
  EXPECT_TRUE(irq_now());
  set(3, false);
  EXPECT_FALSE(irq_now());
  EXPECT_EQ(initiator.read(Registers::next), Registers::none);
  initiator.write(Registers::enable_set, 2);
  EXPECT_TRUE(irq_now());
  finished();
}

TEST_F(InterruptControllerTest, LevelsAreNotLatched) {
  set(4, true);
  set(4, false);
  EXPECT_EQ(initiator.read(Registers::pending), 0U);
  finished();
}

TEST_F(InterruptControllerTest, StreamsIntoOneWord) {
  unsigned char data[8] = {1, 0, 0, 0, 4, 0, 0, 0};
  tlm::tlm_generic_payload payload;
  initiator.set_up(payload, tlm::TLM_WRITE_COMMAND, Registers::enable_set, data, 8);
  payload.set_streaming_width(4);
  initiator.socket->b_transport(payload, initiator.delay);
  EXPECT_EQ(initiator.read(Registers::enable), 5U);
  finished();
}

TEST_F(InterruptControllerTest, EdgesStayUntilTheyAreCleared) {
  initiator.write(Registers::edge, 4);
  initiator.write(Registers::enable, 4);
  set(2, true);
  set(2, false);
  EXPECT_EQ(initiator.read(Registers::raw), 0U);
  EXPECT_EQ(initiator.read(Registers::pending), 4U);
  EXPECT_TRUE(irq_now());
  set(2, true);
  initiator.write(Registers::clear, 4);
  EXPECT_FALSE(irq_now());
  EXPECT_EQ(initiator.read(Registers::raw), 4U);
  finished();
}

TEST_F(InterruptControllerTest, SoftwareSetsThem) {
  initiator.write(Registers::enable, 1);
  initiator.write(Registers::set, 0xffffffff);
  EXPECT_EQ(initiator.read(Registers::pending), 0x1fU);
  EXPECT_TRUE(irq_now());
  controller.reset();
  EXPECT_FALSE(irq_now());
  EXPECT_EQ(initiator.read(Registers::pending), 0U);
  EXPECT_EQ(initiator.read(Registers::enable), 0U);
  finished();
}

TEST_F(InterruptControllerTest, AWriteAheadOfTimeDrivesTheWireThen) {
  set(0, true);
  initiator.delay = sc_core::sc_time(10, sc_core::SC_NS);
  initiator.write(Registers::enable, 1);
  sc_core::sc_start(sc_core::sc_time(9, sc_core::SC_NS));
  EXPECT_FALSE(irq.read());
  EXPECT_TRUE(irq_now() || irq_now());
  finished();
}

TEST_F(InterruptControllerTest, WhatHappensBeforeAWriteAheadOfTimeDoesNotBringItForward) {
  set(0, true);
  initiator.delay = sc_core::sc_time(10, sc_core::SC_NS);
  initiator.write(Registers::enable, 1);
  EXPECT_EQ(initiator.read(Registers::active), 1U);
  initiator.delay = sc_core::sc_time(2, sc_core::SC_NS);
  initiator.write(Registers::set, 2);  // of somebody else, who is not as far ahead
  set(2, true);                        // 1 ns
  EXPECT_FALSE(irq.read());
  sc_core::sc_start(sc_core::sc_time(8, sc_core::SC_NS));  // 9 ns
  EXPECT_FALSE(irq.read());
  settle();  // 10 ns
  EXPECT_TRUE(irq_now());
  finished();
}

TEST_F(InterruptControllerTest, AWriteAheadOfTimeDoesNotLowerTheWireEarly) {
  initiator.write(Registers::enable, 1);
  set(0, true);
  EXPECT_TRUE(irq_now());
  initiator.delay = sc_core::sc_time(10, sc_core::SC_NS);
  initiator.write(Registers::enable_clear, 1);
  set(3, true);
  set(3, false);  // 2 ns
  EXPECT_TRUE(irq.read());
  sc_core::sc_start(sc_core::sc_time(7, sc_core::SC_NS));  // 9 ns
  EXPECT_TRUE(irq.read());
  settle();
  EXPECT_FALSE(irq_now());
  finished();
}

TEST_F(InterruptControllerTest, LinesRaiseTheWireWhileAWriteIsToCome) {
  initiator.write(Registers::enable, 2);
  set(0, true);
  initiator.delay = sc_core::sc_time(10, sc_core::SC_NS);
  initiator.write(Registers::enable_set, 1);
  set(1, true);
  EXPECT_TRUE(irq.read());
  set(1, false);
  EXPECT_FALSE(irq.read());
  sc_core::sc_start(sc_core::sc_time(8, sc_core::SC_NS));
  EXPECT_TRUE(irq_now());
  finished();
}

// In the end the wire shows what is read, in whatever order accesses have met.
TEST_F(InterruptControllerTest, TheWireEndsAsSoftwareSeesIt) {
  set(0, true);
  initiator.delay = sc_core::sc_time(10, sc_core::SC_NS);
  initiator.write(Registers::enable, 1);
  initiator.delay = sc_core::sc_time(5, sc_core::SC_NS);
  initiator.write(Registers::enable_clear, 1);
  sc_core::sc_start(sc_core::sc_time(12, sc_core::SC_NS));
  initiator.delay = sc_core::SC_ZERO_TIME;
  EXPECT_EQ(initiator.read(Registers::active), 0U);
  EXPECT_FALSE(irq.read());
  // An edge after a clear that lies ahead: software sees it, and so it is not lost.
  initiator.write(Registers::edge, 2);
  initiator.write(Registers::enable, 2);
  initiator.delay = sc_core::sc_time(5, sc_core::SC_NS);
  initiator.write(Registers::clear, 2);
  set(1, true);
  sc_core::sc_start(sc_core::sc_time(6, sc_core::SC_NS));
  EXPECT_EQ(initiator.read(Registers::active), 2U);
  EXPECT_TRUE(irq.read());
  finished();
}

TEST_F(InterruptControllerTest, AResetDropsWritesThatLieAhead) {
  set(0, true);
  initiator.delay = sc_core::sc_time(3, sc_core::SC_NS);
  initiator.write(Registers::enable, 1);
  initiator.delay = sc_core::sc_time(6, sc_core::SC_NS);
  initiator.write(Registers::set, 1);
  controller.reset();
  for (int time = 0; time < 8; ++time) EXPECT_FALSE(irq_now());
  finished();
}

TEST_F(InterruptControllerTest, AnyBytesOfTheWindow) {
  unsigned char byte = 0x15;
  EXPECT_EQ(initiator.access(tlm::TLM_WRITE_COMMAND, Registers::enable, &byte, 1),
            tlm::TLM_OK_RESPONSE);
  std::uint64_t both = 0;
  EXPECT_EQ(initiator.access(tlm::TLM_READ_COMMAND, Registers::pending, &both, 8),
            tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(both, std::uint64_t{0x15} << 32);
  // Three bytes across two words: the last of `pending`, the first two of `enable`.
  unsigned char three[3] = {9, 9, 9};
  EXPECT_EQ(initiator.access(tlm::TLM_READ_COMMAND, Registers::pending + 3, three, 3),
            tlm::TLM_OK_RESPONSE);
  EXPECT_THAT(three, ::testing::ElementsAre(0, 0x15, 0));
  EXPECT_EQ(initiator.read(0xffc), 0U);
  EXPECT_EQ(initiator.access(tlm::TLM_READ_COMMAND, 0xffd, &both, 4),
            tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(initiator.debug(tlm::TLM_READ_COMMAND, 0xffd, &both, 8), 3U);
  // Enabled bytes only.
  unsigned char data[4] = {0x0a, 0x01, 0xff, 0xff};
  unsigned char enables[4] = {0, 0xff, 0xff, 0xff};
  tlm::tlm_generic_payload payload;
  initiator.set_up(payload, tlm::TLM_WRITE_COMMAND, Registers::enable, data, 4);
  payload.set_byte_enable_ptr(enables);
  payload.set_byte_enable_length(4);
  initiator.socket->b_transport(payload, initiator.delay);
  EXPECT_EQ(initiator.read(Registers::enable), 0x15U);
  finished();
}

class InterruptWiringTest : public testing::SystemCTest {};

TEST_F(InterruptWiringTest, NoLinesOrTooMany) {
  expect_report("/tensordash/soc/interrupt_controller", sc_core::SC_ERROR, "1 to 32");
  EXPECT_THROW(InterruptController<>("none", 0), sc_core::sc_report);
  EXPECT_THROW(InterruptController<>("many", 33), sc_core::sc_report);
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
  finished();
}

}  // namespace
}  // namespace tensordash
