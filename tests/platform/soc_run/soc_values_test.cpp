#include <algorithm>

#include "tests/platform/soc_run/soc_program.h"

namespace tensordash::testing {
namespace {

using nlohmann::json;

const std::vector<std::string> small = {"--set", "tiles=2"};

TEST_F(SocProgramTest, EveryWayGivesTheBytesOfARun) {
  const Words edge = with({trace("edge-cases")}, small);
  ASSERT_EQ(run(with(with({"run"}, edge), {"--outputs", "run", "--verify", "none"})).exit_code, 0);
  const auto expected = contents("run");
  ASSERT_EQ(expected.size(), 30U);
  const json first = report(with(edge, {"--outputs", "lt"}));
  EXPECT_EQ(contents("lt"), expected);
  const std::map<std::string, Words> ways = {
      {"dmi", {"--dmi", "on"}},
      {"at", {"--transport", "at"}},
      {"poll", {"--wait", "poll", "--quantum", "0"}},
      {"plain", {"--plain"}},
      {"plain_at", {"--plain", "--transport", "at", "--wait", "poll"}},
      {"raw", {"--set", "zero_compression=off", "--quantum", "1000000"}}};
  for (const auto& [name, words] : ways) {
    const json found = report(with(with(edge, words), {"--outputs", name}));
    EXPECT_EQ(contents(name), expected) << name;
    for (const char* same : {"steps", "issued", "values", "zeros", "verified"}) {
      EXPECT_EQ(found.at("totals").at(same), first.at("totals").at(same)) << name << " " << same;
    }
  }
  EXPECT_EQ(first.at("totals").at("verified"), true);
  EXPECT_EQ(first.at("layers").size(), 10U);
}

TEST_F(SocProgramTest, CountsWhatARunCounts) {
  // A run begins every operation with a fresh memory, a system with the rows that are open.
  const Words edge = {trace("edge-cases"), "--set", "dram.refresh=none", "--verify", "none"};
  const ProgramRun ran = run(with(with({"run"}, edge), {"--quiet", "--json", "-"}));
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const json expected = ran.json();
  const json found = report(with(edge, {"--transport", "at"}));
  for (std::size_t layer = 0; layer < 10; ++layer) {
    for (const auto& [name, one] : expected.at("layers")[layer].at("operations").items()) {
      const json& other = found.at("layers")[layer].at("operations").at(name);
      EXPECT_EQ(other.at("steps"), one.at("steps"));
      EXPECT_EQ(other.at("issued"), one.at("macs").at("issued"));
      EXPECT_EQ(other.at("sparse_operand"), one.at("sparse_operand"));
      const double cycles = one.at("cycles");
      EXPECT_NEAR(other.at("cycles").get<double>(), cycles, 30 + 0.02 * cycles) << name;
      EXPECT_GT(other.at("read_bytes"), 0);
      EXPECT_EQ(other.at("written_bytes"), one.at("memory").at("traffic").at("dram_write_bytes"));
      EXPECT_EQ(other.at("stalls").get<std::uint64_t>() + other.at("steps").get<std::uint64_t>() +
                    one.at("fill_cycles").get<std::uint64_t>(),
                other.at("cycles").get<std::uint64_t>());
    }
  }
}

TEST_F(SocProgramTest, ConfigurationReachesTheAccelerator) {
  const std::map<std::string, Words> settings = {
      {"bf16", {"--set", "dtype=bf16", "--plain"}},
      {"exact", {"--set", "accumulate=exact"}},
      {"two_sided", {"--set", "sparsity=two_sided"}},
      {"dense", {"--set", "sparsity=none"}},
      {"removed", {"--set", "dilation_zeros=removed"}},
      {"blocked", {"--set", "mapping.reduction_rows=3"}},
      {"geometry",
       {"--set", "tile.rows=2", "--set", "tile.columns=3", "--set", "staging.depth=2"}}};
  const Words layers = {trace("shapes-cnn/epoch0"), "--layer", "c2", "--layer", "f2"};
  for (const auto& [name, words] : settings) {
    const Words all = with(with(layers, small), words);
    Words run_words = with(with({"run"}, all), {"--outputs", name + "_run", "--verify", "none"});
    run_words.erase(std::remove(run_words.begin(), run_words.end(), "--plain"), run_words.end());
    const ProgramRun ran = run(run_words);
    ASSERT_EQ(ran.exit_code, 0) << ran.err;
    const json found = report(with(all, {"--outputs", name}));
    EXPECT_EQ(contents(name), contents(name + "_run")) << name;
    EXPECT_EQ(found.at("totals").at("verified"), true) << name;
  }
}

}  // namespace
}  // namespace tensordash::testing
