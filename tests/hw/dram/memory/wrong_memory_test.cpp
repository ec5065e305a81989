// Memories that cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw/dram/lpddr4.h"
#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class WrongMemoryTest : public testing::SystemCTest {
 protected:
  // Nothing of a memory that could not be made is left in the kernel.
  void run_without_it() {
    sc_core::sc_start(1, sc_core::SC_NS);
    EXPECT_TRUE(sc_core::sc_get_top_level_objects().empty());
    finished();
  }
};

TEST_F(WrongMemoryTest, AParameterThatCannotBeIsNamed) {
  const auto make = [](void (*choose)(DramParameters&)) {
    DramParameters parameters;
    choose(parameters);
    const Lpddr4<> memory("memory", DramConfiguration(parameters));
  };
  EXPECT_THAT([&] { make([](DramParameters& p) { p.channels = 3; }); },
              ThrowsMessage<DramError>(HasSubstr("dram.channels is 3; allowed: 1, 2, 4, 8, 16")));
  EXPECT_THAT([&] { make([](DramParameters& p) { p.mapping = "row|bank"; }); },
              ThrowsMessage<DramError>(HasSubstr("dram.mapping 'row|bank'")));
  EXPECT_THAT([&] { make([](DramParameters& p) { p.hash = "bank0^bank0"; }); },
              ThrowsMessage<DramError>(HasSubstr("dram.hash")));
  EXPECT_THAT([&] { make([](DramParameters& p) { p.spec = "lpddr9"; }); },
              ThrowsMessage<DramError>(HasSubstr("'lpddr9'")));
  run_without_it();
}

TEST_F(WrongMemoryTest, ATimeResolutionThatCannotExpressAClockIsAnError) {
  sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
  expect_report("/tensordash/dram", sc_core::SC_ERROR,
                "tCK is 625 ps, which the time resolution of 1000 ps cannot express");
  EXPECT_THROW(Lpddr4<>("memory", DramConfiguration(DramParameters{})), sc_core::sc_report);
  run_without_it();
}

}  // namespace
}  // namespace tensordash
