#include "tests/platform/soc_run/soc_program.h"

namespace tensordash::testing {
namespace {

using nlohmann::json;

/// Clocks that a refresh takes, tRFCab and what is closed and opened around it: it may fall into a
/// small layer in one style and beside it in another.
constexpr double refresh = 200;

/// Clocks of the operations of every layer, and of all.
std::map<std::string, double> cycles_of(const json& report) {
  std::map<std::string, double> cycles;
  for (const json& layer : report.at("layers")) {
    double& sum = cycles[layer.at("name")];
    for (const json& operation : layer.at("operations"))
      sum += operation.at("cycles").get<double>();
  }
  cycles["all"] = report.at("totals").at("cycles");
  return cycles;
}

/// platform/ip/README.md has the numbers.
class LtError : public SocProgramTest {
 protected:
  void bound(const std::string& name, const Words& style, double all, double layer) const {
    const Words words = {trace(name), "--verify", "none"};
    const auto at = cycles_of(report(with(words, {"--transport", "at"})));
    for (const auto& [which, cycles] : cycles_of(report(with(words, style)))) {
      const double expected = at.at(which);
      EXPECT_NEAR(cycles, expected, which == "all" ? all * expected : refresh + layer * expected)
          << name << " " << which;
    }
  }
};

TEST_F(LtError, EstimatedAccessesStayWithinBounds) {
  bound("shapes-cnn/epoch0", {}, 0.02, 0.05);
  bound("edge-cases", {}, 0.02, 0.05);
}

TEST_F(LtError, PointersStayWithinBounds) {
  bound("shapes-cnn/epoch0", {"--dmi", "on"}, 0.3, 0.4);
  bound("edge-cases", {"--dmi", "on"}, 0.3, 0.4);
}

TEST_F(LtError, TheQuantumOfOneAcceleratorChangesNothing) {
  const Words words = {trace("shapes-cnn/epoch0"), "--verify", "none"};
  const auto expected = cycles_of(report(words));
  for (const char* quantum : {"0", "10", "100000", "1000000000"}) {
    EXPECT_EQ(cycles_of(report(with(words, {"--quantum", quantum}))), expected) << quantum;
  }
}

}  // namespace
}  // namespace tensordash::testing
