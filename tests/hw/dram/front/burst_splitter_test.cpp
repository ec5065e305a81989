#include "hw/dram/front/burst_splitter.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/hw/dram/front/random_payload.h"

namespace tensordash {
namespace {

DramConfiguration configuration_of(unsigned width) {
  DramParameters parameters;
  parameters.spec = "lpddr4-3200-8gb";
  parameters.channels = 2;
  parameters.ranks = 2;
  parameters.width = width;
  parameters.hash = "bank0^row0, channel0^row1";
  return DramConfiguration(parameters);
}

struct SeenBurst {
  DramPlace place;  // of its first byte
  bool write = false, masked = false;

  bool operator==(const SeenBurst& other) const {
    return place == other.place && write == other.write && masked == other.masked;
  }
};

void PrintTo(const SeenBurst& burst, std::ostream* out) {
  *out << burst.place.channel << "/" << burst.place.rank << "/" << burst.place.bank << "/"
       << burst.place.row << "/" << burst.place.column << (burst.write ? " write" : " read")
       << (burst.masked ? " masked" : "");
}

std::vector<SeenBurst> split(const DramConfiguration& configuration, const AddressMap& map,
                             const tlm::tlm_generic_payload& payload) {
  std::vector<SeenBurst> bursts;
  for (BurstSplitter splitter(map, configuration.burst_bytes(), payload); !splitter.done();
       splitter.next()) {
    const DramBurst& burst = splitter.burst();
    bursts.push_back({{splitter.channel(), burst.rank, burst.bank, burst.row, burst.column, 0},
                      burst.write,
                      burst.masked});
  }
  return bursts;
}

// Byte by byte: a new burst begins with each window and wherever the burst's number changes.
std::vector<SeenBurst> split_by_bytes(const DramConfiguration& configuration, const AddressMap& map,
                                      const RandomPayload& made) {
  std::vector<SeenBurst> bursts;
  const unsigned size = configuration.burst_bytes();
  const auto length = static_cast<unsigned>(made.data.size());
  for (unsigned byte = 0; byte < length;) {
    const std::uint64_t number = made.address_of(byte) / size;
    const unsigned window = byte / made.payload.get_streaming_width();
    std::set<std::uint64_t> enabled;
    for (; byte < length && made.address_of(byte) / size == number &&
           byte / made.payload.get_streaming_width() == window;
         ++byte) {
      if (made.enabled(byte)) enabled.insert(made.address_of(byte));
    }
    if (enabled.empty()) continue;
    const bool write = made.payload.is_write();
    bursts.push_back({map.place(number * size), write, write && enabled.size() < size});
  }
  return bursts;
}

class BurstSplitterWidth : public ::testing::TestWithParam<unsigned> {};

TEST_P(BurstSplitterWidth, AgreesWithOneByteAfterTheOther) {
  const DramConfiguration configuration = configuration_of(GetParam());
  const AddressMap map(configuration);
  std::mt19937_64 random(GetParam());
  for (int round = 0; round < 3000; ++round) {
    const RandomPayload made(random, configuration.bytes(), round % 10 == 0 ? 6000 : 200);
    ASSERT_EQ(split(configuration, map, made.payload), split_by_bytes(configuration, map, made))
        << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(All, BurstSplitterWidth, ::testing::Values(16, 32, 64));

TEST(BurstSplitterTest, OneBurstForAnAlignedOne) {
  const DramConfiguration configuration = configuration_of(16);
  const AddressMap map(configuration);
  std::vector<unsigned char> data(64);
  tlm::tlm_generic_payload payload;
  payload.set_write();
  payload.set_address(32);
  payload.set_data_ptr(data.data());
  payload.set_data_length(32);
  payload.set_streaming_width(32);
  EXPECT_EQ(split(configuration, map, payload),
            (std::vector<SeenBurst>{{{0, 0, 0, 0, 16, 0}, true, false}}));
  payload.set_address(33);
  EXPECT_EQ(split(configuration, map, payload),
            (std::vector<SeenBurst>{{{0, 0, 0, 0, 16, 0}, true, true},
                                    {{1, 0, 0, 0, 0, 0}, true, true}}));
}

TEST(BurstSplitterTest, EveryRepetitionOfAStreamIsTraffic) {
  const DramConfiguration configuration = configuration_of(16);
  const AddressMap map(configuration);
  std::vector<unsigned char> data(96);
  tlm::tlm_generic_payload payload;
  payload.set_read();
  payload.set_address(0);
  payload.set_data_ptr(data.data());
  payload.set_data_length(96);
  payload.set_streaming_width(32);
  EXPECT_EQ(split(configuration, map, payload).size(), 3U);
}

TEST(BurstSplitterTest, NothingFromNothing) {
  EXPECT_TRUE(BurstSplitter().done());
}

}  // namespace
}  // namespace tensordash
