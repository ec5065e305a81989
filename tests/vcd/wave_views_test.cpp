#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "hw/memory/stall_cause.h"
#include "hw/pe/connectivity.h"
#include "hw/pe/lane_array.h"
#include "hw/pe/signals.h"
#include "tests/vcd/save_file.h"
#include "tests/vcd/vcd_dump.h"

namespace tensordash::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

const fs::path root = TENSORDASH_ROOT;

SaveFile demo_view() {
  return read_save_file(root / "vcd/demo.gtkw");
}

/// A dump made as `./tensordash demo` makes its own; the file goes when the object does.
class DemoDump {
 public:
  DemoDump() : file_(fs::temp_directory_path() / fmt::format("wave_views_{}.vcd", ::getpid())) {
    const std::string command = fmt::format(
        "'{}' run '{}/traces/shapes-cnn/epoch0' --level pin --set memory=ideal --layer c3 "
        "--op forward --vcd '{}'"
        " >/dev/null",
        TENSORDASH_PROGRAM, root.string(), file_.string());
    status_ = std::system(command.c_str());
  }
  ~DemoDump() {
    std::error_code ignored;
    fs::remove(file_, ignored);
  }
  DemoDump(const DemoDump&) = delete;
  DemoDump& operator=(const DemoDump&) = delete;

  int status() const { return status_; }
  const fs::path& file() const { return file_; }

 private:
  fs::path file_;
  int status_ = 0;
};

/// How the filters write an option: rows ahead, then how many lanes below (<) or above (>).
std::string option_text(const Movement& option) {
  if (option.step == 0 && option.offset == 0) return "dense";
  if (option.offset == 0) return fmt::format("+{}", option.step);
  return fmt::format("+{}{}{}", option.step, option.offset < 0 ? '<' : '>',
                     std::abs(option.offset));
}

using Texts = std::map<std::string, std::string>;

class SelectFilter : public ::testing::TestWithParam<const char*> {};

TEST_P(SelectFilter, NamesEveryOptionOfItsTableAndIdle) {
  const Connectivity table = Connectivity::named(GetParam(), 16, 3);
  Texts expected{{std::to_string(idle_select), "idle"}};
  for (std::size_t option = 0; option < table.options().size(); ++option) {
    expected[std::to_string(option)] = option_text(table.options()[option]);
  }
  EXPECT_EQ(read_filter(root / fmt::format("vcd/select_{}.txt", GetParam())), expected);
}

INSTANTIATE_TEST_SUITE_P(Tables, SelectFilter, ::testing::Values("paper", "dnnsim"),
                         [](const auto& table) { return table.param; });

TEST(TileStateFilter, NamesEveryState) {
  Texts expected;
  for (const TileState state :
       {TileState::idle, TileState::run, TileState::tail, TileState::dense, TileState::stalled}) {
    std::ostringstream text;
    text << state;
    expected[std::to_string(static_cast<unsigned>(state))] = text.str();
  }
  EXPECT_EQ(read_filter(root / "vcd/tile_state.txt"), expected);
}

TEST(StallCauses, AreCalledAsTheModelCallsThem) {
  std::map<std::string, std::string> expected;
  for (std::size_t cause = 0; cause < stall_causes; ++cause) {
    expected[std::to_string(cause)] = name_of(static_cast<StallCause>(cause));
  }
  EXPECT_EQ(read_filter(root / "vcd/stall_cause.txt"), expected);
}

TEST(DemoView, ShowsOnlySignalsAndTimesOfTheDemosDump) {
  const SaveFile view = demo_view();
  const DemoDump demo;
  ASSERT_EQ(demo.status(), 0);
  const VcdDump dump = read_vcd(demo.file());
  ASSERT_THAT(view.signals, ::testing::SizeIs(::testing::Gt(100)));
  std::vector<std::string> missing;
  for (const ShownSignal& signal : view.signals) {
    if (dump.signals.count(signal.name) == 0) missing.push_back(signal.name);
  }
  EXPECT_THAT(missing, IsEmpty());

  EXPECT_GE(view.start, dump.first);
  EXPECT_LT(view.start, dump.last);
  ASSERT_THAT(view.marks, ::testing::Not(IsEmpty()));
  for (const std::int64_t mark : view.marks) {
    if (mark == -1) continue;
    EXPECT_GE(mark, view.start);
    EXPECT_LE(mark, dump.last);
  }
}

TEST(DemoView, IsTheViewOfTheDemosDumpOnAnyMachine) {
  // GTKWave looks for such a path beside where the save file is, wherever it was started.
  EXPECT_EQ(demo_view().dump_file, "./build/demo/c3.vcd");
}

TEST(DemoView, TranslatesStatesAndSelectsAndNothingElse) {
  unsigned translated = 0;
  for (const ShownSignal& signal : demo_view().signals) {
    SCOPED_TRACE(signal.name);
    const bool is_select = signal.name.find(".select_") != std::string::npos;
    const bool is_state = signal.name.find(".state[") != std::string::npos;
    const std::string filter = is_select  ? "./vcd/select_paper.txt"
                               : is_state ? "./vcd/tile_state.txt"
                                          : "";
    EXPECT_EQ(signal.filter, filter);
    // Filters are keyed by decimal numbers.
    const bool decimal_through_filter =
        (signal.flags & (decimal_flag | filter_flag)) == (decimal_flag | filter_flag);
    EXPECT_EQ(decimal_through_filter, is_select || is_state);
    translated += is_select || is_state ? 1 : 0;
  }
  EXPECT_EQ(translated, 4 * 16 + 1);
}

TEST(DemoView, ClosesEveryGroup) {
  EXPECT_THAT(demo_view().broken_groups, IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
