#include "models/trace/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <system_error>

#include "tests/models/trace/file_size_limit.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using AtomicFileTest = TemporaryFolderTest;

TEST_F(AtomicFileTest, AppearsWholeOnCommitOnly) {
  AtomicFile file(folder_ / "O.npy");
  file.write("first ", 6);
  file.write("second", 6);
  EXPECT_THAT(listing(), Not(Contains("O.npy")));
  file.commit();
  EXPECT_THAT(listing(), ElementsAre("O.npy"));
  EXPECT_EQ(read_file(folder_ / "O.npy"), "first second");
}

TEST_F(AtomicFileTest, WithoutCommitNothingChanges) {
  write_file("O.npy", "old");
  {
    AtomicFile file(folder_ / "O.npy");
    file.write("new", 3);
    EXPECT_THAT(listing(), SizeIs(2));
  }
  EXPECT_THAT(listing(), ElementsAre("O.npy"));
  EXPECT_EQ(read_file(folder_ / "O.npy"), "old");
}

TEST_F(AtomicFileTest, CommitReplacesAnOlderFile) {
  write_file("O.npy", "an older and longer text");
  AtomicFile file(folder_ / "O.npy");
  file.write("new", 3);
  file.commit();
  EXPECT_THAT(listing(), ElementsAre("O.npy"));
  EXPECT_EQ(read_file(folder_ / "O.npy"), "new");
}

TEST_F(AtomicFileTest, TwoWritersOfOneFileDoNotMix) {
  AtomicFile first(folder_ / "O.npy");
  AtomicFile second(folder_ / "O.npy");
  first.write("first", 5);
  second.write("second", 6);
  second.commit();
  first.commit();
  EXPECT_THAT(listing(), ElementsAre("O.npy"));
  EXPECT_EQ(read_file(folder_ / "O.npy"), "first");
}

TEST_F(AtomicFileTest, HasTheRightsOfAnOrdinaryFile) {
  const mode_t before = ::umask(027);
  AtomicFile file(folder_ / "O.npy");
  file.commit();
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "O.npy").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, mode_t{0640});
}

TEST_F(AtomicFileTest, RefusesAFolderThatDoesNotExist) {
  try {
    AtomicFile file(folder_ / "none" / "O.npy");
    FAIL() << "nothing was refused";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
    EXPECT_EQ(error.what(), "cannot write " + (folder_ / "none" / "O.npy").string() +
                                ": No such file or directory");
  }
}

TEST_F(AtomicFileTest, RefusesAFolderUnderTheName) {
  std::filesystem::create_directories(folder_ / "O.npy");
  try {
    AtomicFile file(folder_ / "O.npy");
    FAIL() << "nothing was refused";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::is_a_directory);
  }
  EXPECT_THAT(listing(), ElementsAre("O.npy"));
}

TEST_F(AtomicFileTest, NeverReplacesADeviceOrAPipe) {
  const std::filesystem::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::filesystem::path link = folder_ / "link";
  std::filesystem::create_symlink("pipe", link);
  for (const std::filesystem::path& place : {pipe, link}) {
    try {
      AtomicFile file(place);
      FAIL() << "nothing was refused";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.what(), "cannot write " + place.string() +
                                  ": it is a device or a pipe, allowed: an ordinary file: Invalid "
                                  "argument");
    }
  }
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
}

TEST_F(AtomicFileTest, FailedRenameLeavesNoTemporary) {
  {
    AtomicFile file(folder_ / "O.npy");
    std::filesystem::create_directories(folder_ / "O.npy");  // after the file was begun
    try {
      file.commit();
      FAIL() << "nothing was refused";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::is_a_directory);
    }
  }
  EXPECT_THAT(listing(), ElementsAre("O.npy"));
}

TEST_F(AtomicFileTest, FullDiskIsReportedAndNoHalfFileRemains) {
  const std::string text(10000, 'x');
  try {
    const FileSizeLimit limit(4096);
    AtomicFile file(folder_ / "O.npy");
    file.write(text.data(), text.size());
    file.commit();
    FAIL() << "nothing was refused";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::file_too_large);
    EXPECT_EQ(error.what(), "cannot write " + (folder_ / "O.npy").string() + ": File too large");
  }
  EXPECT_THAT(listing(), IsEmpty());
}

}  // namespace
}  // namespace tensordash
