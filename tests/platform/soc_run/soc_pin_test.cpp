#include "tests/platform/soc_run/soc_program.h"

namespace tensordash::testing {
namespace {

using nlohmann::json;

TEST_F(SocProgramTest, PinsGiveTheBytesOfARunAndTheClocksOfTheFastEngine) {
  const Words edge = {trace("edge-cases"), "--set", "tiles=2"};
  ASSERT_EQ(run(with(with({"run"}, edge), {"--outputs", "run", "--verify", "none"})).exit_code, 0);
  const json pins = report(with(edge, {"--transport", "at", "--level", "pin", "--outputs", "pin"}));
  const json fast = report(with(edge, {"--transport", "at"}));
  EXPECT_EQ(contents("pin"), contents("run"));
  EXPECT_EQ(pins.at("layers"), fast.at("layers"));
  EXPECT_EQ(pins.at("totals"), fast.at("totals"));
}

}  // namespace
}  // namespace tensordash::testing
