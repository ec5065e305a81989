#include "tests/platform/registers/register_socket_test.h"

namespace tensordash {
namespace {

constexpr std::uint32_t all_bits = 0xffffffffU;

// Every register of the table, one after the other, through the socket.
class RegisterWalkTest : public testing::RegisterSocketTest {
 protected:
  // A value for a register of the configuration, for others what they are after a reset.
  static std::uint32_t reset_of(const RegisterDescription& each) {
    return each.configured ? (0x5a5a5a5aU & each.ro) : each.reset;
  }
  void configure() {
    for (const RegisterDescription& each : register_table) {
      if (each.configured) file_.set_configuration(each.place, reset_of(each));
    }
  }
};

TEST_F(RegisterWalkTest, ReadsResetValuesAfterAReset) {
  configure();
  for (const RegisterDescription& each : register_table) {
    EXPECT_EQ(read(each.place), reset_of(each)) << each.name;
    if (!each.configured) file_.set(each.place, each.rw | each.ro | each.w1c);
  }
  file_.reset();
  for (const RegisterDescription& each : register_table) {
    EXPECT_EQ(read(each.place), reset_of(each)) << each.name;
  }
}

TEST_F(RegisterWalkTest, WritesOnlyBitsThatAreReadWrite) {
  configure();
  for (const RegisterDescription& each : register_table) {
    file_.reset();
    const std::uint32_t fixed = reset_of(each) & ~each.rw;
    for (const std::uint32_t value : {all_bits, 0U, 0xa5a5a5a5U, 0x5a5a5a5aU}) {
      write(each.place, value);
      EXPECT_EQ(read(each.place), fixed | (value & each.rw)) << each.name;
    }
    for (unsigned bit = 0; bit < 32; ++bit) {
      write(each.place, 1U << bit);
      EXPECT_EQ(read(each.place), fixed | (1U << bit & each.rw)) << each.name << " bit " << bit;
    }
  }
}

TEST_F(RegisterWalkTest, ClearsBitsOnlyByWritingOne) {
  for (const RegisterDescription& each : register_table) {
    for (unsigned bit = 0; bit < 32; ++bit) {
      if ((each.w1c >> bit & 1) == 0) continue;
      file_.reset();
      file_.set(each.place, each.w1c);
      write(each.place, 0);
      EXPECT_EQ(read(each.place), each.w1c) << each.name;
      write(each.place, 1U << bit);
      EXPECT_EQ(read(each.place), each.w1c & ~(1U << bit)) << each.name << " bit " << bit;
    }
  }
}

TEST_F(RegisterWalkTest, DeliversRequestsAndReadsThemAsZero) {
  unsigned requests = 0;
  for (const RegisterDescription& each : register_table) {
    std::vector<std::uint32_t> delivered;
    file_.on_write(each.place, [&](std::uint32_t written) { delivered.push_back(written); });
    for (unsigned bit = 0; bit < 32; ++bit) {
      delivered.clear();
      write(each.place, 1U << bit);
      EXPECT_EQ(delivered, std::vector<std::uint32_t>{1U << bit & (each.rw | each.w1c | each.w1s)})
          << each.name << " bit " << bit;
      EXPECT_EQ(read(each.place) & each.w1s, 0U) << each.name;
      requests += each.w1s >> bit & 1;
    }
  }
  EXPECT_EQ(requests, 8U);
}

TEST_F(RegisterWalkTest, HasNothingBetweenRegistersAndCounters) {
  for (std::uint32_t offset = 0; offset < register_window_bytes; offset += 4) {
    const bool described =
        std::any_of(register_table.begin(), register_table.end(),
                    [&](const RegisterDescription& each) { return at(each.place) == offset; });
    if (described) continue;
    write(offset, all_bits);
    EXPECT_EQ(read(offset), 0U) << offset;  // counters too: no guest writes them
  }
}

TEST_F(RegisterWalkTest, LocksWhatATableSaysWhileEnabled) {
  unsigned locked = 0;
  for (const RegisterDescription& each : register_table) {
    if (each.place == Register::control) continue;
    file_.reset();
    unsigned calls = 0;
    file_.on_write(each.place, [&](std::uint32_t) { ++calls; });
    write(Register::control, register_field::control_enable.mask);
    write(each.place, all_bits);
    EXPECT_EQ(read(each.place) & each.rw, each.locked ? 0 : each.rw) << each.name;
    EXPECT_EQ(calls, each.locked ? 0 : 1) << each.name;
    write(Register::control, register_field::control_stop_on_error.mask);
    write(each.place, all_bits);
    EXPECT_EQ(read(each.place) & each.rw, each.rw) << each.name;
    locked += each.locked ? 1 : 0;
  }
  EXPECT_EQ(locked, 3U);
}

}  // namespace
}  // namespace tensordash
