#include "platform/player/script.h"

#include <gmock/gmock.h>

#include "platform/player/register_names.h"
#include "platform/registers/register_map.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ScriptTest : public TemporaryFolderTest {
 protected:
  std::string complaint(const std::string& text) const {
    try {
      const Script script(text, "s.td", folder_);
    } catch (const ScriptError& problem) {
      return problem.what();
    }
    return "no complaint";
  }

  /// A line that is refused; the message is one line and names the place, what is wrong and what
  /// is allowed.
  void expect_refused(const std::string& line, const std::string& wrong,
                      const std::string& allowed) const {
    EXPECT_THAT(complaint("# first\nwait 1ns\n" + line + "\nnonsense\n"),
                AllOf(StartsWith("s.td:3: "), HasSubstr(wrong), HasSubstr("allowed: " + allowed),
                      Not(HasSubstr("\n"))))
        << line;
  }
};

TEST_F(ScriptTest, RefusesWhatIsNoCommandAndListsThem) {
  expect_refused("wrote CONTROL 1", "no command 'wrote'",
                 "load, fill, mem32, descriptor, dump, expect_mem, expect32, write, read, expect, "
                 "poll, wait_irq, expect_irq, wait, reset, print, set");
  expect_refused("print \"abc", "a quote does not end", "\"...\"");
}

TEST_F(ScriptTest, RefusesTooFewAndTooManyWordsOfEveryCommand) {
  struct Usage {
    const char* name;
    unsigned least, most;
    const char* arguments;
  };
  for (const Usage& usage :
       std::vector<Usage>{{"load", 2, 4, "ADDRESS FILE [OFFSET [BYTES]]"},
                          {"fill", 3, 3, "ADDRESS BYTES VALUE"},
                          {"mem32", 2, 0, "ADDRESS VALUE..."},
                          {"descriptor", 2, 0, "ADDRESS KEY=VALUE..."},
                          {"dump", 3, 3, "ADDRESS BYTES FILE"},
                          {"expect_mem", 2, 4, "ADDRESS FILE [OFFSET [BYTES]]"},
                          {"expect32", 2, 3, "ADDRESS VALUE [MASK]"},
                          {"write", 2, 2, "REGISTER VALUE"},
                          {"read", 1, 1, "REGISTER"},
                          {"expect", 2, 3, "REGISTER VALUE [MASK]"},
                          {"poll", 4, 4, "REGISTER VALUE MASK TIMEOUT"},
                          {"wait_irq", 1, 1, "TIMEOUT"},
                          {"expect_irq", 1, 1, "0|1"},
                          {"wait", 1, 1, "TIME"},
                          {"reset", 1, 1, "TIME"},
                          {"set", 2, 2, "NAME VALUE"}}) {
    const auto with_words = [&](unsigned count) {
      std::string line = usage.name;
      for (unsigned at = 0; at < count; ++at) line += " 1";
      return line;
    };
    const std::string allowed = std::string(usage.name) + " " + usage.arguments;
    expect_refused(with_words(usage.least - 1),
                   std::string(usage.name) + " has " + std::to_string(usage.least - 1) + " words",
                   allowed);
    if (usage.most == 0) continue;
    expect_refused(with_words(usage.most + 1),
                   std::string(usage.name) + " has " + std::to_string(usage.most + 1) + " words",
                   allowed);
  }
}

TEST_F(ScriptTest, RefusesValuesThatCannotBe) {
  expect_refused("fill here 1 0", "ADDRESS is 'here'", "numbers below 2^64");
  expect_refused("fill 0 0 0", "BYTES is 0", "1 to 4294967296");
  expect_refused("fill 0 0x100000001 0", "BYTES is 4294967297", "1 to 4294967296");
  expect_refused("fill 0 1 256", "VALUE is 256", "0 to 255");
  expect_refused("fill 0xffffffffffffffff 2 0", "reach beyond the last address", "up to 2^64");
  expect_refused("mem32 0 1 0x100000000", "VALUE is 4294967296", "0 to 4294967295");
  expect_refused("mem32 0xfffffffffffffffa 1 2", "8 bytes from 0xfffffffffffffffa", "up to 2^64");
  expect_refused("dump 0 0 x", "BYTES is 0", "1 to");
  expect_refused("dump 0 1 \"\"", "FILE is empty", "the name");
  expect_refused("expect32 0 2 1", "VALUE is 0x2 and MASK 0x1", "a VALUE within MASK");
  expect_refused("expect STATUS 2 1", "VALUE is 0x2 and MASK 0x1", "a VALUE within MASK");
  expect_refused("poll STATUS 2 1 1us", "VALUE is 0x2 and MASK 0x1", "a VALUE within MASK");
  expect_refused("poll STATUS 1 1 10", "TIMEOUT is '10'", "a whole number and ps, ns");
  expect_refused("wait_irq soon", "the time is 'soon'", "a whole number and ps, ns");
  expect_refused("expect_irq 2", "the level is 2", "0 to 1");
  expect_refused("wait -1ns", "the time is '-1ns'", "a whole number");
  expect_refused("reset 0ns", "the time is '0ns'", "more than 0");
  expect_refused("set 1A 5", "NAME is '1A'", "letters");
  expect_refused("set A $B", "no line above sets $B", "none");
}

TEST_F(ScriptTest, RefusesRegistersThatAreNot) {
  expect_refused("write STATE 1", "no register 'STATE'", "an offset, ID, VERSION");
  EXPECT_THAT(complaint("read STATE"),
              AllOf(HasSubstr("COUNTER_CONTROL, COUNTER_CYCLES_LOW/_HIGH, COUNTER_DESCRIPTORS"),
                    HasSubstr("COUNTER_CONNECTIVITY_LOW/_HIGH")));
  expect_refused("read 0x22", "REGISTER is 0x22", "a name, or an offset that is a multiple of 4");
  expect_refused("read $X", "no line above sets $X", "none");
}

TEST_F(ScriptTest, RefusesKeysOfDescriptorsThatCannotBe) {
  expect_refused("descriptor 0 FORWARD", "'FORWARD' is no KEY=VALUE", "such as OPCODE=FORWARD");
  expect_refused("descriptor 0 OPCODES=1", "a descriptor has no 'OPCODES'", "OPCODE, VERSION");
  EXPECT_THAT(
      complaint("descriptor 0 X=1"),
      AllOf(HasSubstr("RESULT_COMPRESSED, COMMAND, TYPES, TAG"), HasSubstr("RESULT_DIRECTORY")));
  expect_refused("descriptor 0 OPCODE=MULTIPLY", "OPCODE is 'MULTIPLY'",
                 "NOP, FORWARD, BACKWARD_DATA, BACKWARD_WEIGHTS, FROM_PLAIN, TO_PLAIN, or a number "
                 "up to 255");
  expect_refused("descriptor 0 OPCODE=", "OPCODE is ''", "NOP, FORWARD");
  expect_refused("descriptor 0 OPCODE=256", "OPCODE is 256", "0 to 255");
  expect_refused("descriptor 0 INTERRUPT=2", "INTERRUPT is 2", "0 to 1");
  expect_refused("descriptor 0 OPERANDS=4", "OPERANDS is 4", "0 to 3");
  expect_refused("descriptor 0 SHAPE_N=0x100000000", "SHAPE_N is 4294967296", "0 to 4294967295");
  expect_refused("descriptor 0 TAG=1 TAG=1", "TAG has bits that the line sets before", "each once");
  expect_refused("descriptor 0 COMMAND=1 OPCODE=0", "OPCODE has bits", "each once");
  expect_refused("descriptor 0 OPCODE=0 COMMAND=1", "COMMAND has bits", "each once");
  expect_refused("descriptor 0 A_DATA=0 A_DATA=0", "A_DATA has bits", "each once");
}

TEST_F(ScriptTest, ChecksDataFilesBeforeItIsPlayed) {
  write_file("ten.bin", "0123456789");
  write_file("none.bin", "");
  for (const std::string command : {"load", "expect_mem"}) {
    EXPECT_THAT(complaint(command + " 0 absent.bin"),
                AllOf(StartsWith("s.td:1: "), HasSubstr("absent.bin: no such file")));
    EXPECT_THAT(complaint(command + " 0 ."), HasSubstr("is no ordinary file"));
    const std::string short_text = "ten.bin: has 10 bytes of data; allowed: OFFSET, and BYTES";
    EXPECT_THAT(complaint(command + " 0 ten.bin 10"), HasSubstr(short_text));
    EXPECT_THAT(complaint(command + " 0 ten.bin 9 2"), HasSubstr(short_text));
    EXPECT_THAT(complaint(command + " 0 ten.bin 0 11"), HasSubstr(short_text));
    EXPECT_THAT(complaint(command + " 0 ten.bin 0 0"), HasSubstr("BYTES is 0; allowed: 1 to"));
    EXPECT_THAT(complaint(command + " 0 none.bin"), HasSubstr("none.bin: has 0 bytes"));
    EXPECT_THAT(complaint(command + " 0xfffffffffffffff7 ten.bin"),
                HasSubstr("10 bytes from 0xfffffffffffffff7 on reach beyond"));
    EXPECT_EQ(complaint(command + " 0 ten.bin 9 1"), "no complaint");
    EXPECT_EQ(complaint(command + " 0xfffffffffffffff6 ten.bin"), "no complaint");
  }
}

TEST_F(ScriptTest, RefusesArraysWhoseBytesAreNotThePlainOnes) {
  const auto array = [](const std::string& header, std::size_t bytes) {
    std::string text = header + std::string(117 - header.size(), ' ') + "\n";
    return std::string("\x93NUMPY\x01\x00", 8) + std::string("\x76\x00", 2) + text +
           std::string(bytes, 'x');
  };
  write_file("good.npy", array("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }", 12));
  write_file("fortran.npy",
             array("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 24));
  write_file("big.npy", array("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", 24));
  write_file("short.npy", array("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 23));
  write_file("long.npy", array("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 25));
  write_file("wrong.npy", "no array at all");
  EXPECT_EQ(complaint("load 0 good.npy 11 1"), "no complaint");
  EXPECT_THAT(complaint("load 0 good.npy 12 1"), HasSubstr("has 12 bytes of data"));
  EXPECT_THAT(complaint("load 0 fortran.npy"), HasSubstr("Fortran order; allowed: C order"));
  EXPECT_THAT(complaint("load 0 big.npy"), HasSubstr("holds '>f4'; allowed: little endian"));
  EXPECT_THAT(complaint("load 0 short.npy"), HasSubstr("has 23 bytes of data; allowed: exactly"));
  EXPECT_THAT(complaint("load 0 long.npy"), HasSubstr("has 25 bytes of data; allowed: exactly"));
  EXPECT_THAT(complaint("load 0 wrong.npy"), HasSubstr("wrong.npy: "));
}

TEST_F(ScriptTest, IsAFileThatCanBeRead) {
  const auto of_file = [](const std::filesystem::path& file) -> std::string {
    try {
      const Script script(file);
      return "no complaint";
    } catch (const ScriptError& problem) {
      return problem.what();
    }
  };
  EXPECT_THAT(of_file(folder_ / "absent.td"), HasSubstr("absent.td: No such file"));
  EXPECT_THAT(of_file(folder_), HasSubstr("is a folder; allowed: a script"));
  // Names are looked for beside it.
  write_file("sub/ten.bin", "0123456789");
  EXPECT_EQ(of_file(write_file("sub/good.td", "load 0 ten.bin\r\n\r\n")), "no complaint");
  const auto wrong = write_file("wrong.td", "wait 1ns\nload 0 ten.bin");
  EXPECT_THAT(of_file(wrong), StartsWith(wrong.string() + ":2: "));
}

TEST_F(ScriptTest, NamesRegistersAsTheTableDoes) {
  for (const RegisterDescription& each : register_table) {
    EXPECT_EQ(register_offset(each.name), static_cast<std::uint32_t>(each.place));
  }
  EXPECT_EQ(register_offset("CONTROL"), 0x20U);
  EXPECT_EQ(register_offset("COUNTER_CYCLES_LOW"), 0x100U);
  EXPECT_EQ(register_offset("COUNTER_CONNECTIVITY_HIGH"), 0x1ecU);
  EXPECT_FALSE(register_offset("CYCLES"));
}

TEST_F(ScriptTest, WritesDescriptorsAsTheTablesSay) {
  const Script script(
      "set X 0x123456789\n"
      "descriptor 0x100 OPCODE=TO_PLAIN VERSION=1 INTERRUPT=1 DENSE=1 SPARSE_ACTIVATIONS=1 "
      "DILATION_REMOVED=1 TENSOR=2 OPERANDS=1 A_COMPRESSED=1 W_COMPRESSED=1 GO_COMPRESSED=1 "
      "SOURCE_COMPRESSED=1 RESULT_COMPRESSED=1 TAG=0xfeedf00d GROUPS=7 A_DATA=$X+1 "
      "RESULT_DIRECTORY=0x40\ndescriptor 0 OPCODE=3",
      "s", folder_);
  const auto word = [&](unsigned command, unsigned at) {
    const auto& data = script.commands().at(command).data;
    return data[4 * at] | data[4 * at + 1] << 8U | data[4 * at + 2] << 16U |
           static_cast<std::uint32_t>(data[4 * at + 3]) << 24U;
  };
  ASSERT_EQ(script.commands().size(), 2U);
  EXPECT_EQ(script.commands()[0].address, 0x100U);
  ASSERT_EQ(script.commands()[0].data.size(), 256U);
  EXPECT_EQ(word(0, 0), 0x020f0105U);
  EXPECT_EQ(word(0, 1), 0x1f01U);
  EXPECT_EQ(word(0, 2), 0xfeedf00dU);
  EXPECT_EQ(word(0, 17), 7U);
  EXPECT_EQ(word(0, 20), 0x2345678aU);
  EXPECT_EQ(word(0, 21), 1U);
  EXPECT_EQ(word(0, 38), 0x40U);
  EXPECT_EQ(word(0, 39), 0U);
  EXPECT_EQ(word(1, 0), 3U);
}

/// The table of fields has no names, so the player has its own.
TEST_F(ScriptTest, HasANameForEveryBitOfADescriptorThatMeansSomething) {
  std::string line = "descriptor 0";
  for (const char* field :
       {"OPCODE=255", "VERSION=255", "INTERRUPT=1", "DENSE=1", "SPARSE_ACTIVATIONS=1",
        "DILATION_REMOVED=1", "TENSOR=3", "OPERANDS=3", "A_COMPRESSED=1", "W_COMPRESSED=1",
        "GO_COMPRESSED=1", "SOURCE_COMPRESSED=1", "RESULT_COMPRESSED=1"}) {
    line += std::string(" ") + field;
  }
  for (const WordDescription& each : word_table) {
    if (each.place == DescriptorWord::command || each.place == DescriptorWord::types) continue;
    line +=
        std::string(" ") + each.name + (each.align == 0 ? "=0xffffffff" : "=0xffffffffffffffff");
  }
  const Script script(line, "s", folder_);
  std::vector<std::uint8_t> expected(256, 0);
  for (const WordDescription& each : word_table) {
    for (unsigned at = 0; at < (each.align == 0 ? 4U : 8U); ++at) {
      expected[4 * static_cast<std::size_t>(each.place) + at] =
          static_cast<std::uint8_t>(each.mask >> (8 * (at % 4)));
    }
  }
  EXPECT_EQ(script.commands().at(0).data, expected);
}

}  // namespace
}  // namespace tensordash
