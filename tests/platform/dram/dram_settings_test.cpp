#include "platform/dram/dram_settings.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "hw/dram/address_map.h"
#include "platform/config/dram_choices.h"
#include "platform/dram/request_source.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Words = std::vector<std::string>;

/// Takes assignments all the way to a memory. Throws ConfigError or DramError.
DramConfiguration configured(const Words& assignments) {
  DramSettings settings;
  for (const std::string& assignment : assignments) settings.set_assignment(assignment);
  DramConfiguration configuration(settings.parameters());
  const AddressMap map(configuration);
  EXPECT_EQ(map.size(), configuration.bytes());
  return configuration;
}

/// The one line that refuses the assignments.
std::string complaint(const Words& assignments) {
  std::string what;
  try {
    configured(assignments);
    ADD_FAILURE() << assignments.back() << " is not refused";
  } catch (const ConfigError& error) {
    what = error.what();
  } catch (const DramError& error) {
    what = error.what();
  }
  EXPECT_THAT(what, Not(HasSubstr("\n")));
  return what;
}

TEST(DramSettings, HaveTheDocumentedDefaults) {
  const std::map<std::string, std::string> defaults = {
      {"dram.spec", "lpddr4-3200-16gb"},
      {"dram.channels", "4"},
      {"dram.ranks", "2"},
      {"dram.width", "16"},
      {"dram.mapping", "rank|row|bank|column|channel|column:5"},
      {"dram.hash", ""},
      {"dram.page_policy", "open"},
      {"dram.page_timeout", "256"},
      {"dram.scheduler", "frfcfs"},
      {"dram.row_hit_cap", "64"},
      {"dram.age_limit", "4096"},
      {"dram.queue", "128"},
      {"dram.write_high", "64"},
      {"dram.write_low", "8"},
      {"dram.refresh", "all_bank"},
      {"dram.refresh_postpone", "0"},
      {"dram.refresh_phase", "aligned"},
      {"dram.power_down", "0"},
      {"dram.self_refresh", "0"},
      {"dram.front_clocks", "0"},
      {"dram.back_clocks", "0"},
      {"dram.response_order", "out_of_order"},
      {"dram.energy_flat_pj_per_bit", "0"},
      {"dram.in_flight", "128"}};
  EXPECT_EQ(dram_keys().size(), defaults.size());
  const DramSettings settings;
  for (const auto& [key, value] : defaults) EXPECT_EQ(settings.text(key), value) << key;
}

TEST(DramSettings, TakeTheirDefaults) {
  Words all;
  for (const KeyDescription& key : dram_keys()) {
    const std::string assignment = std::string(key.name) + "=" + std::string(key.initial);
    EXPECT_NO_THROW(configured({assignment})) << assignment;
    all.push_back(assignment);
  }
  EXPECT_NO_THROW(configured(all));
}

/// The keys, the library's own defaults and those in the code must not drift apart.
TEST(DramSettings, DefaultsAreThoseOfTheParameters) {
  const DramParameters set = DramSettings().parameters();
  const DramParameters own;
  EXPECT_EQ(set.spec, own.spec);
  EXPECT_EQ(set.channels, own.channels);
  EXPECT_EQ(set.ranks, own.ranks);
  EXPECT_EQ(set.width, own.width);
  EXPECT_EQ(set.mapping, own.mapping);
  EXPECT_EQ(set.hash, own.hash);
  EXPECT_EQ(set.page_policy, own.page_policy);
  EXPECT_EQ(set.page_timeout, own.page_timeout);
  EXPECT_EQ(set.scheduler, own.scheduler);
  EXPECT_EQ(set.row_hit_cap, own.row_hit_cap);
  EXPECT_EQ(set.age_limit, own.age_limit);
  EXPECT_EQ(set.queue, own.queue);
  EXPECT_EQ(set.write_high, own.write_high);
  EXPECT_EQ(set.write_low, own.write_low);
  EXPECT_EQ(set.refresh, own.refresh);
  EXPECT_EQ(set.refresh_postpone, own.refresh_postpone);
  EXPECT_EQ(set.refresh_phase, own.refresh_phase);
  EXPECT_EQ(set.power_down, own.power_down);
  EXPECT_EQ(set.self_refresh, own.self_refresh);
  EXPECT_EQ(set.front_clocks, own.front_clocks);
  EXPECT_EQ(set.back_clocks, own.back_clocks);
  EXPECT_EQ(set.response_order, own.response_order);
  EXPECT_EQ(set.flat_pj_per_bit, own.flat_pj_per_bit);
}

TEST(DramSettings, ReachTheParameterOfTheirName) {
  const DramParameters set =
      configured({"dram.spec=lpddr4-3200-8gb", "dram.channels=2", "dram.ranks=4", "dram.width=32",
                  "dram.mapping=row|rank|bank|channel|column", "dram.hash=bank0^row1",
                  "dram.page_timeout=11", "dram.row_hit_cap=12", "dram.age_limit=13",
                  "dram.queue=44", "dram.write_high=15", "dram.write_low=14",
                  "dram.refresh_postpone=7", "dram.power_down=17", "dram.self_refresh=18",
                  "dram.front_clocks=19", "dram.back_clocks=20", "dram.energy_flat_pj_per_bit=8.5"})
          .parameters;
  EXPECT_EQ(set.spec, "lpddr4-3200-8gb");
  EXPECT_EQ(set.channels, 2U);
  EXPECT_EQ(set.ranks, 4U);
  EXPECT_EQ(set.width, 32U);
  EXPECT_EQ(set.mapping, "row|rank|bank|channel|column");
  EXPECT_EQ(set.hash, "bank0^row1");
  EXPECT_EQ(set.page_timeout, 11U);
  EXPECT_EQ(set.row_hit_cap, 12U);
  EXPECT_EQ(set.age_limit, 13U);
  EXPECT_EQ(set.queue, 44U);
  EXPECT_EQ(set.write_high, 15U);
  EXPECT_EQ(set.write_low, 14U);
  EXPECT_EQ(set.refresh_postpone, 7U);
  EXPECT_EQ(set.power_down, 17U);
  EXPECT_EQ(set.self_refresh, 18U);
  EXPECT_EQ(set.front_clocks, 19U);
  EXPECT_EQ(set.back_clocks, 20U);
  EXPECT_EQ(set.flat_pj_per_bit, 8.5);
}

TEST(DramSettings, TakeTheWordsOfEveryChoice) {
  const std::map<std::string, Words> choices = {
      {"dram.page_policy", {"open", "closed", "adaptive"}},
      {"dram.scheduler", {"fcfs", "frfcfs"}},
      {"dram.refresh", {"none", "all_bank", "per_bank"}},
      {"dram.refresh_phase", {"aligned", "staggered"}},
      {"dram.response_order", {"out_of_order", "in_order"}}};
  for (const auto& [key, words] : choices) {
    for (const std::string& word : words) {
      const DramParameters set = configured({fmt::format("{}={}", key, word)}).parameters;
      const std::map<std::string, std::string_view> got = {
          {"dram.page_policy", name_of(set.page_policy)},
          {"dram.scheduler", name_of(set.scheduler)},
          {"dram.refresh", name_of(set.refresh)},
          {"dram.refresh_phase", name_of(set.refresh_phase)},
          {"dram.response_order", name_of(set.response_order)}};
      EXPECT_EQ(got.at(key), word);
    }
    const std::string what = complaint({key + "=sometimes"});
    EXPECT_THAT(what, AllOf(HasSubstr(key), HasSubstr("'sometimes'")));
    for (const std::string& word : words) EXPECT_THAT(what, HasSubstr(word));
  }
}

TEST(DramSettings, TakeTheBoundsOfEveryNumberAndNothingBeyond) {
  struct Bounds {
    std::string key;
    std::uint64_t least, most;
  };
  const std::vector<Bounds> all = {
      {"dram.page_timeout", 1, 1000000},  {"dram.row_hit_cap", 0, 1000000},
      {"dram.age_limit", 0, 1000000},     {"dram.refresh_postpone", 0, 8},
      {"dram.power_down", 0, 1000000000}, {"dram.self_refresh", 0, 1000000000},
      {"dram.front_clocks", 0, 10000},    {"dram.back_clocks", 0, 10000},
      {"dram.in_flight", 1, 65536},       {"dram.energy_flat_pj_per_bit", 0, 1000}};
  for (const Bounds& each : all) {
    const auto assign = [&each](std::uint64_t value) {
      return fmt::format("{}={}", each.key, value);
    };
    EXPECT_NO_THROW(configured({assign(each.least)})) << each.key;
    EXPECT_NO_THROW(configured({assign(each.most)})) << each.key;
    const auto refused = AllOf(HasSubstr(each.key),
                               HasSubstr(fmt::format("allowed: {} to {}", each.least, each.most)));
    EXPECT_THAT(complaint({assign(each.most + 1)}), refused);
    EXPECT_THAT(complaint({each.key + "=-1"}), refused);
    EXPECT_THAT(complaint({each.key + "=many"}), refused);
    EXPECT_THAT(complaint({each.key + "="}), refused);
    if (each.least > 0) {
      EXPECT_THAT(complaint({assign(each.least - 1)}), refused);
    }
  }
}

TEST(DramSettings, TakeThePowersOfTwoOfTheOrganisation) {
  const std::map<std::string, std::pair<Words, std::string>> sizes = {
      {"dram.channels", {{"1", "2", "4", "8", "16"}, "1, 2, 4, 8, 16"}},
      {"dram.ranks", {{"1", "2", "4"}, "1, 2, 4"}},
      {"dram.width", {{"16", "32", "64"}, "16"}}};
  for (const auto& [key, size] : sizes) {
    for (const std::string& value : size.first)
      EXPECT_NO_THROW(configured({fmt::format("{}={}", key, value)}));
    for (const std::string wrong : {"0", "3", "24", "128"}) {
      EXPECT_THAT(complaint({fmt::format("{}={}", key, wrong)}),
                  AllOf(HasSubstr(fmt::format("{} is {}", key, wrong)), HasSubstr("allowed: "),
                        HasSubstr(size.second)));
    }
  }
}

TEST(DramSettings, KeepTheQueueAndItsDrainsInOrder) {
  EXPECT_NO_THROW(configured({"dram.queue=2", "dram.write_high=2", "dram.write_low=1"}));
  EXPECT_NO_THROW(configured({"dram.queue=1024", "dram.write_high=1024", "dram.write_low=1023"}));
  EXPECT_THAT(complaint({"dram.queue=1"}), AllOf(HasSubstr("dram.queue"), HasSubstr("2 to 1024")));
  EXPECT_THAT(complaint({"dram.queue=1025"}),
              AllOf(HasSubstr("dram.queue"), HasSubstr("2 to 1024")));
  EXPECT_THAT(complaint({"dram.write_high=129"}),
              AllOf(HasSubstr("dram.write_high is 129"), HasSubstr("1 to dram.queue (128)")));
  EXPECT_THAT(complaint({"dram.write_high=0"}), HasSubstr("dram.write_high is 0; allowed: 1"));
  EXPECT_THAT(complaint({"dram.write_low=64"}),
              AllOf(HasSubstr("dram.write_low is 64"), HasSubstr("dram.write_high (64)")));
}

TEST(DramSettings, NameTheKeyOfAMappingHashOrDescriptionThatCannotBe) {
  EXPECT_THAT(complaint({"dram.mapping=rank|raw|bank|column|channel"}),
              AllOf(HasSubstr("dram.mapping"), HasSubstr("'raw'"), HasSubstr("allowed: channel")));
  EXPECT_THAT(complaint({"dram.mapping=rank|row|bank|channel|column:3"}),
              AllOf(HasSubstr("dram.mapping"), HasSubstr("7 of 10 bits of column")));
  EXPECT_THAT(complaint({"dram.mapping=rank|row|bank|column|channel|column:3"}),
              AllOf(HasSubstr("dram.mapping"), HasSubstr("allowed: the lowest 4 bits")));
  EXPECT_THAT(complaint({"dram.mapping="}), AllOf(HasSubstr("dram.mapping"), HasSubstr("allowed")));
  EXPECT_THAT(complaint({"dram.hash=bank3^row0"}),
              AllOf(HasSubstr("dram.hash"), HasSubstr("bank has only 3 bits")));
  EXPECT_THAT(complaint({"dram.hash=often"}),
              AllOf(HasSubstr("dram.hash"), HasSubstr("allowed: such as bank0^row3")));
  EXPECT_THAT(complaint({"dram.spec=ddr3"}),
              AllOf(HasSubstr("dram.spec"), HasSubstr("'ddr3'"),
                    HasSubstr("allowed: lpddr4-3200-16gb, lpddr4-3200-8gb")));
}

TEST(DramSettings, RefuseUnknownKeysAndListTheKnown) {
  const std::string what = complaint({"dram.channel=4"});
  EXPECT_THAT(what, HasSubstr("unknown key 'dram.channel'"));
  for (const KeyDescription& key : dram_keys()) {
    EXPECT_THAT(what, HasSubstr(std::string(key.name)));
  }
}

/// Keys and patterns that the shell completes are a list of their own.
TEST(DramSettings, AreCompletedByTheShell) {
  const std::filesystem::path file = std::filesystem::path(TENSORDASH_TRACES).parent_path() /
                                     "platform/cli/completion/tensordash.bash";
  std::ifstream stream(file);
  const std::set<std::string> words{std::istream_iterator<std::string>(stream), {}};
  for (const KeyDescription& key : dram_keys()) {
    const std::string name(key.name.substr(std::string_view("dram.").size()));
    EXPECT_EQ(words.count(name), 1U) << key.name;
  }
  for (const DramPattern& pattern : dram_patterns()) {
    EXPECT_EQ(words.count(std::string(pattern.name)), 1U) << pattern.name;
  }
}

using DramSettingsFile = TemporaryFolderTest;

TEST_F(DramSettingsFile, MayNestKeysAndNameADescriptionBesideIt) {
  const auto file =
      write_file("memories/memory.yaml", "dram: {channels: 2, spec: own.yaml}\ndram.ranks: 1\n");
  write_file("memories/own.yaml", "name: own\n");
  DramSettings settings;
  settings.read_yaml(file);
  EXPECT_EQ(settings.number("dram.channels"), 2U);
  EXPECT_EQ(settings.number("dram.ranks"), 1U);
  EXPECT_EQ(settings.text("dram.spec"), (folder_ / "memories/own.yaml").string());
}

}  // namespace
}  // namespace tensordash::testing
