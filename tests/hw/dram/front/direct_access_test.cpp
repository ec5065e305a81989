#include <gmock/gmock.h>

#include <limits>

#include "tests/hw/dram/front/front_test.h"

namespace tensordash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class DirectAccessTest : public FrontTest {
 protected:
  unsigned debug(tlm::tlm_command command, std::uint64_t address, std::size_t bytes) {
    tlm::tlm_generic_payload& payload = a.payload(command, address, bytes);
    const unsigned count = a.socket->transport_dbg(payload);
    data.assign(payload.get_data_ptr(), payload.get_data_ptr() + bytes);
    payload.release();
    return count;
  }
  bool ask(std::uint64_t address) {
    tlm::tlm_generic_payload& payload = a.payload(read, address, 1);
    const bool granted = a.socket->get_direct_mem_ptr(payload, dmi);
    payload.release();
    return granted;
  }

  std::vector<unsigned char> data;
  tlm::tlm_dmi dmi;
  const std::uint64_t size = configuration.bytes();
  static constexpr std::uint64_t last_address = std::numeric_limits<std::uint64_t>::max();
};

TEST_F(DirectAccessTest, DebugMovesWhatFits) {
  EXPECT_EQ(debug(write, size - 3, 8), 3U);
  EXPECT_EQ(front.memory().data()[size - 1], 3);
  EXPECT_EQ(debug(read, size - 2, 4), 2U);
  EXPECT_THAT(data, ElementsAre(2, 3, 0, 0));
  EXPECT_EQ(debug(read, size - 4, 4), 4U);
  EXPECT_THAT(data, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(debug(read, size, 4), 0U);
  EXPECT_EQ(debug(write, last_address, 4), 0U);
  EXPECT_EQ(debug(write, 0, 0), 0U);
  EXPECT_EQ(debug(tlm::TLM_IGNORE_COMMAND, 0, 4), 0U);
  tlm::tlm_generic_payload payload;
  payload.set_read();
  payload.set_data_length(4);
  EXPECT_EQ(a.socket->transport_dbg(payload), 0U);
  run_out();
}

TEST_F(DirectAccessTest, DebugLeavesNoTrace) {
  tlm::tlm_generic_payload& payload = a.payload(write, 100, 4);
  PayloadPool::add_byte_enables(payload, 1);
  payload.get_byte_enable_ptr()[0] = TLM_BYTE_DISABLED;  // not looked at
  payload.set_streaming_width(1);                        // neither
  EXPECT_EQ(a.socket->transport_dbg(payload), 4U);
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE);
  payload.release();
  EXPECT_EQ(front.memory().data()[103], 4);
  EXPECT_THAT(channels.pushed, IsEmpty());
  EXPECT_THAT(estimator.served, IsEmpty());
  EXPECT_THAT(transactions, IsEmpty());
  run_out();
}

TEST_F(DirectAccessTest, PointersReachExactlyWhatIsGranted) {
  ASSERT_TRUE(ask(12345));
  EXPECT_EQ(dmi.get_start_address(), 0U);
  EXPECT_EQ(dmi.get_end_address(), size - 1);
  EXPECT_EQ(dmi.get_dmi_ptr(), front.memory().data());
  EXPECT_TRUE(dmi.is_read_write_allowed());
  // A row hit of 32 bytes: 4 - 1 + RL 28 + tDQSCK 3 + 8 and 4 - 1 + WL 14 + tDQSS 1 + 8 clocks.
  EXPECT_EQ(dmi.get_read_latency(), sc_core::sc_time(42 * 625.0 / 32, sc_core::SC_PS));
  EXPECT_EQ(dmi.get_write_latency(), sc_core::sc_time(26 * 625.0 / 32, sc_core::SC_PS));

  front.withhold_dmi(1000, 1999);
  ASSERT_TRUE(ask(999));
  EXPECT_EQ(dmi.get_end_address(), 999U);
  EXPECT_FALSE(ask(1000));
  EXPECT_EQ(dmi.get_start_address(), 1000U);
  EXPECT_EQ(dmi.get_end_address(), 1999U);
  ASSERT_TRUE(ask(2000));
  EXPECT_EQ(dmi.get_start_address(), 2000U);
  EXPECT_EQ(dmi.get_end_address(), size - 1);
  EXPECT_EQ(dmi.get_dmi_ptr(), front.memory().data() + 2000);
  EXPECT_FALSE(ask(size));
  front.grant_dmi(1500, 1999);
  ASSERT_TRUE(ask(2000));
  EXPECT_EQ(dmi.get_start_address(), 1500U);
  run_out();
}

TEST_F(DirectAccessTest, EveryInitiatorLearnsWhatIsTaken) {
  front.grant_dmi(0, 10);
  EXPECT_THAT(a.invalidated, IsEmpty());
  front.withhold_dmi(1000, 1999);
  front.withhold_dmi(1200, 1300);
  front.withhold_dmi(size - 1, last_address);
  front.set_dmi_allowed(false);
  EXPECT_FALSE(ask(0));
  front.set_dmi_allowed(true);
  EXPECT_TRUE(ask(0));
  for (const TestInitiator* each : {&a, &b}) {
    EXPECT_THAT(each->invalidated,
                ElementsAre(Pair(1000, 1999), Pair(size - 1, size - 1), Pair(0, size - 1)));
  }
  run_out();
}

}  // namespace
}  // namespace tensordash
