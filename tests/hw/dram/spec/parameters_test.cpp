#include "hw/dram/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tensordash {
namespace {

using ::testing::ThrowsMessage;

DramConfiguration with(void (*choose)(DramParameters&)) {
  DramParameters parameters;
  choose(parameters);
  return DramConfiguration(parameters);
}

void expect_refused(void (*choose)(DramParameters&), const std::string& message) {
  EXPECT_THAT([&] { with(choose); }, ThrowsMessage<DramError>("dram." + message));
}

TEST(DramParameters, WhatFollowsFromThem) {
  const DramConfiguration usual{DramParameters{}};
  EXPECT_EQ(usual.bytes(), std::uint64_t{16} << 30);
  EXPECT_EQ(usual.burst_bytes(), 32U);
  EXPECT_EQ(usual.devices_per_rank(), 1U);
  EXPECT_DOUBLE_EQ(usual.peak_bandwidth(), 25.6e9);
  const DramConfiguration wide = with([](DramParameters& p) {
    p.spec = "lpddr4-3200-8gb";
    p.width = 32;
    p.ranks = 1;
  });
  EXPECT_EQ(wide.bytes(), std::uint64_t{8} << 30);
  EXPECT_EQ(wide.burst_bytes(), 64U);
  EXPECT_EQ(wide.devices_per_rank(), 2U);
  EXPECT_DOUBLE_EQ(wide.peak_bandwidth(), 51.2e9);
}

TEST(DramParameters, NamesWhatItRefuses) {
  expect_refused([](DramParameters& p) { p.channels = 0; },
                 "channels is 0; allowed: 1, 2, 4, 8, 16");
  expect_refused([](DramParameters& p) { p.channels = 6; },
                 "channels is 6; allowed: 1, 2, 4, 8, 16");
  expect_refused([](DramParameters& p) { p.channels = 32; },
                 "channels is 32; allowed: 1, 2, 4, 8, 16");
  expect_refused([](DramParameters& p) { p.ranks = 0; }, "ranks is 0; allowed: 1, 2, 4");
  expect_refused([](DramParameters& p) { p.ranks = 3; }, "ranks is 3; allowed: 1, 2, 4");
  expect_refused([](DramParameters& p) { p.ranks = 8; }, "ranks is 8; allowed: 1, 2, 4");
  expect_refused([](DramParameters& p) { p.width = 8; },
                 "width is 8; allowed: powers of two from 16 to 64");
  expect_refused([](DramParameters& p) { p.width = 24; },
                 "width is 24; allowed: powers of two from 16 to 64");
  expect_refused([](DramParameters& p) { p.width = 128; },
                 "width is 128; allowed: powers of two from 16 to 64");
  expect_refused([](DramParameters& p) { p.queue = 1; }, "queue is 1; allowed: 2 to 1024 bursts");
  expect_refused([](DramParameters& p) { p.queue = 1025; },
                 "queue is 1025; allowed: 2 to 1024 bursts");
  expect_refused([](DramParameters& p) { p.write_high = 0; },
                 "write_high is 0; allowed: 1 to dram.queue (128)");
  expect_refused([](DramParameters& p) { p.queue = 63; },
                 "write_high is 64; allowed: 1 to dram.queue (63)");
  expect_refused([](DramParameters& p) { p.write_low = 64; },
                 "write_low is 64; allowed: less than dram.write_high (64)");
  expect_refused([](DramParameters& p) { p.refresh_postpone = 9; },
                 "refresh_postpone is 9; allowed: 0 to 8");
  expect_refused([](DramParameters& p) { p.front_clocks = 10001; },
                 "front_clocks is 10001; allowed: 0 to 10000");
  expect_refused([](DramParameters& p) { p.back_clocks = 10001; },
                 "back_clocks is 10001; allowed: 0 to 10000");
  expect_refused([](DramParameters& p) { p.flat_pj_per_bit = -0.5; },
                 "energy_flat_pj_per_bit is -0.5; allowed: 0 to 1000");
  expect_refused([](DramParameters& p) { p.flat_pj_per_bit = 1000.5; },
                 "energy_flat_pj_per_bit is 1000.5; allowed: 0 to 1000");
  expect_refused([](DramParameters& p) { p.flat_pj_per_bit = std::nan(""); },
                 "energy_flat_pj_per_bit is nan; allowed: 0 to 1000");
}

TEST(DramParameters, TakesTheLastThatIsAllowed) {
  EXPECT_NO_THROW(with([](DramParameters& p) {
    p.channels = 16;
    p.ranks = 4;
    p.width = 64;
    p.queue = 1024;
    p.write_high = 1024;
    p.write_low = 1023;
    p.refresh_postpone = 8;
    p.front_clocks = 10000;
    p.back_clocks = 10000;
    p.flat_pj_per_bit = 1000;
  }));
  EXPECT_NO_THROW(with([](DramParameters& p) {
    p.channels = 1;
    p.ranks = 1;
    p.queue = 2;
    p.write_high = 1;
    p.write_low = 0;
  }));
}

}  // namespace
}  // namespace tensordash
