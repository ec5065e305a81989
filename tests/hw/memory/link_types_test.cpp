// The structs that travel on the memories' links: comparison, text, waveform.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "hw/memory/buffet_command.h"
#include "hw/memory/row_request.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

constexpr BuffetCommand read_1{BuffetAction::read, 1};
constexpr BuffetCommand read_2{BuffetAction::read, 2};
constexpr BuffetCommand read_update_2{BuffetAction::read_update, 2};
constexpr BuffetCommand shrink_1{BuffetAction::shrink, 1};
constexpr RowRequest nothing;
constexpr RowRequest row_2{true, 1, 2};
constexpr RowRequest row_3{true, 1, 3};
constexpr RowRequest other_bank{true, 2, 2};

TEST(LinkTypesTest, CompareEveryMember) {
  EXPECT_TRUE(read_1 == read_1);
  EXPECT_FALSE(read_1 == read_2);
  EXPECT_FALSE(read_1 == shrink_1);
  EXPECT_TRUE(row_2 == row_2);
  EXPECT_FALSE(row_2 == row_3);
  EXPECT_FALSE(row_2 == other_bank);
  EXPECT_FALSE(nothing == (RowRequest{true, 0, 0}));
}

TEST(LinkTypesTest, PrintThemselves) {
  std::ostringstream text;
  text << read_1 << ", " << read_update_2 << ", " << shrink_1 << ", " << row_2 << ", " << nothing;
  EXPECT_EQ(text.str(), "read 1, read+update 2, shrink 1, bank 1 row 2, none");
}

class LinkWaveTest : public ClockedTest {
 protected:
  sc_core::sc_signal<BuffetCommand> command{"command"};
  sc_core::sc_signal<RowRequest> request{"request"};
};

TEST_F(LinkWaveTest, ShowTheirMembersInAWaveform) {
  const std::string path = ::testing::TempDir() + "memory_link_wave";
  sc_core::sc_trace_file* const file = sc_core::sc_create_vcd_trace_file(path.c_str());
  sc_core::sc_trace(file, command, "command");
  sc_core::sc_trace(file, request, "request");
  tick();
  command.write({BuffetAction::shrink, 5});
  request.write({true, 6, 7});
  tick();
  sc_core::sc_close_vcd_trace_file(file);
  std::ostringstream text;
  text << std::ifstream(path + ".vcd").rdbuf();
  for (const char* part : {" action ", " operand ", " valid ", " bank ", " row ",  //
                           "b10 ", "b101 ", "b110 ", "b111 "}) {
    EXPECT_NE(text.str().find(part), std::string::npos) << part << text.str();
  }
  std::remove((path + ".vcd").c_str());
}

}  // namespace
}  // namespace tensordash
