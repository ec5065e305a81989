// Descriptions that could make a suite pass for nothing, or blame the target.
#include "tb/conformance/target_suite.h"
#include "tests/support/systemc_test.h"

namespace tensordash::conformance {
namespace {

class DescriptionTest : public testing::SystemCTest {
 protected:
  void refuse(const std::vector<Window>& windows, const char* text) {
    expect_report("/tensordash/conformance/target_suite", sc_core::SC_ERROR, text);
    TargetDescription description;
    description.windows = windows;
    EXPECT_THROW(TargetSuite<>("suite", description), sc_core::sc_report);
    sc_core::sc_clock clk("clk", sc_core::sc_time(1, sc_core::SC_NS));
    sc_core::sc_start(sc_core::sc_time(2, sc_core::SC_NS));
    finished();
  }
};

TEST_F(DescriptionTest, NothingToTry) {
  refuse({}, "nothing to try");
}

TEST_F(DescriptionTest, RegistersWithoutWords) {
  Window registers;
  registers.kind = WindowKind::registers;
  registers.bytes = 4096;
  refuse({registers}, "nothing to try");
}

TEST_F(DescriptionTest, EmptyWindow) {
  Window memory;
  memory.bytes = 4096;
  Window hole;
  hole.kind = WindowKind::hole;
  hole.base = 8192;
  refuse({memory, hole}, "no bytes");
}

TEST_F(DescriptionTest, OverlappingWindows) {
  Window one;
  one.base = 4096;
  one.bytes = 4096;
  Window other;
  other.bytes = 4097;
  refuse({one, other}, "overlap");
}

}  // namespace
}  // namespace tensordash::conformance
