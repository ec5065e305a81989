#include "platform/registers/register_file.h"

#include <gtest/gtest.h>

#include <array>
#include <map>

#include "platform/driver/tensordash.h"

namespace tensordash {
namespace {

using namespace register_field;

// The driver on the registers that the accelerator has, with a device that runs descriptors when it
// is told to.
class DriverRegisterFileTest : public ::testing::Test {
 protected:
  DriverRegisterFileTest() {
    file_.set_configuration(Register::capability_array, 0x04040010);
    file_.set_configuration(Register::capability_pe, 0x0310);
    file_.set_configuration(Register::capability_features, 0x1c08033f);
    file_.set_configuration(Register::clock_period, 2000);
    file_.guard(Register::ring_tail, [this](std::uint32_t tail) -> std::optional<std::uint32_t> {
      if (tail - file_.value(Register::ring_head) <= 1U << file_.value(ring_size_log2)) return tail;
      file_.record_error(ErrorCode::ring_overrun, 0, 0);
      return std::nullopt;
    });
    file_.on_write(Register::control, [this](std::uint32_t written) {
      if ((written & control_soft_reset.mask) != 0) file_.reset();
    });
    tensordash_bus bus{};
    bus.context = this;
    bus.read = [](void* context, std::uint32_t offset) {
      std::uint32_t value = 0;
      static_cast<DriverRegisterFileTest*>(context)->access(tlm::TLM_READ_COMMAND, offset, value);
      return value;
    };
    bus.write = [](void* context, std::uint32_t offset, std::uint32_t value) {
      static_cast<DriverRegisterFileTest*>(context)->access(tlm::TLM_WRITE_COMMAND, offset, value);
    };
    bus.store = [](void* context, std::uint64_t address, const std::uint32_t* words,
                   std::size_t count) {
      auto& memory = static_cast<DriverRegisterFileTest*>(context)->memory_;
      memory[address] = std::vector<std::uint32_t>(words, words + count);
    };
    EXPECT_EQ(tensordash_init(&device_, &bus), TENSORDASH_OK);
  }

  void access(tlm::tlm_command command, std::uint32_t offset, std::uint32_t& value) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(offset);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    file_.access(payload);
    EXPECT_EQ(payload.get_response_status(), tlm::TLM_OK_RESPONSE);
  }

  // Ends the next descriptor, well or not.
  void run(bool well) {
    const std::uint32_t head = file_.value(Register::ring_head);
    if (well) {
      ++file_.counter(Counter::descriptors);
      file_.raise(irq_status_done.mask);
    } else {
      file_.record_error(ErrorCode::shape, 4, 0x1234567890);
      file_.raise(irq_status_error.mask);
      if (file_.value(control_stop_on_error) != 0) file_.set(control_enable, 0);
    }
    file_.set(Register::ring_head, head + 1);
  }

  std::uint32_t submit_nop(std::uint32_t tag) {
    const tensordash_options options{TENSORDASH_FP32, tag, 0, true, false, false, false};
    std::array<std::uint32_t, 64> words{};
    std::uint32_t ticket = 0;
    EXPECT_EQ(tensordash_encode_nop(&device_, &options, words.data()), TENSORDASH_OK);
    EXPECT_EQ(tensordash_submit(&device_, words.data(), &ticket), TENSORDASH_OK);
    return ticket;
  }

  RegisterFile file_;
  std::map<std::uint64_t, std::vector<std::uint32_t>> memory_;
  tensordash_device device_{};
};

TEST_F(DriverRegisterFileTest, RunsDescriptors) {
  ASSERT_EQ(tensordash_ring_start(&device_, 0x7700, 1, false), TENSORDASH_OK);
  EXPECT_EQ(device_.capabilities.columns, 4U);
  EXPECT_EQ(submit_nop(5), 0U);
  EXPECT_EQ(submit_nop(6), 1U);
  EXPECT_EQ(memory_[0x7700][2], 5U);
  EXPECT_EQ(memory_[0x7800][2], 6U);
  std::uint32_t ticket = 0;
  EXPECT_EQ(tensordash_submit(&device_, memory_[0x7700].data(), &ticket), TENSORDASH_BUSY);
  tensordash_interrupts_enable(&device_, TENSORDASH_IRQ_ENABLE_DONE_MASK);
  EXPECT_FALSE(file_.interrupt());
  run(true);
  EXPECT_TRUE(file_.interrupt());
  EXPECT_EQ(tensordash_interrupts_take(&device_), TENSORDASH_IRQ_STATUS_DONE_MASK);
  EXPECT_FALSE(file_.interrupt());
  EXPECT_TRUE(tensordash_ended(&device_, 0));
  EXPECT_FALSE(tensordash_ended(&device_, 1));
  EXPECT_EQ(tensordash_wait(&device_, 0, 1, nullptr, nullptr), TENSORDASH_OK);
  EXPECT_EQ(submit_nop(7), 2U);
  EXPECT_EQ(memory_[0x7700][2], 7U);
}

TEST_F(DriverRegisterFileTest, GoesOnAfterAnError) {
  ASSERT_EQ(tensordash_ring_start(&device_, 0x7700, 2, true), TENSORDASH_OK);
  submit_nop(1);
  submit_nop(2);
  run(true);
  run(false);
  submit_nop(3);
  EXPECT_EQ(tensordash_wait(&device_, 1, 1, nullptr, nullptr), TENSORDASH_FAILED);
  EXPECT_EQ(tensordash_wait(&device_, 2, 10, nullptr, nullptr), TENSORDASH_STOPPED);
  tensordash_error error{};
  ASSERT_EQ(tensordash_error_read(&device_, &error), TENSORDASH_OK);
  EXPECT_EQ(error.code, static_cast<std::uint32_t>(TENSORDASH_ERROR_SHAPE));
  EXPECT_EQ(error.detail, 4U);
  EXPECT_EQ(error.descriptor, 1U);
  EXPECT_EQ(error.address, 0x1234567890U);
  EXPECT_EQ(error.count, 1U);
  tensordash_error_clear(&device_);
  tensordash_error_read(&device_, &error);
  EXPECT_FALSE(error.valid);
  EXPECT_EQ(tensordash_resume(&device_), TENSORDASH_OK);
  EXPECT_EQ(file_.value(Register::control), 3U);
  run(true);
  EXPECT_EQ(tensordash_wait(&device_, 2, 1, nullptr, nullptr), TENSORDASH_OK);
}

TEST_F(DriverRegisterFileTest, DropsWhatDidNotRunWhenARingIsStarted) {
  ASSERT_EQ(tensordash_ring_start(&device_, 0x7700, 2, true), TENSORDASH_OK);
  submit_nop(1);
  EXPECT_EQ(tensordash_ring_start(&device_, 0x9900, 3, false), TENSORDASH_BUSY);
  EXPECT_EQ(tensordash_stop(&device_), TENSORDASH_OK);
  ASSERT_EQ(tensordash_ring_start(&device_, 0x1200009900, 3, false), TENSORDASH_OK);
  EXPECT_EQ(file_.value(Register::ring_tail), 0U);
  EXPECT_EQ(file_.value(Register::ring_base_low), 0x9900U);
  EXPECT_EQ(file_.value(Register::ring_base_high), 0x12U);
  EXPECT_EQ(file_.value(Register::ring_size), 3U);
  EXPECT_EQ(file_.value(Register::control), 1U);
}

TEST_F(DriverRegisterFileTest, NoticesAResetBehindItsBack) {
  ASSERT_EQ(tensordash_ring_start(&device_, 0x7700, 2, true), TENSORDASH_OK);
  for (int count = 0; count < 3; ++count) {
    submit_nop(1);
    run(true);
  }
  tensordash_device other = device_;
  EXPECT_EQ(tensordash_soft_reset(&other), TENSORDASH_OK);
  std::uint32_t ticket = 0;
  EXPECT_EQ(tensordash_submit(&device_, memory_[0x7700].data(), &ticket), TENSORDASH_REFUSED);
}

TEST_F(DriverRegisterFileTest, ReadsCounters) {
  file_.counter(Counter::read_bytes) = 0x123456789abcdef0;
  file_.counter(Counter::connectivity) = 7;
  tensordash_counters counters{};
  ASSERT_EQ(tensordash_counters_read(&device_, true, &counters), TENSORDASH_OK);
  EXPECT_EQ(counters.value[TENSORDASH_COUNTER_READ_BYTES], 0x123456789abcdef0U);
  EXPECT_EQ(counters.value[TENSORDASH_COUNTER_CONNECTIVITY], 7U);
  EXPECT_EQ(counters.value[TENSORDASH_COUNTER_CYCLES], 0U);
  ASSERT_EQ(tensordash_counters_read(&device_, false, &counters), TENSORDASH_OK);
  EXPECT_EQ(counters.value[TENSORDASH_COUNTER_READ_BYTES], 0U);
}

}  // namespace
}  // namespace tensordash
