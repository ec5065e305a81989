#include "hw/dram/trace/command_csv.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

class CommandCsvTest : public testing::SystemCTest {
 protected:
  CommandCsvTest() { port.bind(csv); }

  /// Lets the kernel elaborate and run, which every test of the fixture has to.
  void simulate() {
    sc_core::sc_start(1, sc_core::SC_NS);
    finished();
  }

  std::ostringstream text;
  tlm::tlm_analysis_port<DramCommandRecord> port{"port"};
  CommandCsv csv{"csv", text};
};

TEST_F(CommandCsvTest, WritesOnlyWhatACommandHas) {
  simulate();
  for (const DramCommand command : all_dram_commands) {
    const auto clock = 100 * static_cast<DramClock>(index_of(command));
    port.write({clock, command, 1, 7, 131071, 1008});
  }
  csv.close();
  EXPECT_EQ(text.str(),
            "clock,command,rank,bank,row,column\n"
            "0,ACT,1,7,131071,-\n"
            "100,PRE,1,7,-,-\n"
            "200,PREA,1,-,-,-\n"
            "300,RD,1,7,-,1008\n"
            "400,WR,1,7,-,1008\n"
            "500,MWR,1,7,-,1008\n"
            "600,RDA,1,7,-,1008\n"
            "700,WRA,1,7,-,1008\n"
            "800,REF,1,-,-,-\n"
            "900,REFPB,1,7,-,-\n"
            "1000,PDE,1,-,-,-\n"
            "1100,PDX,1,-,-,-\n"
            "1200,SRE,1,-,-,-\n"
            "1300,SRX,1,-,-,-\n");
}

TEST_F(CommandCsvTest, HandsOverInBetweenAndOnlyOnce) {
  simulate();
  std::string expected = "clock,command,rank,bank,row,column\n";
  for (DramClock clock = 0; clock < 10000; ++clock) {
    port.write({clock, DramCommand::rd, 0, 1, 0, 16});
    expected += std::to_string(clock) + ",RD,0,1,-,16\n";
  }
  EXPECT_GT(text.str().size(), expected.size() / 2);
  EXPECT_LT(text.str().size(), expected.size());
  csv.close();
  EXPECT_EQ(text.str(), expected);
  csv.close();
  EXPECT_EQ(text.str(), expected);
}

TEST_F(CommandCsvTest, ReportsAStreamThatFailsOnce) {
  simulate();
  expect_report("/tensordash/dram/trace", sc_core::SC_ERROR, "cannot be written");
  port.write({0, DramCommand::ref, 0, 0, 0, 0});
  text.setstate(std::ios::badbit);
  EXPECT_THROW(csv.close(), sc_core::sc_report);
  EXPECT_NO_THROW(csv.close());
}

}  // namespace
}  // namespace tensordash
