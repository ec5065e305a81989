#include "tests/platform/registers/register_socket_test.h"

namespace tensordash {
namespace {

using namespace register_field;

// What the device behind the registers sees and does.
class RegisterDeviceTest : public testing::RegisterSocketTest {
 protected:
  std::uint64_t read_counter(Counter counter) {
    const std::uint32_t offset = counters_offset + 8 * static_cast<std::uint32_t>(counter);
    return read(offset) | std::uint64_t{read(offset + 4)} << 32;
  }
};

TEST_F(RegisterDeviceTest, SetsFieldsWithoutTheirNeighbours) {
  file_.set(Register::status, 0x5);
  file_.set(status_running, 1);
  EXPECT_EQ(read(Register::status), 0x7U);
  file_.set(status_aborting, 0);
  EXPECT_EQ(read(Register::status), 0x3U);
  EXPECT_EQ(file_.value(status_running), 1U);
  EXPECT_EQ(file_.value(status_aborting), 0U);
  file_.set_configuration(Register::capability_array, 0x04030010);
  EXPECT_EQ(file_.value(capability_array_rows), 3U);
  EXPECT_EQ(file_.value(capability_array_columns), 4U);
}

TEST_F(RegisterDeviceTest, RefusesValuesThatARegisterCannotHave) {
  EXPECT_THROW(file_.set(Register::status, 0x8), std::invalid_argument);
  EXPECT_THROW(file_.set(Register::control, control_abort.mask), std::invalid_argument);
  EXPECT_THROW(file_.set(status_idle, 2), std::invalid_argument);
  EXPECT_THROW(file_.set_configuration(Register::ring_size, 1), std::invalid_argument);
  EXPECT_THROW(file_.set_configuration(Register::capability_pe, 0x10000), std::invalid_argument);
  EXPECT_EQ(read(Register::status), 1U);
}

TEST_F(RegisterDeviceTest, KeepsTheConfigurationOverAReset) {
  file_.set_configuration(Register::clock_period, 2000);
  EXPECT_EQ(read(Register::clock_period), 2000U);
  file_.reset();
  EXPECT_EQ(read(Register::clock_period), 2000U);
}

TEST_F(RegisterDeviceTest, SeesAWriteAfterItTookEffect) {
  std::uint32_t seen = 0;
  file_.on_write(Register::control, [&](std::uint32_t written) {
    seen = file_.value(Register::control);
    EXPECT_EQ(written, 0x101U);
  });
  write(Register::control, 0x101);
  EXPECT_EQ(seen, 0x1U);
}

TEST_F(RegisterDeviceTest, MayResetItselfOnAWrite) {
  file_.on_write(Register::control, [&](std::uint32_t written) {
    if ((written & control_soft_reset.mask) != 0) file_.reset();
  });
  write(Register::irq_enable, 0xf);
  write(Register::control, 0x203);
  EXPECT_EQ(read(Register::control), 0U);
  EXPECT_EQ(read(Register::irq_enable), 0U);
}

TEST_F(RegisterDeviceTest, GuardsRefuseAWrite) {
  unsigned calls = 0;
  file_.guard(Register::ring_tail, [&](std::uint32_t proposed) -> std::optional<std::uint32_t> {
    if (proposed <= 8) return proposed;
    file_.record_error(ErrorCode::ring_overrun, 0, 0);
    return std::nullopt;
  });
  file_.on_write(Register::ring_tail, [&](std::uint32_t) { ++calls; });
  write(Register::ring_tail, 8);
  EXPECT_EQ(calls, 1U);
  write(Register::ring_tail, 9);
  EXPECT_EQ(calls, 1U);
  EXPECT_EQ(read(Register::ring_tail), 8U);
  EXPECT_EQ(file_.value(error_code_code), 15U);
  write_enabled(Register::ring_tail, 0x0100, {0, 0xff, 0, 0});  // proposes 0x108
  EXPECT_EQ(read(Register::ring_tail), 8U);
  EXPECT_EQ(read(Register::error_count), 2U);
}

TEST_F(RegisterDeviceTest, GuardsChangeWhatIsStored) {
  file_.guard(Register::control, [](std::uint32_t proposed) {
    EXPECT_EQ(proposed & ~3U, 0U) << "only bits that are stored";
    return std::optional(proposed & ~1U);
  });
  std::uint32_t requests = 0;
  file_.on_write(Register::control, [&](std::uint32_t written) { requests = written; });
  write(Register::control, 0x103);
  EXPECT_EQ(read(Register::control), 0x2U);
  EXPECT_EQ(requests, 0x103U);
}

TEST_F(RegisterDeviceTest, GuardsCannotSetBitsThatDoNotExist) {
  file_.guard(Register::control, [](std::uint32_t) { return std::optional(0xffffffffU); });
  write(Register::control, 0);
  EXPECT_EQ(read(Register::control), 0x3U);
}

TEST_F(RegisterDeviceTest, GuardsAreForBitsThatAreStored) {
  file_.guard(Register::irq_status, [](std::uint32_t) { return std::optional<std::uint32_t>(); });
  file_.raise(0xf);
  write(Register::irq_status, 0x3);
  EXPECT_EQ(read(Register::irq_status), 0xcU);
}

TEST_F(RegisterDeviceTest, HooksSeeWhatAWriteDidToOtherRegisters) {
  unsigned calls = 0;
  file_.on_write(Register::irq_raise, [&](std::uint32_t) {
    ++calls;
    EXPECT_TRUE(file_.interrupt());
  });
  file_.on_write(Register::counter_control, [&](std::uint32_t) {
    ++calls;
    EXPECT_EQ(file_.counter(Counter::cycles), 0U);
  });
  write(Register::irq_enable, 0xf);
  write(Register::irq_raise, 0x8);
  file_.counter(Counter::cycles) = 3;
  write(Register::counter_control, 0x2);
  EXPECT_EQ(calls, 2U);
}

TEST_F(RegisterDeviceTest, GuardsDoNotSeeWritesToLockedRegisters) {
  unsigned calls = 0;
  file_.guard(Register::ring_size, [&](std::uint32_t proposed) {
    ++calls;
    return std::optional(proposed);
  });
  write(Register::control, 1);
  write(Register::ring_size, 3);
  EXPECT_EQ(calls, 0U);
}

TEST_F(RegisterDeviceTest, InterruptsWhileAnEnabledEventIsSet) {
  EXPECT_FALSE(file_.interrupt());
  file_.raise(irq_status_done.mask | 0xf0);
  EXPECT_EQ(read(Register::irq_status), 0x1U);
  EXPECT_FALSE(file_.interrupt());
  write(Register::irq_enable, 0x2);
  EXPECT_FALSE(file_.interrupt());
  write(Register::irq_enable, 0x1);
  EXPECT_TRUE(file_.interrupt());
  write(Register::irq_status, 0x1);
  EXPECT_FALSE(file_.interrupt());
  write(Register::irq_raise, 0x5);
  EXPECT_EQ(read(Register::irq_status), 0x5U);
  EXPECT_TRUE(file_.interrupt());
  file_.reset();
  EXPECT_FALSE(file_.interrupt());
}

TEST_F(RegisterDeviceTest, KeepsTheFirstErrorUntilItIsCleared) {
  file_.set(Register::ring_head, 7);
  file_.record_error(ErrorCode::alignment, 20, 0x123456789abc);
  EXPECT_EQ(read(Register::error_code), 0x80001406U);
  file_.set(Register::ring_head, 8);
  file_.record_error(ErrorCode::shape, 4, 1);
  EXPECT_EQ(read(Register::error_code), 0x80001406U);
  EXPECT_EQ(read(Register::error_descriptor), 7U);
  EXPECT_EQ(read(Register::error_address_low), 0x56789abcU);
  EXPECT_EQ(read(Register::error_address_high), 0x1234U);
  EXPECT_EQ(read(Register::error_count), 2U);
  write(Register::error_code, 0x7fffffff);
  EXPECT_EQ(read(Register::error_code), 0x80001406U);
  write_enabled(Register::error_code, 0xffffffff, {0xff, 0xff, 0xff, 0});
  EXPECT_EQ(read(Register::error_code), 0x80001406U);
  write(Register::error_code, 0x80000000);
  for (std::uint32_t offset = at(Register::error_code); offset < 0x70; offset += 4) {
    EXPECT_EQ(read(offset), 0U) << offset;
  }
  EXPECT_EQ(read(Register::error_count), 2U);
  file_.record_error(ErrorCode::shape, 4, 1);
  EXPECT_EQ(read(Register::error_code), 0x80000404U);
  EXPECT_EQ(read(Register::error_descriptor), 8U);
}

TEST_F(RegisterDeviceTest, DoesNotCountErrorsBeyondItsBits) {
  file_.set(Register::error_count, 0xfffffffe);
  file_.record_error(ErrorCode::shape, 0, 0);
  EXPECT_EQ(read(Register::error_count), 0xffffffffU);
  file_.record_error(ErrorCode::shape, 0, 0);
  EXPECT_EQ(read(Register::error_count), 0xffffffffU);
}

TEST_F(RegisterDeviceTest, ShowsCountersAsOfTheLastSnapshot) {
  for (unsigned index = 0; index < counter_count; ++index) {
    file_.counters()[index] = 0x100000001ULL * (index + 1);
  }
  for (const auto& each : counter_table) EXPECT_EQ(read_counter(each.value), 0U) << each.name;
  write(Register::counter_control, counter_control_snapshot.mask);
  file_.counter(Counter::cycles) += 5;
  file_.counter(Counter::connectivity) += 5;
  for (const auto& each : counter_table) {
    EXPECT_EQ(read_counter(each.value),
              0x100000001ULL * (static_cast<std::uint32_t>(each.value) + 1))
        << each.name;
  }
  write(Register::counter_control, counter_control_snapshot.mask);
  EXPECT_EQ(read_counter(Counter::cycles), 0x100000006U);
}

TEST_F(RegisterDeviceTest, ClearsCountersAfterTheirSnapshot) {
  file_.counter(Counter::steps) = 42;
  write(Register::counter_control, counter_control_clear.mask);
  EXPECT_EQ(file_.counter(Counter::steps), 0U);
  EXPECT_EQ(read_counter(Counter::steps), 0U);
  file_.counter(Counter::steps) = 43;
  write(Register::counter_control, counter_control_snapshot.mask | counter_control_clear.mask);
  EXPECT_EQ(read_counter(Counter::steps), 43U);
  EXPECT_EQ(file_.counter(Counter::steps), 0U);
  write(Register::counter_control, counter_control_clear.mask);
  EXPECT_EQ(read_counter(Counter::steps), 43U);
  file_.counter(Counter::steps) = 44;
  file_.reset();
  EXPECT_EQ(file_.counter(Counter::steps), 0U);
  EXPECT_EQ(read_counter(Counter::steps), 0U);
}

}  // namespace
}  // namespace tensordash
