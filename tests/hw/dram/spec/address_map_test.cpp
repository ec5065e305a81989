#include "hw/dram/address_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace tensordash {
namespace {

using ::testing::ThrowsMessage;

DramParameters parameters_of(unsigned channels, unsigned ranks, const std::string& mapping = "",
                             const std::string& hash = "") {
  DramParameters parameters;
  parameters.channels = channels;
  parameters.ranks = ranks;
  if (!mapping.empty()) parameters.mapping = mapping;
  parameters.hash = hash;
  return parameters;
}

AddressMap map_of(const DramParameters& parameters) {
  return AddressMap(DramConfiguration(parameters));
}

std::string text(const DramPlace& place) {
  return "channel " + std::to_string(place.channel) + " rank " + std::to_string(place.rank) +
         " bank " + std::to_string(place.bank) + " row " + std::to_string(place.row) + " column " +
         std::to_string(place.column) + " byte " + std::to_string(place.byte);
}

constexpr std::uint64_t bit(unsigned number) {
  return std::uint64_t{1} << number;
}

// From the bottom: byte 1, column 5, channel 2, column 5, bank 3, row 17, rank 1.
TEST(AddressMap, DefaultOfFourChannels) {
  const AddressMap map = map_of(parameters_of(4, 2));
  EXPECT_EQ(map.size(), std::uint64_t{16} << 30);
  EXPECT_EQ(text(map.place(0)), "channel 0 rank 0 bank 0 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(1)), "channel 0 rank 0 bank 0 row 0 column 0 byte 1");
  EXPECT_EQ(text(map.place(bit(1))), "channel 0 rank 0 bank 0 row 0 column 1 byte 0");
  EXPECT_EQ(text(map.place(bit(5))), "channel 0 rank 0 bank 0 row 0 column 16 byte 0");
  EXPECT_EQ(text(map.place(bit(6))), "channel 1 rank 0 bank 0 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(7))), "channel 2 rank 0 bank 0 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(8))), "channel 0 rank 0 bank 0 row 0 column 32 byte 0");
  EXPECT_EQ(text(map.place(bit(12))), "channel 0 rank 0 bank 0 row 0 column 512 byte 0");
  EXPECT_EQ(text(map.place(bit(13))), "channel 0 rank 0 bank 1 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(16))), "channel 0 rank 0 bank 0 row 1 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(32))), "channel 0 rank 0 bank 0 row 65536 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(33))), "channel 0 rank 1 bank 0 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(map.size() - 1)),
            "channel 3 rank 1 bank 7 row 131071 column 1023 byte 1");
}

TEST(AddressMap, DefaultOfOneChannel) {
  const AddressMap map = map_of(parameters_of(1, 1));
  EXPECT_EQ(map.size(), std::uint64_t{2} << 30);
  EXPECT_EQ(text(map.place(bit(10))), "channel 0 rank 0 bank 0 row 0 column 512 byte 0");
  EXPECT_EQ(text(map.place(bit(11))), "channel 0 rank 0 bank 1 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(14))), "channel 0 rank 0 bank 0 row 1 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(30))), "channel 0 rank 0 bank 0 row 65536 column 0 byte 0");
}

TEST(AddressMap, WiderChannelsHaveWiderColumns) {
  DramParameters parameters = parameters_of(4, 1);
  parameters.width = 64;
  const AddressMap map = map_of(parameters);
  EXPECT_EQ(text(map.place(7)), "channel 0 rank 0 bank 0 row 0 column 0 byte 7");
  EXPECT_EQ(text(map.place(8)), "channel 0 rank 0 bank 0 row 0 column 1 byte 0");
  EXPECT_EQ(text(map.place(256)), "channel 1 rank 0 bank 0 row 0 column 0 byte 0");
}

TEST(AddressMap, RowBankColumn) {
  const AddressMap map = map_of(parameters_of(1, 1, "row|bank|column"));
  EXPECT_EQ(text(map.place(0x12345678)), "channel 0 rank 0 bank 2 row 18641 column 828 byte 0");
  EXPECT_EQ(map.place(0x12345678), map_of(parameters_of(1, 1)).place(0x12345678));
}

TEST(AddressMap, FieldsInPieces) {
  // From the bottom: byte 1, column 4, bank 1, column 6, bank 2, channel 1, row 17.
  const AddressMap map = map_of(parameters_of(2, 1, "row|channel|bank:2|column|bank:1|column:4"));
  EXPECT_EQ(text(map.place(bit(5))), "channel 0 rank 0 bank 1 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(6))), "channel 0 rank 0 bank 0 row 0 column 16 byte 0");
  EXPECT_EQ(text(map.place(bit(12))), "channel 0 rank 0 bank 2 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(13))), "channel 0 rank 0 bank 4 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(14))), "channel 1 rank 0 bank 0 row 0 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(15))), "channel 0 rank 0 bank 0 row 1 column 0 byte 0");
}

TEST(AddressMap, SpacesDoNotMatter) {
  const AddressMap map =
      map_of(parameters_of(2, 1, " row | channel|bank : 2| column |\tbank:1 |column:4 ",
                           "  bank0 ^ row0 ,channel0^row2 "));
  EXPECT_EQ(text(map.place(bit(15))), "channel 0 rank 0 bank 1 row 1 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(17))), "channel 1 rank 0 bank 0 row 4 column 0 byte 0");
}

TEST(AddressMap, FieldsThatThereAreNotMayBeNamed) {
  const AddressMap map = map_of(parameters_of(1, 1, "rank:1|row|bank|channel:2|column"));
  EXPECT_EQ(map.size(), std::uint64_t{2} << 30);
  EXPECT_EQ(text(map.place(bit(11))), "channel 0 rank 0 bank 1 row 0 column 0 byte 0");
}

TEST(AddressMap, HashFlipsBits) {
  const AddressMap map = map_of(parameters_of(4, 1, "", "bank0^row0^row3, channel1^row2"));
  EXPECT_EQ(text(map.place(bit(16))), "channel 0 rank 0 bank 1 row 1 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(19))), "channel 0 rank 0 bank 1 row 8 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(16) | bit(19))), "channel 0 rank 0 bank 0 row 9 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(16) | bit(13))), "channel 0 rank 0 bank 0 row 1 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(18))), "channel 2 rank 0 bank 0 row 4 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(18) | bit(7))), "channel 0 rank 0 bank 0 row 4 column 0 byte 0");
}

TEST(AddressMap, HashTakesTheBitsOfTheAddress) {
  // Both read the row of the address: what one flips, the other does not see.
  const AddressMap map = map_of(parameters_of(1, 1, "", "bank0^bank1, bank1^row0"));
  EXPECT_EQ(text(map.place(bit(14))), "channel 0 rank 0 bank 2 row 1 column 0 byte 0");
  EXPECT_EQ(text(map.place(bit(12))), "channel 0 rank 0 bank 3 row 0 column 0 byte 0");
}

TEST(AddressMap, AddressIsTheInverseOfPlace) {
  std::mt19937_64 random(3);
  const char* const mappings[] = {"rank|row|bank|column|channel|column:5",
                                  "row|rank|bank|column|channel|column:4",
                                  "row:8|bank:1|row|column:2|rank|channel|bank|column"};
  const char* const hashes[] = {
      "", "bank0^row0^row3, channel1^row2", "bank0^row0,bank1^row1,bank2^row2^rank0,rank0^row5",
      // Each bit of a chain takes the next; the inverse has to follow it.
      "bank0^bank1,bank1^bank2,bank2^row0,row0^row1,column9^column8,channel0^row3^column7"};
  for (const char* mapping : mappings) {
    for (const char* hash : hashes) {
      const AddressMap map = map_of(parameters_of(4, 2, mapping, hash));
      for (unsigned each = 0; each < 2000; ++each) {
        const std::uint64_t address = random() % map.size();
        const DramPlace place = map.place(address);
        ASSERT_EQ(map.address(place), address) << mapping << ", " << hash;
        ASSERT_LT(place.channel, 4U);
        ASSERT_LT(place.rank, 2U);
        ASSERT_LT(place.bank, 8U);
        ASSERT_LT(place.row, 131072U);
        ASSERT_LT(place.column, 1024U);
        ASSERT_LT(place.byte, 2U);
        // A burst stays in one row.
        const DramPlace start = map.place(address / 32 * 32);
        ASSERT_EQ(start.column, place.column / 16 * 16);
        ASSERT_EQ(start.row, place.row);
        ASSERT_EQ(start.bank, place.bank);
        ASSERT_EQ(start.channel, place.channel);
      }
      for (unsigned each = 0; each < 500; ++each) {
        DramPlace place;
        place.channel = random() % 4;
        place.rank = random() % 2;
        place.bank = random() % 8;
        place.row = random() % 131072;
        place.column = random() % 1024;
        place.byte = random() % 2;
        ASSERT_EQ(map.place(map.address(place)), place) << mapping << ", " << hash;
      }
    }
  }
}

void expect_mapping_refused(const std::string& mapping, const std::string& why) {
  EXPECT_THAT([&] { map_of(parameters_of(4, 2, mapping)); },
              ThrowsMessage<DramError>("dram.mapping '" + mapping + "'" + why));
}

TEST(AddressMap, RefusesMappings) {
  expect_mapping_refused("rank|row|banc|column|channel|column:5",
                         ": unknown field 'banc'; allowed: channel, rank, bank, row, column");
  expect_mapping_refused("rank|row||bank|column|channel|column:5",
                         ": unknown field ''; allowed: channel, rank, bank, row, column");
  expect_mapping_refused("rank|row|bank|column|channel|column",
                         ": two segments of column without a number of bits");
  expect_mapping_refused("rank|row|bank|column|channel|column:five",
                         ": 'column:five' has no number of bits");
  expect_mapping_refused("rank|row|bank|column|channel|column:",
                         ": 'column:' has no number of bits");
  expect_mapping_refused("rank|row|bank|column|channel|column:-5",
                         ": 'column:-5' has no number of bits");
  expect_mapping_refused("rank|row|bank:4|column|channel|column:5", ": bank has only 3 bits");
  expect_mapping_refused("rank|row|bank:2|bank:2|column|channel|column:5",
                         ": bank has only 3 bits");
  expect_mapping_refused("rank|row|column|channel|column:5", ": 3 of 3 bits of bank are nowhere");
  expect_mapping_refused("rank|row:10|bank|column|channel|column:5",
                         ": 7 of 17 bits of row are nowhere");
  const std::string torn =
      " tears bursts apart; allowed: the lowest 4 bits of the column at the "
      "bottom";
  expect_mapping_refused("rank|row|bank|column|channel", torn);
  expect_mapping_refused("rank|row|bank|column|channel|column:3", torn);
  expect_mapping_refused("column|channel|bank|row|rank", torn);
}

void expect_hash_refused(const std::string& hash, const std::string& message) {
  EXPECT_THAT([&] { map_of(parameters_of(4, 2, "", hash)); }, ThrowsMessage<DramError>(message));
}

TEST(AddressMap, RefusesHashes) {
  expect_hash_refused(
      "bank0", "dram.hash 'bank0': a bit is flipped by one other at least, as in bank0^row3");
  expect_hash_refused("bank0^",
                      "dram.hash 'bank0^': '' is no bit of a field; allowed: such as bank0^row3");
  expect_hash_refused(
      "bank0^row",
      "dram.hash 'bank0^row': 'row' is no bit of a field; allowed: such as bank0^row3");
  expect_hash_refused(
      "bank0^row0, cank1^row2",
      "dram.hash 'cank1^row2': 'cank1' is no bit of a field; allowed: such as bank0^row3");
  expect_hash_refused(
      "bank0^row1x",
      "dram.hash 'bank0^row1x': 'row1x' is no bit of a field; allowed: such as bank0^row3");
  expect_hash_refused("bank3^row0", "dram.hash 'bank3^row0': bank has only 3 bits");
  expect_hash_refused("bank0^row17", "dram.hash 'bank0^row17': row has only 17 bits");
  expect_hash_refused("column3^row0",
                      "dram.hash 'column3^row0': columns within a burst stay together");
  const std::string twice = "dram.hash sends two addresses to one place; allowed: one to one";
  expect_hash_refused("bank0^bank0", twice);
  expect_hash_refused("bank0^bank1, bank1^bank0", twice);
  expect_hash_refused("bank0^row0, row0^channel0, channel0^bank0", twice);
  // The lowest column that a hash may flip.
  EXPECT_NO_THROW(map_of(parameters_of(4, 2, "", "column4^row0")));
}

}  // namespace
}  // namespace tensordash
