#include "tests/platform/soc_run/soc_program.h"

#include <gmock/gmock.h>

namespace tensordash::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST_F(SocProgramTest, VerifiesAsMuchAsItIsAsked) {
  const Words layer = {trace("edge-cases"), "--layer", "dilated", "--op", "forward"};
  const auto checked = [&](const Words& words) {
    const json found = report(with(layer, words));
    return found.at("layers")[0].at("operations").at("forward").at("verify");
  };
  const json all = checked({});
  EXPECT_EQ(all.at("mode"), "all");
  EXPECT_EQ(all.at("checked"), all.at("outputs"));
  EXPECT_EQ(checked({"--verify", "sample:7"}).at("checked"), 7);
  const json none = report(with(layer, {"--verify", "none"}));
  EXPECT_TRUE(none.at("totals").at("verified").is_null());
  const ProgramRun table = run(with(with({"soc"}, layer), {"--verify", "none"}));
  EXPECT_THAT(table.out, HasSubstr("None of"));
}

TEST_F(SocProgramTest, PrintsATable) {
  const ProgramRun ran = run({"soc", trace("edge-cases"), "--layer", "linear_odd", "--plain"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  const char* const verdict =
      "read back from memory verified bit for bit against the golden and the fast engine: all "
      "right.";
  for (const char* word :
       {"transport lt, level fast, quantum 1,000 ns, DMI off, host waits by irq", "linear_odd",
        "backward_weights", "bytes written", "conversion clocks", verdict}) {
    EXPECT_THAT(ran.out, HasSubstr(word));
  }
}

TEST_F(SocProgramTest, RefusesInOneLine) {
  const std::string edge = trace("edge-cases");
  const std::vector<std::pair<Words, std::string>> refused = {
      {{"nothing"}, "no trace at 'nothing'"},
      {{edge, "--layer", "c9"}, "no layer 'c9'"},
      {{edge, "--op", "sideways"}, "no operation 'sideways'"},
      {{edge, "--level", "pin"}, "--level pin needs --transport at"},
      {{edge, "--transport", "at", "--dmi", "on"}, "--dmi on needs --transport lt"},
      {{edge, "--transport", "at", "--level", "pin", "--plain", "--set", "dtype=bf16"}, "--plain"},
      {{edge, "--transport", "bt"}, "--transport"},
      {{edge, "--wait", "long"}, "--wait"},
      {{edge, "--quantum", "-1"}, "--quantum"},
      {{edge, "--frobnicate"}, "--frobnicate"},
      {{edge, "--set", "memory=ideal"}, "memory is ideal"},
      {{edge, "--set", "sync=elastic"}, "sync is elastic"},
      {{edge, "--set", "power_gating=on"}, "power_gating is on"},
      {{edge, "--set", "tiles=no"}, "tiles"},
      {{edge, "--batch", "2"}, "are for networks"},
      {{edge, "--verify", "some"}, "--verify is 'some'"},
      {{edge, "--json", ""}, "--json needs a value"},
      {{edge, "--json", "/none/report.json"}, "/none"}};
  for (const auto& [words, named] : refused) {
    const ProgramRun ran = run(with({"soc"}, words));
    EXPECT_EQ(ran.exit_code, 2) << named;
    EXPECT_EQ(ran.out, "") << named;
    EXPECT_THAT(ran.err, HasSubstr(named));
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
  EXPECT_TRUE(listing().empty());
}

TEST_F(SocProgramTest, RunsANetwork) {
  const json found = report({"snli", "--layer", "classes", "--batch", "3", "--seed", "5"});
  EXPECT_THAT(found.at("synthetic").get<std::string>(), HasSubstr("seed 5"));
  EXPECT_EQ(found.at("totals").at("verified"), true);
}

}  // namespace
}  // namespace tensordash::testing
