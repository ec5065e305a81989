#include "platform/soc/bus.h"

#include <gmock/gmock.h>

#include "hw/dram/front/payload_pool.h"
#include "platform/soc/memory.h"
#include "platform/soc/width_adapter.h"
#include "tests/platform/soc/plain_initiator.h"
#include "tests/platform/soc/protocol_watch.h"
#include "tests/platform/soc/timed_traffic.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;
using ::testing::ElementsAre;
using ::testing::Pair;

constexpr auto read = tlm::TLM_READ_COMMAND;
constexpr auto write = tlm::TLM_WRITE_COMMAND;
constexpr const char* report_id = "/tensordash/soc/bus";

RamParameters memory_of(std::uint64_t bytes) {
  RamParameters parameters;
  parameters.bytes = bytes;
  parameters.read_latency = {10, SC_NS};
  parameters.write_latency = {20, SC_NS};
  return parameters;
}

class BusTest : public testing::SystemCTest {
 protected:
  BusTest() {
    bus.map(0x4000, 0x1000, a.socket);
    const unsigned port = bus.map(0x5000, 0x800, b.socket, 0x400);
    bus.alias(0xfffffffffffff000, 0x1000, port);
    one.socket.bind(bus.socket);
    two.socket.bind(bus.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  BusParameters latencies() const { return {{3, SC_NS}, {4, SC_NS}}; }

  Bus<> bus{"bus", latencies()};
  Memory<> a{"a", memory_of(0x1000)};
  Memory<> b{"b", memory_of(0x2000)};
  PlainInitiator<> one{"one"}, two{"two"};
};

TEST_F(BusTest, AddressesAreTheTargetsOwn) {
  std::uint32_t value = 0x04030201;
  EXPECT_EQ(one.access(write, 0x4ffc, &value, 4), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(a.data()[0xffc], 1);
  EXPECT_EQ(two.read(0x4ffc), 0x04030201U);
  two.write(0x5010, 0x55);
  EXPECT_EQ(b.data()[0x410], 0x55);
  EXPECT_EQ(one.read(0xfffffffffffff410), 0x55U);
  one.write(0xfffffffffffffffc, 0x66);
  EXPECT_EQ(b.data()[0xffc], 0x66);
  finished();
}

TEST_F(BusTest, LatenciesAddToTheDelay) {
  one.delay = sc_time(100, SC_NS);
  one.read(0x4000);
  EXPECT_EQ(one.delay, sc_time(117, SC_NS));
  one.write(0x4000, 1);
  EXPECT_EQ(one.delay, sc_time(144, SC_NS));
  std::uint32_t value = 0;
  EXPECT_EQ(one.access(read, 0, &value, 4), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(one.delay, sc_time(151, SC_NS));
  finished();
}

TEST_F(BusTest, WhatNoWindowCoversIsAnAddressError) {
  unsigned char bytes[64] = {};
  for (const std::uint64_t address : {0x0ULL, 0x3fffULL, 0x4ffdULL, 0x57fdULL, 0x5800ULL,
                                      0xffffffffffffefffULL, 0xfffffffffffffffdULL}) {
    EXPECT_EQ(one.access(read, address, bytes, 4), tlm::TLM_ADDRESS_ERROR_RESPONSE) << address;
    EXPECT_FALSE(one.dmi_hint);
  }
  // Streaming stays within the window.
  tlm::tlm_generic_payload payload;
  one.set_up(payload, read, 0x4ffc, bytes, 64);
  payload.set_streaming_width(4);
  one.socket->b_transport(payload, one.delay);
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_OK_RESPONSE);
  one.set_up(payload, read, 0x4ffc, bytes, 0);
  one.socket->b_transport(payload, one.delay);
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_BURST_ERROR_RESPONSE);
  finished();
}

TEST_F(BusTest, DebugEndsWithTheWindow) {
  unsigned char bytes[64];
  std::fill(bytes, bytes + 64, 7);
  EXPECT_EQ(one.debug(write, 0x4ff0, bytes, 64), 16U);
  EXPECT_EQ(a.data()[0xfff], 7);
  EXPECT_EQ(b.data()[0x400], 0);
  EXPECT_EQ(one.debug(write, 0x57f0, bytes, 64), 16U);
  EXPECT_EQ(b.data()[0xbff], 7);
  EXPECT_EQ(b.data()[0xc00], 0);
  EXPECT_EQ(one.debug(read, 0x3fff, bytes, 64), 0U);
  EXPECT_EQ(one.debug(read, 0x4000, bytes, 64), 64U);
  finished();
}

TEST_F(BusTest, PointersAreClippedToTheWindow) {
  tlm::tlm_dmi dmi;
  ASSERT_TRUE(one.direct(0x4800, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0x4000U);
  EXPECT_EQ(dmi.get_end_address(), 0x4fffU);
  EXPECT_EQ(dmi.get_dmi_ptr(), a.data());
  ASSERT_TRUE(one.direct(0x5000, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0x5000U);
  EXPECT_EQ(dmi.get_end_address(), 0x57ffU);
  EXPECT_EQ(dmi.get_dmi_ptr(), b.data() + 0x400);
  ASSERT_TRUE(one.direct(0xffffffffffffffff, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0xfffffffffffff000U);
  EXPECT_EQ(dmi.get_end_address(), 0xffffffffffffffffU);
  EXPECT_EQ(dmi.get_dmi_ptr(), b.data());
  // Holes, and refusals, which end with the window too.
  EXPECT_FALSE(one.direct(0x6000, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0x5800U);
  EXPECT_EQ(dmi.get_end_address(), 0xffffffffffffefffU);
  b.set_dmi_allowed(false);
  EXPECT_FALSE(one.direct(0x5004, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0x5000U);
  EXPECT_EQ(dmi.get_end_address(), 0x57ffU);
  finished();
}

TEST_F(BusTest, InvalidationsReachAllWithTheirAddresses) {
  a.reset();
  EXPECT_THAT(one.invalidated, ElementsAre(Pair(0x4000, 0x4fff)));
  EXPECT_EQ(one.invalidated, two.invalidated);
  one.invalidated.clear();
  b.reset();
  EXPECT_THAT(one.invalidated,
              ElementsAre(Pair(0x5000, 0x57ff), Pair(0xfffffffffffff000, 0xffffffffffffffff)));
  one.invalidated.clear();
  bus.invalidate_direct_mem_ptr(1, 0, 0x3ff);  // only the alias sees these
  EXPECT_THAT(one.invalidated, ElementsAre(Pair(0xfffffffffffff000, 0xfffffffffffff3ff)));
  finished();
}

TEST_F(BusTest, NeighboursThatBreakTheProtocolAreErrors) {
  expect_report(report_id, sc_core::SC_ERROR, "without memory manager");
  expect_report(report_id, sc_core::SC_ERROR, "before the END_REQ of its last");
  expect_report(report_id, sc_core::SC_ERROR, "a payload that is in flight");
  expect_report(report_id, sc_core::SC_ERROR, "that has no response to end");
  expect_report(report_id, sc_core::SC_ERROR, "that it was not given");
  expect_report(report_id, sc_core::SC_ERROR, "only a target may send");
  tlm::tlm_generic_payload plain;
  PayloadPool pool;
  tlm::tlm_generic_payload &first = pool.take(4), &second = pool.take(4);
  sc_time delay(5, SC_NS);
  const auto send = [&](tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
    sc_time annotation = delay;
    return one.socket->nb_transport_fw(payload, phase, annotation);
  };
  EXPECT_THROW(send(plain, tlm::BEGIN_REQ), sc_core::sc_report);
  first.set_address(0x4000);
  send(first, tlm::BEGIN_REQ);
  EXPECT_THROW(send(first, tlm::BEGIN_REQ), sc_core::sc_report);
  EXPECT_THROW(send(second, tlm::BEGIN_REQ), sc_core::sc_report);
  EXPECT_THROW(send(second, tlm::END_RESP), sc_core::sc_report);
  EXPECT_THROW(send(first, tlm::END_REQ), sc_core::sc_report);
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  EXPECT_THROW(bus.nb_transport_bw(0, second, phase, delay), sc_core::sc_report);
  EXPECT_THROW(bus.nb_transport_bw(1, first, phase, delay), sc_core::sc_report);
  first.release();
  first.release();
  second.release();
  finished();
}

class BusWiringTest : public testing::SystemCTest {};

TEST_F(BusWiringTest, MapsThatCannotBe) {
  expect_report(report_id, sc_core::SC_ERROR, "bus: window at 0x10 of 0 bytes");
  expect_report(report_id, sc_core::SC_ERROR,
                "window 0x10ff to 0x10ff overlaps window 0x1000 to 0x1fff");
  expect_report(report_id, sc_core::SC_ERROR,
                "window 0x0 to 0x1000 overlaps window 0x1000 to 0x1fff");
  expect_report(report_id, sc_core::SC_ERROR, "passes the last address");
  expect_report(report_id, sc_core::SC_ERROR, "alias of a port that is none");
  expect_report(report_id, sc_core::SC_ERROR, "map() after elaboration");
  Bus<> bus("bus");
  Memory<> memory("memory");
  Memory<> other("other");
  PlainInitiator<> initiator("initiator");
  initiator.socket.bind(bus.socket);
  bus.map(0x1000, 0x1000, memory.socket);
  EXPECT_THROW(bus.map(0x10, 0, other.socket), sc_core::sc_report);
  EXPECT_THROW(bus.map(0x10ff, 1, other.socket), sc_core::sc_report);
  EXPECT_THROW(bus.map(0, 0x1001, other.socket), sc_core::sc_report);
  EXPECT_THROW(bus.map(0xfffffffffffffff0, 0x11, other.socket), sc_core::sc_report);
  EXPECT_THROW(bus.alias(0x5000, 0x11, 0, 0xfffffffffffffff0), sc_core::sc_report);
  EXPECT_THROW(bus.alias(0x5000, 0x10, 1), sc_core::sc_report);
  bus.map(0xfffffffffffffff0, 0x10, other.socket);
  bus.alias(0, 0x1000, 0);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  EXPECT_THROW(bus.alias(0x8000, 0x10, 0), sc_core::sc_report);
  finished();
}

// Two requests to one memory, END_REQ after 5 ns at the earliest: the second reaches the memory
// when the first has ended, hop latencies added.
TEST_F(BusWiringTest, PhasesTakeTheirTime) {
  RamParameters parameters = memory_of(0x1000);
  Bus<> bus("bus", {{3, SC_NS}, {4, SC_NS}});
  Memory<> memory("memory", parameters);
  ProtocolWatch at_memory("at_memory"), at_initiator("at_initiator");
  PlainInitiator<> initiator("initiator");
  initiator.socket.bind(at_initiator.socket);
  at_initiator.initiator.bind(bus.socket);
  bus.map(0x8000, 0x1000, at_memory.socket);
  at_memory.initiator.bind(memory.socket);
  PayloadPool pool;
  tlm::tlm_generic_payload& payload = pool.take(4);
  payload.set_read();
  payload.set_address(0x8010);
  std::vector<sc_time> responses;
  initiator.work = [&] {
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_time delay(2, SC_NS);
    EXPECT_EQ(initiator.socket->nb_transport_fw(payload, phase, delay), tlm::TLM_ACCEPTED);
  };
  sc_core::sc_start(sc_time(18, SC_NS));
  EXPECT_THAT(at_memory.request_times, ElementsAre(sc_time(5, SC_NS)));
  EXPECT_THAT(at_memory.addresses, ElementsAre(0x10));
  EXPECT_THAT(at_memory.response_times, ElementsAre(sc_time(15, SC_NS)));
  EXPECT_EQ(payload.get_address(), 0x10U);
  EXPECT_TRUE(at_initiator.response_times.empty());
  sc_core::sc_start(sc_time(2, SC_NS));
  EXPECT_THAT(at_initiator.response_times, ElementsAre(sc_time(19, SC_NS)));
  EXPECT_EQ(payload.get_address(), 0x8010U);
  tlm::tlm_phase phase = tlm::END_RESP;
  sc_time delay(1, SC_NS);
  EXPECT_EQ(initiator.socket->nb_transport_fw(payload, phase, delay), tlm::TLM_COMPLETED);
  payload.release();
  EXPECT_EQ(bus.in_flight() + memory.in_flight(), 0U);
  finished();
}

class WidthAdapterTest : public testing::SystemCTest {
 protected:
  template <unsigned FROM, unsigned TO>
  void try_widths() {
    PlainInitiator<FROM> initiator("initiator");
    WidthAdapter<FROM, TO> adapter("adapter");
    Memory<TO> memory("memory", memory_of(0x1000));
    initiator.socket.bind(adapter.socket);
    adapter.initiator.bind(memory.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    initiator.write(0x101, 0xdeadbeef);
    EXPECT_EQ(initiator.delay, sc_time(20, SC_NS));
    EXPECT_EQ(initiator.read(0x101), 0xdeadbeefU);
    unsigned char byte = 0;
    EXPECT_EQ(initiator.debug(read, 0x102, &byte, 1), 1U);
    EXPECT_EQ(byte, 0xbe);
    tlm::tlm_dmi dmi;
    EXPECT_TRUE(initiator.direct(0, dmi));
    EXPECT_EQ(dmi.get_dmi_ptr(), memory.data());
    memory.reset();
    EXPECT_THAT(initiator.invalidated, ElementsAre(Pair(0, 0xfff)));
    finished();
  }
};

TEST_F(WidthAdapterTest, Wider) {
  try_widths<32, 64>();
}
TEST_F(WidthAdapterTest, Narrower) {
  try_widths<64, 32>();
}
TEST_F(WidthAdapterTest, MuchWider) {
  try_widths<32, 512>();
}

TEST_F(WidthAdapterTest, PhasesPassBothWays) {
  TimedTraffic traffic("traffic", 7, {{0, 0x600, tlm::TLM_OK_RESPONSE}}, 200);
  WidthAdapter<32, 64> up("up");
  WidthAdapter<64, 32> down("down");
  RamParameters parameters = memory_of(0x600);
  parameters.stress.shortcuts = true;
  parameters.stress.request_delay = {4, SC_NS};
  Memory<32> memory("memory", parameters);
  traffic.socket.bind(up.socket);
  up.initiator.bind(down.socket);
  down.initiator.bind(memory.socket);
  sc_core::sc_start(sc_time(100, sc_core::SC_US));
  EXPECT_EQ(traffic.done, 200U);
  EXPECT_EQ(traffic.wrong_data + traffic.wrong_response, 0U);
  finished();
}

}  // namespace
}  // namespace tensordash
