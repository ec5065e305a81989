#include <gmock/gmock.h>

#include <filesystem>
#include <numeric>

#include "tests/platform/player/player_fixture.h"

namespace tensordash::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Access = FakeDevice::Access;

std::string counting(std::size_t bytes) {
  std::string made(bytes, '\0');
  std::iota(made.begin(), made.end(), '\0');
  return made;
}

TEST_F(PlayerTest, LoadsFilesAndPartsOfThem) {
  write_file("data.bin", counting(100));
  EXPECT_EQ(play("load 0x1000 data.bin\nload 0x1101 data.bin 90\nload 0x1200 data.bin 3 2"), "");
  EXPECT_EQ(memory(0x1000, 101), counting(100) + '\0');
  EXPECT_EQ(memory(0x1100, 12), '\0' + counting(100).substr(90) + '\0');
  EXPECT_EQ(memory(0x1200, 3), std::string("\3\4\0", 3));
  EXPECT_THAT(device.accesses, ElementsAre(Access{'D', 0x1000, 100, 0}, Access{'D', 0x1101, 10, 0},
                                           Access{'D', 0x1200, 2, 0}));
}

TEST_F(PlayerTest, LoadsTheDataOfArrays) {
  const std::string header = "{'descr': '<i2', 'fortran_order': False, 'shape': (4,), }";
  write_file("data.npy", std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header +
                             std::string(117 - header.size(), ' ') + "\nabcdefgh");
  EXPECT_EQ(play("load 0x1000 data.npy\nload 0x1010 data.npy 5 2\n"
                 "expect_mem 0x1002 data.npy 2"),
            "");
  EXPECT_EQ(memory(0x1000, 9), std::string("abcdefgh\0", 9));
  EXPECT_EQ(memory(0x1010, 3), std::string("fg\0", 3));
}

TEST_F(PlayerTest, FillsAndWritesWordsAndDescriptors) {
  EXPECT_EQ(play("set A 0x1100\nfill 0x1003 5 0xab\nmem32 $A 0x04030201 0xdeadbeef\n"
                 "descriptor 0x1200 OPCODE=FORWARD VERSION=1 RESULT_DIRECTORY=0x1122334455667788"),
            "");
  EXPECT_EQ(memory(0x1002, 7), std::string("\0\xab\xab\xab\xab\xab\0", 7));
  EXPECT_EQ(memory(0x1100, 9), std::string("\1\2\3\4\xef\xbe\xad\xde\0", 9));
  EXPECT_EQ(memory(0x1200, 4), std::string("\1\1\0\0", 4));
  EXPECT_EQ(memory(0x1298, 8), "\x88\x77\x66\x55\x44\x33\x22\x11");
  EXPECT_EQ(device.accesses.back().bytes, 256U);
}

TEST_F(PlayerTest, ExpectsWordsInMemory) {
  EXPECT_EQ(play("mem32 0x1001 0x12345678\nexpect32 0x1001 0x12345678\n"
                 "expect32 0x1001 0x5600 0xff00\nexpect32 0x1002 0x123456\nexpect32 0x1001 0"),
            "s:5: expect32 0x1001 0: expected 0x0, seen 0x12345678");
}

TEST_F(PlayerTest, ExpectsMemoryToBeAsAFileAndNamesTheFirstDifference) {
  write_file("data.bin", counting(100));
  EXPECT_EQ(play("load 0x1000 data.bin\nexpect_mem 0x1000 data.bin\n"
                 "expect_mem 0x1032 data.bin 50\nfill 0x1040 4 0xee\n"
                 "expect_mem 0x1010 data.bin 16 48\nexpect_mem 0x1044 data.bin 68\n"
                 "expect_mem 0x1010 data.bin 16 49"),
            "s:7: expect_mem 0x1010 data.bin 16 49, byte at 0x1040: expected 0x40, seen 0xee");
}

TEST_F(PlayerTest, DumpsMemoryIntoAFile) {
  write_file("data.bin", counting(100));
  EXPECT_EQ(play("load 0x1000 data.bin\ndump 0x1001 3 out.bin\nfill 0x1000 8 7\n"
                 "load 0x1100 ./out.bin\ndump 0x1008 1 ./b.bin\nload 0x1200 b.bin\n"
                 "expect_mem 0x1100 out.bin\ndump 0x1000 8 ./out.bin\n"
                 "expect_mem 0x1000 out.bin 4 4"),
            "");
  EXPECT_EQ(memory(0x1100, 4), std::string("\1\2\3\0", 4));
  EXPECT_EQ(dumped("out.bin"), std::string(8, '\7'));
}

/// What an earlier line dumps cannot be looked at before the script is played.
TEST_F(PlayerTest, FailsWhenADumpedFileIsShorterThanTheScriptWants) {
  EXPECT_THAT(play("dump 0x1000 8 out.bin\nload 0x1000 out.bin 4 5\nwrite CONTROL 1"),
              AllOf(StartsWith("s:2: "), HasSubstr("out.bin: has 8 bytes of data")));
  EXPECT_EQ(player->failure()->kind, PlayFailure::Kind::script);
  EXPECT_THAT(device.values, IsEmpty());
}

TEST_F(PlayerTest, FailsWhenADumpedFileReachesBeyondTheLastAddress) {
  EXPECT_THAT(play("dump 0x1000 8 out.bin\nload 0xfffffffffffffff9 out.bin"),
              AllOf(StartsWith("s:2: "), HasSubstr("beyond the last address")));
  EXPECT_EQ(device.accesses.size(), 1U);
}

TEST_F(PlayerTest, LeavesNothingOfADumpThatMemoryRefuses) {
  EXPECT_EQ(play("dump 0x2ff0 32 out.bin"),
            "s:1: dump 0x2ff0 32 out.bin, read at 0x3000: expected TLM_OK_RESPONSE, seen "
            "TLM_ADDRESS_ERROR_RESPONSE");
  EXPECT_TRUE(std::filesystem::is_empty(parameters.dumps));
}

TEST_F(PlayerTest, FailsWhenADumpCannotBeWritten) {
  EXPECT_THAT(play("dump 0x1000 8 no/out.bin"),
              AllOf(StartsWith("s:1: "), HasSubstr("no/out.bin"), HasSubstr("No such file")));
  EXPECT_EQ(player->failure()->kind, PlayFailure::Kind::system);
}

TEST_F(PlayerTest, MovesBytesInPieces) {
  // Only the first piece of a MiB reaches the memory; the next is beyond it.
  EXPECT_THAT(play("fill 0x100000 0x180000 1"), HasSubstr("TLM_ADDRESS_ERROR_RESPONSE"));
  EXPECT_EQ(device.accesses.front(), (Access{'D', 0x100000, 1U << 20U, 0}));
}

TEST_F(PlayerTest, UsesTimedAccessesWhereDebugDoesNotReach) {
  device.debug_bytes = 10;
  device.memory_delay = sc_core::sc_time(5, sc_core::SC_NS);
  write_file("data.bin", counting(150));
  EXPECT_EQ(play("load 0x1010 data.bin\nexpect_mem 0x1010 data.bin"), "");
  EXPECT_THAT(device.accesses,
              ElementsAre(Access{'D', 0x1010, 150, 0}, Access{'W', 0x101a, 38, 0},
                          Access{'W', 0x1040, 64, 5}, Access{'W', 0x1080, 38, 10},
                          Access{'d', 0x1010, 150, 15}, Access{'R', 0x101a, 38, 15},
                          Access{'R', 0x1040, 64, 20}, Access{'R', 0x1080, 38, 25}));
  EXPECT_EQ(end_ns(), 30);
}

TEST_F(PlayerTest, UsesTimedAccessesOnlyWhenTold) {
  parameters.memory = MemoryReach::timed;
  EXPECT_EQ(play("mem32 0x103c 1 2\nexpect32 0x1040 2\nfill 0x1000 4 1"), "");
  EXPECT_THAT(device.accesses, ElementsAre(Access{'W', 0x103c, 4, 0}, Access{'W', 0x1040, 4, 0},
                                           Access{'R', 0x1040, 4, 0}, Access{'W', 0x1000, 4, 0}));
}

TEST_F(PlayerTest, UsesDebugOnlyWhenToldAndFailsWhereItDoesNotReach) {
  parameters.memory = MemoryReach::debug;
  device.debug_bytes = 6;
  EXPECT_EQ(play("mem32 0x1000 1\nexpect32 0x1000 1\nmem32 0x1000 3 4"),
            "s:3: mem32 0x1000 3 4, debug write at 0x1000: expected 8 bytes moved, seen 6");
  EXPECT_THAT(device.accesses, Each(Field(&Access::kind, ::testing::AnyOf('d', 'D'))));
}

}  // namespace
}  // namespace tensordash::testing
