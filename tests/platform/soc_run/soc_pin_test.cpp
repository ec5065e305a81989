#include "tests/platform/soc_run/soc_program.h"

namespace tensordash::testing {
namespace {

using nlohmann::json;

TEST_F(SocProgramTest, PinsGiveTheBytesOfARun) {
  const Words edge = {trace("edge-cases"), "--set", "tiles=2", "--set", "dram.refresh=none"};
  ASSERT_EQ(run(with(with({"run"}, edge), {"--outputs", "run", "--verify", "none"})).exit_code, 0);
  const json pins = report(with(edge, {"--transport", "at", "--level", "pin", "--outputs", "pin"}));
  const json fast = report(with(edge, {"--transport", "at"}));
  EXPECT_EQ(contents("pin"), contents("run"));
  for (const char* same : {"steps", "issued", "values", "zeros", "read_bytes", "written_bytes"}) {
    EXPECT_EQ(pins.at("totals").at(same), fast.at("totals").at(same)) << same;
  }
  // The pins begin an operation some clocks later, at another phase of the DRAM.
  const double cycles = fast.at("totals").at("cycles");
  EXPECT_NEAR(pins.at("totals").at("cycles").get<double>(), cycles, 0.002 * cycles);
}

}  // namespace
}  // namespace tensordash::testing
