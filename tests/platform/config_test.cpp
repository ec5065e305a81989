#include "platform/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// What ConfigError says when `act` throws it; fails the test otherwise.
template <typename Act>
std::string complaint(Act act) {
  try {
    act();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return "";
}

std::string complaint_about(const std::string& assignment) {
  return complaint([&] { Config().set_assignment(assignment); });
}

TEST(ConfigDefaults, AreThoseOfThePaper) {
  const std::map<std::string, std::string> defaults = {
      {"tile.rows", "4"},    {"tile.columns", "4"},     {"tiles", "16"},
      {"pe.lanes", "16"},    {"staging.depth", "3"},    {"connectivity", "paper"},
      {"sync", "lockstep"},  {"sparsity", "one_sided"}, {"dilation_zeros", "kept"},
      {"dtype", "fp32"},     {"accumulate", "fp32"},    {"nonfinite", "refuse"},
      {"memory", "modelled"}};
  const Config config;
  for (const auto& [key, value] : defaults) EXPECT_EQ(config.text(key), value) << key;
}

TEST(ConfigDefaults, AreAllowedByTheirOwnRules) {
  ASSERT_FALSE(config_keys().empty());
  for (const KeyDescription& key : config_keys()) {
    Config config;
    EXPECT_EQ(config.text(key.name), key.initial);
    config.set(key.name, key.initial);
    EXPECT_EQ(config.text(key.name), key.initial);
  }
}

TEST(ConfigDefaults, OfMemoryIsIdealWhereRowsAreElastic) {
  Config config;
  config.set("sync", "elastic");
  EXPECT_EQ(config.text("memory"), "ideal");
  EXPECT_FALSE(config.given("memory"));
  config.set("sync", "lockstep");
  EXPECT_EQ(config.text("memory"), "modelled");
  EXPECT_FALSE(config.given("memory"));
}

TEST(ConfigDefaults, OfMemoryGivesWayToWhatTheUserSays) {
  for (const char* memory : {"ideal", "modelled"}) {
    for (const bool memory_first : {true, false}) {
      for (const char* sync : {"lockstep", "elastic"}) {
        Config config;
        if (memory_first) config.set("memory", memory);
        config.set("sync", sync);
        if (!memory_first) config.set("memory", memory);
        EXPECT_EQ(config.text("memory"), memory) << sync << memory_first;
        EXPECT_TRUE(config.given("memory"));
      }
    }
  }
}

TEST(ConfigSet, TakesTheBoundsOfEveryNumber) {
  const std::map<std::string, std::pair<unsigned, unsigned>> bounds = {{"tile.rows", {1, 64}},
                                                                       {"tile.columns", {1, 64}},
                                                                       {"tiles", {1, 1024}},
                                                                       {"pe.lanes", {1, 64}},
                                                                       {"staging.depth", {1, 8}}};
  for (const auto& [key, bound] : bounds) {
    for (const unsigned value : {bound.first, bound.second}) {
      Config config;
      config.set(key, std::to_string(value));
      EXPECT_EQ(config.number(key), value) << key;
    }
    for (const unsigned value : {bound.first - 1, bound.second + 1}) {
      EXPECT_THAT(complaint_about(key + "=" + std::to_string(value)),
                  AllOf(HasSubstr(key), HasSubstr(std::to_string(bound.first) + " to " +
                                                  std::to_string(bound.second))));
    }
  }
}

TEST(ConfigSet, TakesTheWordsOfEveryChoice) {
  const std::map<std::string, std::vector<std::string>> words = {
      {"sync", {"lockstep", "elastic"}},       {"sparsity", {"none", "one_sided", "two_sided"}},
      {"dilation_zeros", {"kept", "removed"}}, {"dtype", {"fp32", "bf16"}},
      {"accumulate", {"fp32", "exact"}},       {"nonfinite", {"refuse", "allow"}}};
  for (const auto& [key, values] : words) {
    for (const std::string& value : values) {
      Config config;
      config.set(key, value);
      EXPECT_EQ(config.text(key), value);
    }
    for (const std::string wrong : {"", "sometimes", "FP32", "1"}) {
      const std::string what = complaint([&, of = key] { Config().set(of, wrong); });
      EXPECT_THAT(what, AllOf(HasSubstr(key), HasSubstr("'" + wrong + "'")));
      for (const std::string& value : values) EXPECT_THAT(what, HasSubstr(value));
    }
  }
}

TEST(ConfigSet, RefusesNumbersThatAreNone) {
  for (const std::string wrong : {"", "four", "4x", "4.0", " 4", "+4", "-1", "0x4", "1e1"}) {
    EXPECT_THAT(complaint_about("tiles=" + wrong),
                AllOf(HasSubstr("tiles"), HasSubstr("'" + wrong + "'"), HasSubstr("1 to 1024")));
  }
  EXPECT_THAT(complaint_about("tiles=99999999999999999999999"),
              AllOf(HasSubstr("tiles"), HasSubstr("1 to 1024")));
}

TEST(ConfigSet, SpellsANumberOneWay) {
  Config config;
  config.set_assignment("tiles=007");
  EXPECT_EQ(config.text("tiles"), "7");
}

TEST(ConfigSet, RefusesUnknownKeysAndListsTheKnown) {
  for (const std::string assignment : {"tile.row=4", "Tiles=4", "=4", "tile.rows =4"}) {
    const std::string what = complaint_about(assignment);
    EXPECT_THAT(what, HasSubstr("'" + assignment.substr(0, assignment.find('=')) + "'"));
    for (const KeyDescription& key : config_keys()) {
      EXPECT_THAT(what, HasSubstr(std::string(key.name)));
    }
  }
}

TEST(ConfigSet, RefusesWhatIsNoAssignment) {
  EXPECT_THAT(complaint_about("tiles"), AllOf(HasSubstr("'tiles'"), HasSubstr("key=value")));
  EXPECT_THAT(complaint_about(""), HasSubstr("key=value"));
}

TEST(ConfigSet, LeavesTheValueWhenItRefuses) {
  Config config;
  config.set("tiles", "3");
  complaint([&] { config.set("tiles", "0"); });
  EXPECT_EQ(config.number("tiles"), 3U);
}

class ConfigYaml : public TemporaryFolderTest {
 protected:
  Config read(const std::string& yaml) {
    Config config;
    config.read_yaml(write_file("machine.yaml", yaml));
    return config;
  }

  /// The message without the part that names the file, which every one must have.
  std::string complaint_about_yaml(const std::string& yaml) {
    const std::filesystem::path file = write_file("machine.yaml", yaml);
    const std::string what = complaint([&] { Config().read_yaml(file); });
    const std::string begin = "configuration file " + file.string() + ": ";
    EXPECT_EQ(what.rfind(begin, 0), 0U) << what;
    return what.substr(std::min(begin.size(), what.size()));
  }
};

TEST_F(ConfigYaml, MayNestKeysOrDotThem) {
  const Config nested = read("tile:\n  rows: 2\n  columns: 3\npe: {lanes: 8}\nsync: elastic\n");
  const Config dotted = read("tile.rows: 2\ntile.columns: 3\npe.lanes: 8\nsync: elastic\n");
  for (const Config* config : {&nested, &dotted}) {
    EXPECT_EQ(config->number("tile.rows"), 2U);
    EXPECT_EQ(config->number("tile.columns"), 3U);
    EXPECT_EQ(config->number("pe.lanes"), 8U);
    EXPECT_EQ(config->text("sync"), "elastic");
    EXPECT_EQ(config->number("tiles"), 16U);
  }
}

TEST_F(ConfigYaml, MayBeEmpty) {
  EXPECT_EQ(read("").number("tiles"), 16U);
  EXPECT_EQ(read("# nothing yet\n").number("tiles"), 16U);
}

TEST_F(ConfigYaml, RefusesUnknownKeysAndListsTheKnown) {
  for (const auto& [yaml, name] : std::map<std::string, std::string>{
           {"tile: {row: 4}", "tile.row"}, {"lanes: 4", "lanes"}, {"tile: 4", "tile"}}) {
    EXPECT_THAT(complaint_about_yaml(yaml), AllOf(HasSubstr("unknown key '" + name + "'"),
                                                  HasSubstr("tile.rows"), HasSubstr("memory")));
  }
}

TEST_F(ConfigYaml, RefusesWrongTypesAndValuesOutOfRange) {
  EXPECT_THAT(complaint_about_yaml("tiles: many"), AllOf(HasSubstr("tiles"), HasSubstr("'many'")));
  EXPECT_THAT(complaint_about_yaml("tile: {rows: 0}"),
              AllOf(HasSubstr("tile.rows"), HasSubstr("1 to 64")));
  EXPECT_THAT(complaint_about_yaml("tiles: [1, 2]"),
              AllOf(HasSubstr("tiles"), HasSubstr("single value")));
  EXPECT_THAT(complaint_about_yaml("tiles:"), AllOf(HasSubstr("tiles"), HasSubstr("single value")));
  EXPECT_THAT(complaint_about_yaml("sync: true"), AllOf(HasSubstr("sync"), HasSubstr("lockstep")));
}

TEST_F(ConfigYaml, RefusesWhatIsNoMap) {
  EXPECT_THAT(complaint_about_yaml("- tiles\n"), HasSubstr("keys and values"));
  EXPECT_THAT(complaint_about_yaml("tiles\n"), HasSubstr("keys and values"));
}

TEST_F(ConfigYaml, RefusesBadYamlWithTheLine) {
  EXPECT_THAT(complaint_about_yaml("tiles: 4\nsync: [\n"), HasSubstr("line "));
}

TEST_F(ConfigYaml, RefusesAMissingFileOrAFolder) {
  const std::string missing = (folder_ / "nowhere.yaml").string();
  EXPECT_THAT(complaint([&] { Config().read_yaml(missing); }), HasSubstr(missing));
  EXPECT_THAT(complaint([&] { Config().read_yaml(folder_); }), HasSubstr(folder_.string()));
}

class ConfigConnectivity : public ConfigYaml {
 protected:
  static constexpr const char* four_lanes = "lanes: 4\noptions: [[0, 0], [1, 0]]\n";
};

TEST_F(ConfigConnectivity, IsMadeForTheLanesAndDepthOfTheKeys) {
  Config config;
  config.set("pe.lanes", "8");
  config.set("staging.depth", "2");
  config.set("connectivity", "dnnsim");
  const Connectivity table = config.connectivity();
  EXPECT_EQ(table.name(), "dnnsim");
  EXPECT_EQ(table.lanes(), 8U);
  EXPECT_EQ(table.depth(), 2U);
}

TEST_F(ConfigConnectivity, FileIsLookedForBesideTheYamlFile) {
  write_file("machines/table.yaml", four_lanes);
  Config config;
  config.read_yaml(write_file("machines/machine.yaml", "connectivity: table.yaml\n"));
  EXPECT_EQ(config.text("connectivity"), (folder_ / "machines/table.yaml").string());
  EXPECT_EQ(config.connectivity().options().size(), 2U);
}

TEST_F(ConfigConnectivity, FileMayBeNamedInFull) {
  const auto table = write_file("elsewhere/table.yaml", four_lanes);
  Config config = read("connectivity: " + table.string() + "\n");
  EXPECT_EQ(config.connectivity().lanes(), 4U);
}

TEST_F(ConfigConnectivity, FileOfThatNameDoesNotHideATable) {
  write_file("paper", four_lanes);
  Config config = read("connectivity: paper\n");
  EXPECT_EQ(config.connectivity().lanes(), 16U);
}

TEST_F(ConfigConnectivity, FileSetsTheLanesWhenTheUserDidNot) {
  const auto table = write_file("table.yaml", four_lanes);
  Config config;
  config.set("connectivity", table.string());
  EXPECT_EQ(config.connectivity().lanes(), 4U);
  EXPECT_EQ(config.number("pe.lanes"), 4U);
}

TEST_F(ConfigConnectivity, FileMustAgreeWithTheLanesThatTheUserSet) {
  const auto table = write_file("table.yaml", four_lanes);
  for (const char* lanes : {"8", "16"}) {  // 16 is the default, set all the same
    Config config;
    config.set("connectivity", table.string());
    config.set("pe.lanes", lanes);
    EXPECT_THAT(complaint([&] { config.connectivity(); }),
                AllOf(HasSubstr(table.string()), HasSubstr("4 lanes"), HasSubstr("pe.lanes"),
                      HasSubstr(lanes)));
  }
  Config agreeing;
  agreeing.set("connectivity", table.string());
  agreeing.set("pe.lanes", "4");
  EXPECT_EQ(agreeing.connectivity().lanes(), 4U);
}

TEST_F(ConfigConnectivity, RefusesWhatIsNeitherNameNorFile) {
  Config config;
  config.set("connectivity", "torus");
  EXPECT_THAT(complaint([&] { config.connectivity(); }),
              AllOf(HasSubstr("connectivity"), HasSubstr("'torus'"), HasSubstr("paper")));
  EXPECT_THAT(complaint_about("connectivity="), HasSubstr("connectivity"));
}

TEST_F(ConfigConnectivity, RefusesABadTableWithTheReason) {
  const std::map<std::string, std::string> tables = {
      {"lanes: 4\noptions: [[1, 0]]\n", "[0, 0]"},
      {"lanes: 4\noptions: [[0, 0], [3, 0]]\n", "3 rows ahead"},
      {"lanes: 2\noptions: [[0, 0]]\nlevels: [[0]]\n", "lane 1"},
      {"lanes: 2\noptions: [[0, 0]]\nlevels: [[0, 1], [0]]\n", "lane 0"},
      {"lanes: 4\noptions: [[0, 0], [1, 0], [1, 1]]\nlevels: [[0, 1], [2, 3]]\n", "lanes 0 and 1"},
      {"lanes: 0\noptions: [[0, 0]]\n", "lanes"},
      {"options: [[0, 0]]\n", "lanes"},
      {"lanes: 4\n", "options"},
      {"lanes: 4\noptions: [[0, 0]]\nlanse: 4\n", "lanse"},
      {"lanes: [\n", "YAML"}};
  for (const auto& [yaml, reason] : tables) {
    const auto file = write_file("table.yaml", yaml);
    Config config;
    config.set("connectivity", file.string());
    EXPECT_THAT(complaint([&] { config.connectivity(); }),
                AllOf(HasSubstr(file.string()), HasSubstr(reason)))
        << yaml;
  }
}

TEST_F(ConfigConnectivity, StepsMayGoAsFarAsADeeperStagingBuffer) {
  const auto file = write_file("table.yaml", "lanes: 4\noptions: [[0, 0], [3, 0]]\n");
  Config config;
  config.set("connectivity", file.string());
  config.set("staging.depth", "4");
  EXPECT_EQ(config.connectivity().options().size(), 2U);
}

}  // namespace
}  // namespace tensordash
