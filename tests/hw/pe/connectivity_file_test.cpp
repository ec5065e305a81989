#include "hw/pe/connectivity_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace tensordash {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Options = std::vector<Movement>;

/// A folder of its own for every test, so that tests can run side by side.
class ConnectivityFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("tensordash-connectivity-" + std::to_string(getpid()) + "-" + test->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  const std::filesystem::path& folder() const { return folder_; }

  std::filesystem::path write(const std::string& text) const {
    const auto file = folder_ / "table.yaml";
    std::ofstream(file) << text;
    return file;
  }

  ConnectivityFile read(const std::string& text) const {
    return read_connectivity_file(write(text));
  }

  // The message, which must name the file and be one line; empty when the file was accepted.
  static std::string refusal_of_file(const std::filesystem::path& file) {
    try {
      read_connectivity_file(file);
    } catch (const std::invalid_argument& problem) {
      EXPECT_THAT(problem.what(), StartsWith("connectivity file " + file.string() + ": "));
      EXPECT_THAT(problem.what(), Not(HasSubstr("\n")));
      return problem.what();
    }
    return "";
  }

  std::string refusal(const std::string& text) const { return refusal_of_file(write(text)); }

 private:
  std::filesystem::path folder_;
};

TEST_F(ConnectivityFileTest, ReadsATable) {
  const ConnectivityFile table = read(
      "# figure 8\n"
      "lanes: 4\n"
      "options: [[0, 0], [1, 0], [1, -1], [1, 1]]\n"
      "levels: [[3], [0], [1], [2]]\n");
  EXPECT_EQ(table.lanes, 4u);
  EXPECT_EQ(table.options, (Options{{0, 0}, {1, 0}, {1, -1}, {1, 1}}));
  ASSERT_TRUE(table.levels.has_value());
  EXPECT_EQ(*table.levels, (Connectivity::Levels{{3}, {0}, {1}, {2}}));
}

TEST_F(ConnectivityFileTest, LevelsMayBeLeftOut) {
  const ConnectivityFile table = read(
      "options:\n"
      "  - [0, 0]\n"
      "  - - 2\n"
      "    - -7\n"
      "lanes: 64\n");
  EXPECT_EQ(table.lanes, 64u);
  EXPECT_EQ(table.options, (Options{{0, 0}, {2, -7}}));
  EXPECT_FALSE(table.levels.has_value());
}

TEST_F(ConnectivityFileTest, GivesTheTableThatThePaperNames) {
  const ConnectivityFile file = read(
      "lanes: 16\n"
      "options: [[0,0], [1,0], [2,0], [1,-1], [1,1], [2,-2], [2,2], [1,-3]]\n"
      "levels: [[0,5,10], [1,6,11], [2,7,12], [3,8,13], [4,9,14], [15]]\n");
  const Connectivity mine("mine", file.lanes, 3, file.options, file.levels);
  const Connectivity paper = Connectivity::named("paper", 16, 3);
  EXPECT_EQ(mine.options(), paper.options());
  EXPECT_EQ(mine.levels(), paper.levels());
}

TEST_F(ConnectivityFileTest, RefusesWhatCannotBeRead) {
  EXPECT_THAT(refusal_of_file(folder() / "absent.yaml"), HasSubstr("cannot be read"));
  EXPECT_THAT(refusal_of_file(folder()), HasSubstr("cannot be read"));
  EXPECT_THAT(refusal_of_file(write("lanes: 4\n") / "below-a-file"), HasSubstr("cannot be read"));
}

TEST_F(ConnectivityFileTest, RefusesWhatIsNotYaml) {
  EXPECT_THAT(refusal("lanes: 4\noptions: [[0, 0]\n"), HasSubstr("not YAML"));
  EXPECT_THAT(refusal("lanes: 4\n\toptions: [[0, 0]]\n"),
              AllOf(HasSubstr("not YAML"), HasSubstr("line 2: ")));
}

TEST_F(ConnectivityFileTest, RefusesWhatIsNoTable) {
  const auto keys = AllOf(HasSubstr("lanes"), HasSubstr("options"), HasSubstr("levels"));
  EXPECT_THAT(refusal(""), keys);
  EXPECT_THAT(refusal("[[0, 0]]\n"), keys);
  EXPECT_THAT(refusal("paper\n"), keys);
}

TEST_F(ConnectivityFileTest, RefusesUnknownKeys) {
  EXPECT_THAT(refusal("lanes: 4\noptions: [[0, 0]]\nlevel: [[0]]\n"),
              AllOf(HasSubstr("unknown key 'level'"), HasSubstr("lanes, options, levels")));
  EXPECT_THAT(refusal("Lanes: 4\noptions: [[0, 0]]\n"), HasSubstr("unknown key 'Lanes'"));
}

TEST_F(ConnectivityFileTest, RefusesMissingKeys) {
  EXPECT_THAT(refusal("options: [[0, 0]]\n"), AllOf(HasSubstr("'lanes'"), HasSubstr("missing")));
  EXPECT_THAT(refusal("lanes: 4\n"), HasSubstr("'options'"));
  EXPECT_THAT(refusal("lanes: 4\nlevels: [[0], [1], [2], [3]]\n"), HasSubstr("'options'"));
}

TEST_F(ConnectivityFileTest, RefusesLanesThatAreNoCount) {
  const std::string options = "\noptions: [[0, 0]]\n";
  for (const char* lanes : {"four", "4.5", "[4]", "{a: 4}", "~", "true", "99999999999999999999"}) {
    EXPECT_THAT(refusal(std::string("lanes: ") + lanes + options),
                HasSubstr("lanes must be a whole number"))
        << lanes;
  }
  for (const char* lanes : {"0", "-1", "65", "4294967300"}) {
    EXPECT_THAT(refusal(std::string("lanes: ") + lanes + options),
                AllOf(HasSubstr(std::string("lanes is ") + lanes), HasSubstr("1 to 64")));
  }
}

TEST_F(ConnectivityFileTest, RefusesOptionsThatAreNoMovements) {
  const auto with = [this](const std::string& options) {
    return refusal("lanes: 4\noptions: " + options + "\n");
  };
  for (const char* options : {"", "~", "[]", "3", "paper", "{step: 0}"}) {
    EXPECT_THAT(with(options), HasSubstr("key 'options' must be a list")) << options;
  }
  for (const char* option : {"1", "[1]", "[1, 0, 0]", "[]", "{step: 1, offset: 0}"}) {
    EXPECT_THAT(with(std::string("[[0, 0], ") + option + "]"),
                HasSubstr("options[1] must be [step, offset]"))
        << option;
  }
  EXPECT_THAT(with("[[0, 0], [one, 0]]"), HasSubstr("options[1] step must be a whole number"));
  EXPECT_THAT(with("[[0, 0], [1, 0.5]]"), HasSubstr("options[1] offset must be a whole number"));
  EXPECT_THAT(with("[[0, 0], [1, [0]]]"), HasSubstr("options[1] offset must be a whole number"));
  EXPECT_THAT(with("[[0, 0], [-1, 0]]"), HasSubstr("options[1] step is -1"));
  EXPECT_THAT(with("[[0, 0], [1, 0], [1, -5000000000]]"),
              HasSubstr("options[2] offset is -5000000000"));
}

TEST_F(ConnectivityFileTest, RefusesLevelsThatAreNoLists) {
  const auto with = [this](const std::string& levels) {
    return refusal("lanes: 2\noptions: [[0, 0]]\nlevels: " + levels + "\n");
  };
  for (const char* levels : {"", "~", "derived", "{a: [0]}"}) {
    EXPECT_THAT(with(levels), HasSubstr("key 'levels' must be a list")) << levels;
  }
  EXPECT_THAT(with("[[0], 1]"), HasSubstr("levels[1] must be a list of lanes"));
  EXPECT_THAT(with("[[0], [one]]"), HasSubstr("levels[1][0] must be a whole number"));
  EXPECT_THAT(with("[[0, -1]]"), AllOf(HasSubstr("levels[0][1] is -1"), HasSubstr("0 to 63")));
  EXPECT_THAT(with("[[64]]"), AllOf(HasSubstr("levels[0][0] is 64"), HasSubstr("0 to 63")));
}

}  // namespace
}  // namespace tensordash
