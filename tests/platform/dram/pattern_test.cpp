#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/dram/request_source.h"

namespace tensordash::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

DramConfiguration memory(unsigned channels, unsigned ranks,
                         const std::string& spec = "lpddr4-3200-16gb") {
  DramParameters parameters;
  parameters.channels = channels;
  parameters.ranks = ranks;
  parameters.spec = spec;
  return DramConfiguration(parameters);
}

std::vector<DramRequest> requests_of(const std::string& pattern, const PatternShape& shape,
                                     const DramConfiguration& configuration = memory(1, 1)) {
  const auto source = pattern_source(pattern, shape, configuration);
  std::vector<DramRequest> requests;
  while (const auto request = source->next()) requests.push_back(*request);
  EXPECT_FALSE(source->next().has_value());
  return requests;
}

std::vector<std::uint64_t> addresses_of(const std::vector<DramRequest>& requests) {
  std::vector<std::uint64_t> addresses;
  for (const DramRequest& request : requests) addresses.push_back(request.address);
  return addresses;
}

std::string kinds_of(const std::vector<DramRequest>& requests) {
  std::string kinds;
  for (const DramRequest& request : requests) kinds += request.write ? 'W' : 'R';
  return kinds;
}

TEST(DramPatterns, InSequence) {
  const auto reads = requests_of("seq_read", {4, 64, 1});
  EXPECT_THAT(addresses_of(reads), ElementsAre(0, 64, 128, 192));
  EXPECT_EQ(kinds_of(reads), "RRRR");
  for (const DramRequest& request : reads) EXPECT_FALSE(request.clock.has_value());
  const auto writes = requests_of("seq_write", {3, 100, 1});
  EXPECT_THAT(addresses_of(writes), ElementsAre(0, 100, 200));
  EXPECT_EQ(kinds_of(writes), "WWW");
  const auto mixed = requests_of("mix21", {7, 32, 1});
  EXPECT_THAT(addresses_of(mixed), ElementsAre(0, 32, 64, 96, 128, 160, 192));
  EXPECT_EQ(kinds_of(mixed), "RRWRRWR");
}

TEST(DramPatterns, BeginAgainBehindTheEndOfTheMemory) {
  // 1 GiB holds 262,144 requests of 4 KiB, and 65,536 strides of 16 KiB.
  const DramConfiguration gibibyte = memory(1, 1, "lpddr4-3200-8gb");
  const auto sequence = addresses_of(requests_of("seq_read", {262146, 4096, 1}, gibibyte));
  EXPECT_EQ(sequence[262143], 0x3ffff000U);
  EXPECT_EQ(sequence[262144], 0U);
  EXPECT_EQ(sequence[262145], 4096U);
  const auto strides = addresses_of(requests_of("stride_16k", {65537, 64, 1}, gibibyte));
  EXPECT_EQ(strides[65535], 0x3fffc000U);
  EXPECT_EQ(strides[65536], 0U);
}

TEST(DramPatterns, StridesOfSixteenKibibytes) {
  const auto requests = requests_of("stride_16k", {3, 64, 1});
  EXPECT_THAT(addresses_of(requests), ElementsAre(0, 0x4000, 0x8000));
  EXPECT_EQ(kinds_of(requests), "RRR");
}

TEST(DramPatterns, FourReadsARowOfOneBank) {
  // One channel: 2 bytes, 1024 columns, 8 banks, so rows of a bank lie 16 KiB apart.
  EXPECT_THAT(addresses_of(requests_of("row4", {6, 64, 1})),
              ElementsAre(0, 64, 128, 192, 0x4000, 0x4040));
  EXPECT_THAT(addresses_of(requests_of("row4", {3, 32, 1})), ElementsAre(0, 32, 64));
  // Four channels: the two bits above 64 B are the channel's, the row's are from bit 16 on.
  EXPECT_THAT(addresses_of(requests_of("row4", {5, 64, 1}, memory(4, 2))),
              ElementsAre(0, 0x100, 0x200, 0x300, 0x10000));
}

TEST(DramPatterns, IdleReadsAClosedBankTheRowAndAnotherBetweenRefreshes) {
  const auto requests = requests_of("idle", {4, 32, 1});
  EXPECT_THAT(addresses_of(requests), ElementsAre(0, 0, 0x4000, 0x8000));
  EXPECT_EQ(kinds_of(requests), "RRRR");
  // From the first refresh at 6246 on, a fifth of 6246 apart, and the next visit 6246 later.
  EXPECT_EQ(requests[0].clock, 6246U + 1249);
  EXPECT_EQ(requests[1].clock, 6246U + 2498);
  EXPECT_EQ(requests[2].clock, 6246U + 3747);
  EXPECT_EQ(requests[3].clock, 6246U + 1249 + 6246);
}

TEST(DramPatterns, AnywhereIsAlignedAndWithinTheMemory) {
  for (const char* const pattern : {"rand_read", "rand_write", "rand_mix"}) {
    std::uint64_t most = 0;
    for (const DramRequest& request : requests_of(pattern, {2000, 64, 7})) {
      EXPECT_EQ(request.address % 64, 0U);
      EXPECT_LE(request.address, (std::uint64_t{2} << 30) - 64);
      most = std::max(most, request.address);
    }
    EXPECT_GT(most, std::uint64_t{15} << 27) << pattern;  // all of the memory is in use
  }
  EXPECT_EQ(kinds_of(requests_of("rand_read", {5, 64, 7})), "RRRRR");
  EXPECT_EQ(kinds_of(requests_of("rand_write", {5, 64, 7})), "WWWWW");
}

TEST(DramPatterns, AnywhereFollowsTheStandardGenerator) {
  // The 10,000th number of std::mt19937_64 seeded with 5489 is 9981545732273789042 (C++17
  // [rand.predef]); modulo the 2^25 places of 64 B in 2 GiB it is 25,090,162.
  EXPECT_EQ(requests_of("rand_read", {10000, 64, 5489}).back().address, 25090162U * 64);
}

TEST(DramPatterns, SeedsMakeOtherRequestsAndTheSameOnesAgain) {
  const PatternShape seed_1{100, 64, 1};
  const PatternShape seed_2{100, 64, 2};
  EXPECT_EQ(addresses_of(requests_of("rand_mix", seed_1)),
            addresses_of(requests_of("rand_mix", seed_1)));
  EXPECT_NE(addresses_of(requests_of("rand_mix", seed_1)),
            addresses_of(requests_of("rand_mix", seed_2)));
}

TEST(DramPatterns, MixIsHalfWrites) {
  const std::string kinds = kinds_of(requests_of("rand_mix", {10000, 64, 3}));
  const auto writes = std::count(kinds.begin(), kinds.end(), 'W');
  // Four standard deviations of 50.
  EXPECT_NEAR(static_cast<double>(writes), 5000.0, 200.0);
}

TEST(DramPatterns, HaveTheBytesOfOneBurstWhenIdle) {
  EXPECT_EQ(default_bytes("idle"), 32U);
  for (const char* const name : {"seq_read", "seq_write", "stride_16k", "row4", "rand_read",
                                 "rand_write", "rand_mix", "mix21", ""}) {
    EXPECT_EQ(default_bytes(name), 64U) << name;
  }
}

TEST(DramPatterns, AreAllMadeAndUnknownOnesRefusedWithTheirNames) {
  EXPECT_EQ(dram_patterns().size(), 9U);
  for (const DramPattern& pattern : dram_patterns()) {
    EXPECT_EQ(requests_of(std::string(pattern.name), {5, 64, 1}).size(), 5U) << pattern.name;
  }
  try {
    pattern_source("seq", {5, 64, 1}, memory(1, 1));
    ADD_FAILURE() << "an unknown pattern is not refused";
  } catch (const DramError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'seq'"));
    for (const DramPattern& pattern : dram_patterns()) {
      EXPECT_THAT(error.what(), HasSubstr(std::string(pattern.name)));
    }
  }
}

}  // namespace
}  // namespace tensordash::testing
