#include "platform/dram/command_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <system_error>

namespace tensordash {
namespace {

namespace fs = std::filesystem;

/// A folder that goes when the test does.
class CommandFileTest : public ::testing::Test {
 public:
  ~CommandFileTest() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  CommandFileTest(const CommandFileTest&) = delete;
  CommandFileTest& operator=(const CommandFileTest&) = delete;

 protected:
  CommandFileTest()
      : folder(fs::temp_directory_path() / fmt::format("command_file_{}", ::getpid())) {
    fs::create_directories(folder);
  }

  fs::path folder;
};

TEST_F(CommandFileTest, AppearsWholeWhenCommitted) {
  const fs::path path = folder / "commands.csv";
  {
    CommandFile file(path);
    file.stream() << "clock" << ',' << 17 << std::flush;
    EXPECT_TRUE(file.stream());
    EXPECT_FALSE(fs::exists(path));
    file.commit();
  }
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), "clock,17");
}

TEST_F(CommandFileTest, LeavesNothingWithoutACommit) {
  {
    CommandFile file(folder / "commands.csv");
    file.stream() << "clock";
  }
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(CommandFileTest, NamesAFileThatCannotBe) {
  try {
    const CommandFile file(folder / "missing" / "commands.csv");
    ADD_FAILURE() << "a folder that does not exist is not refused";
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("commands.csv"));
  }
}

/// Files of this process end at `bytes`, without a signal, while the object lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(CommandFileTest, TellsAtTheCommitThatAWriteFailed) {
  const fs::path path = folder / "commands.csv";
  CommandFile file(path);
  {
    const FileLimit limit(100);
    file.stream() << std::string(1000, 'x');
    EXPECT_FALSE(file.stream());
  }
  try {
    file.commit();
    ADD_FAILURE() << "half a file is not refused";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EFBIG);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("commands.csv"));
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace tensordash
