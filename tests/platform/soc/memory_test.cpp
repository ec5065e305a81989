#include "platform/soc/memory.h"

#include <gmock/gmock.h>

#include <memory>

#include "hw/dram/spec.h"
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

class MemoryTest : public testing::SystemCTest {
 protected:
  void build(const RamParameters& parameters) {
    memory = std::make_unique<Memory<>>("memory", parameters);
    initiator.socket.bind(memory->socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  std::unique_ptr<Memory<>> memory;
  PlainInitiator<> initiator{"initiator"};
};

TEST_F(MemoryTest, TransferTimesQueueUp) {
  RamParameters parameters;
  parameters.read_latency = {10, SC_NS};
  parameters.write_latency = {5, SC_NS};
  parameters.byte_time = {2, SC_NS};
  build(parameters);
  initiator.read(0);  // 8 ns of transfer, then 10
  EXPECT_EQ(initiator.delay, sc_time(18, SC_NS));
  initiator.delay = sc_core::SC_ZERO_TIME;
  initiator.write(0, 1);  // from 8 ns on
  EXPECT_EQ(initiator.delay, sc_time(21, SC_NS));
  memory->reset();
  initiator.delay = sc_core::SC_ZERO_TIME;
  initiator.write(0, 1);
  EXPECT_EQ(initiator.delay, sc_time(13, SC_NS));
  finished();
}

TEST_F(MemoryTest, RefusedRanges) {
  RamParameters parameters;
  parameters.bytes = 0x1000;
  parameters.stress.refusals = {{0x100, 0x1ff, tlm::TLM_COMMAND_ERROR_RESPONSE}};
  build(parameters);
  unsigned char bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(initiator.access(write, 0xf8, bytes, 8), tlm::TLM_OK_RESPONSE);
  EXPECT_TRUE(initiator.dmi_hint);
  EXPECT_EQ(initiator.access(write, 0xf9, bytes, 8), tlm::TLM_COMMAND_ERROR_RESPONSE);
  EXPECT_FALSE(initiator.dmi_hint);
  EXPECT_EQ(initiator.access(write, 0x1ff, bytes, 8), tlm::TLM_COMMAND_ERROR_RESPONSE);
  EXPECT_EQ(initiator.access(write, 0x200, bytes, 8), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(memory->data()[0x1ff], 0);
  EXPECT_EQ(memory->data()[0xf9], 2);
  tlm::tlm_dmi dmi;
  EXPECT_FALSE(initiator.direct(0x180, dmi));
  EXPECT_TRUE(initiator.direct(0x0, dmi));
  EXPECT_EQ(dmi.get_end_address(), 0xffU);
  EXPECT_EQ(initiator.debug(read, 0x180, bytes, 8), 8U);
  EXPECT_EQ(initiator.access(read, 0xffd, bytes, 4), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(initiator.debug(read, 0xffd, bytes, 8), 3U);
  finished();
}

TEST_F(MemoryTest, WhatIsDenied) {
  RamParameters parameters;
  parameters.stress.deny_dmi = true;
  parameters.stress.deny_debug = true;
  build(parameters);
  unsigned char byte = 1;
  tlm::tlm_dmi dmi;
  EXPECT_EQ(initiator.debug(write, 0, &byte, 1), 0U);
  EXPECT_EQ(memory->data()[0], 0);
  EXPECT_FALSE(initiator.direct(0, dmi));
  EXPECT_EQ(initiator.access(write, 0, &byte, 1), tlm::TLM_OK_RESPONSE);
  EXPECT_FALSE(initiator.dmi_hint);
  finished();
}

TEST_F(MemoryTest, PointersAndTheirEnd) {
  RamParameters parameters;
  parameters.bytes = 0x1001;
  parameters.dmi_read_latency = {1, SC_NS};
  parameters.dmi_write_latency = {2, SC_NS};
  build(parameters);
  tlm::tlm_dmi dmi;
  EXPECT_TRUE(initiator.direct(0x1000, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0U);
  EXPECT_EQ(dmi.get_end_address(), 0x1000U);
  EXPECT_TRUE(dmi.is_read_write_allowed());
  EXPECT_EQ(dmi.get_read_latency(), sc_time(1, SC_NS));
  EXPECT_EQ(dmi.get_write_latency(), sc_time(2, SC_NS));
  EXPECT_FALSE(initiator.direct(0x1001, dmi));
  initiator.write(0x20, 77);
  memory->reset();
  EXPECT_THAT(initiator.invalidated, ElementsAre(Pair(0, 0x1000)));
  EXPECT_EQ(initiator.read(0x20), 77U);
  EXPECT_TRUE(initiator.direct(0, dmi));
  memory->set_dmi_allowed(false);
  EXPECT_EQ(initiator.invalidated.size(), 2U);
  EXPECT_FALSE(initiator.direct(0, dmi));
  finished();
}

TEST_F(MemoryTest, RefusesToHaveNoBytes) {
  RamParameters parameters;
  parameters.bytes = 0;
  EXPECT_THROW(Memory<>("none", parameters), DramError);
  build({});
  finished();
}

struct MemoryPhases : testing::SystemCTest {
  void run(const RamParameters& parameters) {
    Memory<> memory("memory", parameters);
    initiator.socket.bind(watch.socket);
    watch.initiator.bind(memory.socket);
    sc_core::sc_start(sc_time(100, sc_core::SC_US));
    EXPECT_EQ(initiator.done, 300U);
    EXPECT_EQ(initiator.wrong_data + initiator.wrong_response, 0U);
    EXPECT_THAT(watch.broken, ::testing::IsEmpty());
    finished();
  }
  TimedTraffic initiator{"initiator", 5, {{0, 0x600, tlm::TLM_OK_RESPONSE}}, 300};
  ProtocolWatch watch{"watch"};
};

TEST_F(MemoryPhases, InOrder) {
  RamParameters parameters;
  parameters.read_latency = {30, SC_NS};
  parameters.write_latency = {10, SC_NS};
  run(parameters);
  EXPECT_EQ(initiator.overtakes, 0U);
  EXPECT_EQ(watch.skipped_end_requests + watch.completed, 0U);
  EXPECT_GT(watch.most_in_flight, 3U);
}

TEST_F(MemoryPhases, InAnyOrder) {
  RamParameters parameters;
  parameters.stress.response_delay = {50, SC_NS};
  parameters.stress.any_order = true;
  run(parameters);
  EXPECT_GT(initiator.overtakes, 30U);
}

TEST_F(MemoryPhases, OnePlace) {
  RamParameters parameters;
  parameters.queue = 1;
  parameters.read_latency = parameters.write_latency = {30, SC_NS};
  run(parameters);
  EXPECT_LE(watch.most_in_flight, 2U);  // one more waits for its END_REQ
}

}  // namespace
}  // namespace tensordash
