#include <gmock/gmock.h>

#include "platform/dram/request_source.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint64_t size = 0x1000;

class DramRequestTrace : public TemporaryFolderTest {
 protected:
  std::vector<DramRequest> read(const std::string& text, unsigned bytes = 64) {
    const auto source = trace_file_source(write_file("requests.txt", text), size, bytes);
    std::vector<DramRequest> requests;
    while (const auto request = source->next()) requests.push_back(*request);
    return requests;
  }

  /// What the message says behind the name of the file, which every message must have.
  std::string complaint(const std::string& text, unsigned bytes = 64) {
    try {
      read(text, bytes);
    } catch (const DramError& error) {
      const std::string what = error.what();
      EXPECT_THAT(what, Not(HasSubstr("\n")));
      const std::string begin = "request trace " + (folder_ / "requests.txt").string() + ": ";
      EXPECT_EQ(what.rfind(begin, 0), 0U) << what;
      return what.substr(std::min(begin.size(), what.size()));
    }
    ADD_FAILURE() << "not refused: " << text;
    return "";
  }
};

TEST_F(DramRequestTrace, HoldsRequestsWithClocksOrWithout) {
  const auto requests = read("R 0x40\nW 0xfC0 17\n\n  # nothing\nr 64 0x20 # decimal\nw 0X80\n");
  ASSERT_EQ(requests.size(), 4U);
  const std::vector<std::uint64_t> addresses = {0x40, 0xfc0, 64, 0x80};
  const std::vector<bool> writes = {false, true, false, true};
  const std::vector<std::optional<DramClock>> clocks = {std::nullopt, 17, 32, std::nullopt};
  for (std::size_t at = 0; at < requests.size(); ++at) {
    EXPECT_EQ(requests[at].address, addresses[at]) << at;
    EXPECT_EQ(requests[at].write, writes[at]) << at;
    EXPECT_EQ(requests[at].clock, clocks[at]) << at;
  }
}

TEST_F(DramRequestTrace, MayBeEmptyEndWithoutANewlineAndHaveCarriageReturns) {
  EXPECT_TRUE(read("").empty());
  EXPECT_TRUE(read("# only words\n").empty());
  EXPECT_EQ(read("R 0x40").size(), 1U);
  EXPECT_EQ(read("R 0x40 5\r\n\r\nW 0x80\r\n").size(), 2U);
}

TEST_F(DramRequestTrace, MayRepeatAClockButNotGoBack) {
  EXPECT_EQ(read("R 0 5\nR 0 5\n").size(), 2U);
  EXPECT_EQ(complaint("R 0 5\nR 0\nR 0 4\n"), "line 3: clock 4 is before the one above, 5");
}

TEST_F(DramRequestTrace, NamesTheLineOfWhatItRefuses) {
  EXPECT_EQ(complaint("R 0\nX 0x40\n"), "line 2: 'X' is no request; allowed: R|W 0xADDR [clock]");
  EXPECT_EQ(complaint("# first\n\nread 0\n"),
            "line 3: 'read' is no request; allowed: R|W 0xADDR [clock]");
  EXPECT_EQ(complaint("W\n"), "line 1: no address; allowed: R|W 0xADDR [clock]");
  for (const std::string wrong : {"0x", "0xg", "ff", "-1", "1.5", "0x40,", "0x10000000000000000"}) {
    EXPECT_EQ(complaint("R 0\nR " + wrong + "\n"),
              "line 2: '" + wrong + "' is no address; allowed: such as 0x1f40");
  }
  for (const std::string wrong : {"soon", "-1", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(complaint("R 0 " + wrong + "\n"),
              "line 1: '" + wrong + "' is no clock; allowed: whole numbers");
  }
  EXPECT_EQ(complaint("R 0 1 2\n"), "line 1: '2' is too much; allowed: R|W 0xADDR [clock]");
}

TEST_F(DramRequestTrace, RefusesClocksThatTimeCannotHold) {
  EXPECT_EQ(read("R 0 1000000000000000\n").size(), 1U);
  EXPECT_EQ(complaint("R 0 1000000000000001\n"),
            "line 1: clock 1000000000000001 is too late; allowed: 0 to 1000000000000000");
}

TEST_F(DramRequestTrace, KeepsRequestsWithinTheMemory) {
  EXPECT_EQ(read("R 0xfc0\n", 64).size(), 1U);
  EXPECT_EQ(complaint("R 0xfc1\n", 64),
            "line 1: 64 bytes at 0xfc1 lie outside of the memory of 0x1000 bytes");
  EXPECT_EQ(complaint("R 0xffffffffffffffff\n", 1),
            "line 1: 1 bytes at 0xffffffffffffffff lie outside of the memory of 0x1000 bytes");
}

TEST_F(DramRequestTrace, MustBeAFile) {
  for (const auto& file : {folder_ / "missing.txt", folder_}) {
    try {
      trace_file_source(file, size, 64);
      ADD_FAILURE() << file << " is not refused";
    } catch (const DramError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr(file.string()), HasSubstr("cannot be read")));
    }
  }
}

}  // namespace
}  // namespace tensordash::testing
