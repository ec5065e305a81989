#include "hw/pe/signals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

template <typename Value>
std::string text_of(const Value& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

TEST(SignalText, TellsRowsThatAreThereFromThoseThatAreWanted) {
  EXPECT_EQ(text_of(FillStatus(2, false, 3)), "2 of 3 rows");
  EXPECT_EQ(text_of(FillStatus(1, true)), "1 of 1 rows, next pass");
}

TEST(SignalText, NamesAStalledTile) {
  EXPECT_EQ(text_of(TileState::stalled), "stalled");
}

TEST(TileStateTest, StepsAreTakenWhileRowsMove) {
  EXPECT_TRUE(takes_step(TileState::run));
  EXPECT_TRUE(takes_step(TileState::tail));
  EXPECT_TRUE(takes_step(TileState::dense));
  EXPECT_FALSE(takes_step(TileState::idle));
  EXPECT_FALSE(takes_step(TileState::stalled));
}

// A dump of one clock, which goes when the test does.
class WaveTest : public ClockedTest {
 public:
  ~WaveTest() override {
    std::error_code ignored;
    std::filesystem::remove(stem_.string() + ".vcd", ignored);
  }
  WaveTest(const WaveTest&) = delete;
  WaveTest& operator=(const WaveTest&) = delete;
  WaveTest(WaveTest&&) = delete;
  WaveTest& operator=(WaveTest&&) = delete;

 protected:
  WaveTest()
      : stem_(std::filesystem::temp_directory_path() / ("signals_" + std::to_string(::getpid()))) {}

  sc_core::sc_trace_file* open() {
    return sc_core::sc_create_vcd_trace_file(stem_.string().c_str());
  }
  std::string dumped() const {
    std::ostringstream text;
    text << std::ifstream(stem_.string() + ".vcd").rdbuf();
    return text.str();
  }

 private:
  const std::filesystem::path stem_;
};

TEST_F(WaveTest, ShowsWhatIsWantedAndAStall) {
  sc_core::sc_signal<FillStatus> status("status", {3, true, 8});
  sc_core::sc_signal<TileState> state("state", TileState::stalled);
  sc_core::sc_trace_file* file = open();
  sc_trace(file, status.read(), "status");
  sc_trace(file, state.read(), "state");
  tick();
  sc_core::sc_close_vcd_trace_file(file);
  const std::string dump = dumped();
  EXPECT_THAT(dump, ::testing::ContainsRegex("wire +4 +[a-z]+ +rows "));
  EXPECT_THAT(dump, ::testing::ContainsRegex("wire +1 +[a-z]+ +starts "));
  EXPECT_THAT(dump, ::testing::ContainsRegex("wire +4 +[a-z]+ +wanted "));
  EXPECT_THAT(dump, ::testing::ContainsRegex("wire +3 +[a-z]+ +state "));
  EXPECT_THAT(dump, ::testing::HasSubstr("b11 "));    // rows
  EXPECT_THAT(dump, ::testing::HasSubstr("b1000 "));  // wanted
  EXPECT_THAT(dump, ::testing::HasSubstr("b100 "));   // the state
}

}  // namespace
}  // namespace tensordash
