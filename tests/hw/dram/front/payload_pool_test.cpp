#include "hw/dram/front/payload_pool.h"

#include <optional>

#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

// Counts how many there are.
struct CountedExtension : tlm::tlm_extension<CountedExtension> {
  explicit CountedExtension(int& count_of_all) : count(count_of_all) { ++count; }
  CountedExtension(const CountedExtension&) = delete;
  CountedExtension& operator=(const CountedExtension&) = delete;
  ~CountedExtension() override { --count; }
  tlm_extension_base* clone() const override { return new CountedExtension(count); }
  void copy_from(const tlm_extension_base& /*other*/) override {}

  int& count;
};

class PayloadPoolTest : public testing::SystemCTest {
 protected:
  // Reports need a kernel, and a kernel is to have simulated something.
  PayloadPoolTest() {
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
    finished();
  }
};

TEST_F(PayloadPoolTest, GivesTheSamePayloadAgainAsNew) {
  PayloadPool pool;
  tlm::tlm_generic_payload& payload = pool.take(100);
  EXPECT_EQ(payload.get_ref_count(), 1);
  EXPECT_EQ(payload.get_data_length(), 100U);
  EXPECT_EQ(payload.get_streaming_width(), 100U);
  for (unsigned at = 0; at < 100; ++at) payload.get_data_ptr()[at] = 7;
  PayloadPool::add_byte_enables(payload, 4);
  EXPECT_EQ(payload.get_byte_enable_length(), 4U);
  EXPECT_EQ(payload.get_byte_enable_ptr()[3], 0xff);
  payload.set_write();
  payload.set_address(5);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  payload.set_dmi_allowed(true);
  EXPECT_EQ(pool.outstanding(), 1U);
  payload.acquire();
  payload.release();
  EXPECT_EQ(pool.outstanding(), 1U);
  payload.release();
  EXPECT_EQ(pool.outstanding(), 0U);

  tlm::tlm_generic_payload& bare = pool.take();
  EXPECT_EQ(&bare, &payload);
  EXPECT_EQ(bare.get_ref_count(), 1);
  EXPECT_EQ(bare.get_data_ptr(), nullptr);
  EXPECT_EQ(bare.get_data_length(), 0U);
  EXPECT_EQ(bare.get_streaming_width(), 0U);
  EXPECT_EQ(bare.get_byte_enable_ptr(), nullptr);
  EXPECT_EQ(bare.get_byte_enable_length(), 0U);
  EXPECT_EQ(bare.get_command(), tlm::TLM_IGNORE_COMMAND);
  EXPECT_EQ(bare.get_address(), 0U);
  EXPECT_EQ(bare.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE);
  EXPECT_FALSE(bare.is_dmi_allowed());
  bare.release();

  tlm::tlm_generic_payload& again = pool.take(50);
  EXPECT_EQ(&again, &payload);
  for (unsigned at = 0; at < 50; ++at) EXPECT_EQ(again.get_data_ptr()[at], 0);
  again.release();
  EXPECT_EQ(pool.size(), 1U);
}

TEST_F(PayloadPoolTest, ExtensionsOfATransactionGoWithIt) {
  int count = 0;
  PayloadPool pool;
  tlm::tlm_generic_payload& payload = pool.take();
  payload.set_auto_extension(new CountedExtension(count));
  EXPECT_EQ(count, 1);
  payload.release();
  EXPECT_EQ(count, 0);
}

TEST_F(PayloadPoolTest, PayloadsThatAreOutTogetherDiffer) {
  PayloadPool pool;
  tlm::tlm_generic_payload& one = pool.take(8);
  tlm::tlm_generic_payload& other = pool.take(8);
  EXPECT_NE(&one, &other);
  EXPECT_NE(one.get_data_ptr(), other.get_data_ptr());
  EXPECT_EQ(pool.size(), 2U);
  one.release();
  other.release();
}

TEST_F(PayloadPoolTest, WarnsOfPayloadsThatStayedOut) {
  expect_report("/tensordash/dram/payloads", sc_core::SC_WARNING,
                "2 of 3 payloads were never released");
  std::optional<PayloadPool> pool(std::in_place);
  pool->take();
  tlm::tlm_generic_payload& good = pool->take();
  pool->take(10);
  good.release();
  pool.reset();
}

TEST_F(PayloadPoolTest, SaysNothingWhenAnExceptionEndsTheSimulation) {
  try {
    PayloadPool pool;
    pool.take();
    throw std::runtime_error("interrupted");
  } catch (const std::runtime_error&) {
  }
  // Nor is it silent for good.
  expect_report("/tensordash/dram/payloads", sc_core::SC_WARNING, "1 of 1 payloads");
  PayloadPool pool;
  pool.take();
}

}  // namespace
}  // namespace tensordash
