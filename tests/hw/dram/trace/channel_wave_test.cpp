#include "hw/dram/trace/channel_wave.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/support/systemc_test.h"
#include "tests/vcd/save_file.h"
#include "tests/vcd/vcd_dump.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const fs::path root = TENSORDASH_ROOT;

constexpr std::uint64_t tck_ps = 625;
constexpr unsigned closed = ~0U;

/// Value of a signal from a clock on.
using Changes = std::vector<std::pair<DramClock, unsigned>>;

/// What GTKWave would show: the changes of each signal, by its full name without range.
std::map<std::string, Changes> read_changes(const fs::path& file) {
  std::map<std::string, std::string> names;
  std::map<std::string, Changes> changes;
  std::ifstream stream(file);
  std::vector<std::string> scopes{""};
  DramClock clock = 0;
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first == "$scope") {
      words >> first >> first;
      scopes.push_back(scopes.back() + first + ".");
    } else if (first == "$upscope") {
      scopes.pop_back();
    } else if (first == "$var") {
      std::string code, name;
      words >> first >> first >> code >> name;
      names[code] = scopes.back() + name;
    } else if (first[0] == '#') {
      const std::uint64_t time = std::stoull(first.substr(1));
      EXPECT_EQ(time % tck_ps, 0U) << "a change between two clocks";
      clock = time / tck_ps;
    } else if (first[0] == 'b') {
      std::string code;
      words >> code;
      Changes& signal = changes[names.at(code)];
      signal.emplace_back(clock, static_cast<unsigned>(std::stoul(first.substr(1), nullptr, 2)));
    }
  }
  return changes;
}

class ChannelWaveTest : public testing::SystemCTest {
 public:
  ~ChannelWaveTest() override {
    close();
    std::error_code ignored;
    fs::remove(dump(), ignored);
  }
  ChannelWaveTest(const ChannelWaveTest&) = delete;
  ChannelWaveTest& operator=(const ChannelWaveTest&) = delete;

 protected:
  ChannelWaveTest()
      : stem_((fs::temp_directory_path() / fmt::format("channel_wave_{}", ::getpid())).string()),
        file_(sc_core::sc_create_vcd_trace_file(stem_.c_str())) {
    file_->set_time_unit(1, sc_core::SC_PS);
    wave.trace_signals(file_, "dram.channel_0");
    port.bind(wave);
  }

  fs::path dump() const { return stem_ + ".vcd"; }

  void tell(DramClock clock, DramCommand command, unsigned bank = 0, unsigned row = 0,
            unsigned column = 0, unsigned rank = 0) {
    port.write({clock, command, static_cast<std::uint8_t>(rank), static_cast<std::uint8_t>(bank),
                row, column});
  }

  void run_to(DramClock clock) {
    sc_core::sc_start(sc_core::sc_time(static_cast<double>(clock * tck_ps), sc_core::SC_PS) -
                      sc_core::sc_time_stamp());
  }

  /// Ends the simulation and reads the changes of a signal of the channel.
  Changes changes(const std::string& signal) {
    if (file_ != nullptr) {
      run_to(20000);
      finished();
      close();
      changes_ = read_changes(dump());
    }
    return changes_["SystemC.dram.channel_0." + signal];
  }

  void close() {
    if (file_ != nullptr) sc_core::sc_close_vcd_trace_file(file_);
    file_ = nullptr;
  }

  tlm::tlm_analysis_port<DramCommandRecord> port{"port"};
  ChannelWave wave{"wave", DramConfiguration{DramParameters{}}};

 private:
  std::string stem_;
  sc_core::sc_trace_file* file_;
  std::map<std::string, Changes> changes_;
};

constexpr unsigned number(DramCommand command) {
  return static_cast<unsigned>(index_of(command));
}

TEST_F(ChannelWaveTest, ShowsCommandsAsLongAsTheyStandOnTheBus) {
  constexpr unsigned idle = ChannelWave::no_command;
  tell(100, DramCommand::act, 3, 4711);
  tell(129, DramCommand::rd, 3, 0, 16);
  tell(133, DramCommand::act, 5, 12, 0, 1);  // at once after the read
  tell(200, DramCommand::prea);
  tell(240, DramCommand::pde);
  EXPECT_THAT(changes("ca.command"),
              ElementsAre(Pair(0, idle), Pair(100, number(DramCommand::act)), Pair(104, idle),
                          Pair(129, number(DramCommand::rd)), Pair(133, number(DramCommand::act)),
                          Pair(137, idle), Pair(200, number(DramCommand::prea)), Pair(202, idle),
                          Pair(240, number(DramCommand::pde)), Pair(241, idle)));
  EXPECT_THAT(
      changes("ca.rank"),
      ElementsAre(Pair(0, 0xf), Pair(100, 0), Pair(104, 0xf), Pair(129, 0), Pair(133, 1),
                  Pair(137, 0xf), Pair(200, 0), Pair(202, 0xf), Pair(240, 0), Pair(241, 0xf)));
  EXPECT_THAT(changes("ca.bank"), ElementsAre(Pair(0, 0xff), Pair(100, 3), Pair(104, 0xff),
                                              Pair(129, 3), Pair(133, 5), Pair(137, 0xff)));
  EXPECT_THAT(changes("ca.row"), ElementsAre(Pair(0, ~0U), Pair(100, 4711), Pair(104, ~0U),
                                             Pair(133, 12), Pair(137, ~0U)));
  EXPECT_THAT(changes("ca.column"), ElementsAre(Pair(0, 0xffff), Pair(129, 16), Pair(133, 0xffff)));
}

TEST_F(ChannelWaveTest, ShowsCommandsRatherThanEdgesOfCke) {
  constexpr unsigned idle = ChannelWave::no_command;
  tell(240, DramCommand::pde);
  tell(240, DramCommand::act, 0, 7, 0, 1);
  tell(300, DramCommand::act, 1, 7, 0, 1);
  tell(302, DramCommand::pdx);
  tell(304, DramCommand::pde, 0, 0, 0, 1);
  EXPECT_THAT(changes("ca.command"),
              ElementsAre(Pair(0, idle), Pair(240, number(DramCommand::act)), Pair(244, idle),
                          Pair(300, number(DramCommand::act)), Pair(304, number(DramCommand::pde)),
                          Pair(305, idle)));
  EXPECT_THAT(changes("rank_0.state"), ElementsAre(Pair(0, 0), Pair(240, 2), Pair(302, 0)));
}

TEST_F(ChannelWaveTest, ShowsDataWhereItIsOnTheBus) {
  constexpr unsigned idle = 0, read = 1, write = 2;
  tell(100, DramCommand::rd);
  tell(108, DramCommand::rd);   // data follows without a gap
  tell(135, DramCommand::mwr);  // 27 after the read
  tell(300, DramCommand::wra, 1);
  // Reads from +3+28+3 = 34, writes from +3+14+1 = 18, each for 8 clocks.
  EXPECT_THAT(changes("dq.owner"),
              ElementsAre(Pair(0, idle), Pair(134, read), Pair(150, idle), Pair(153, write),
                          Pair(161, idle), Pair(318, write), Pair(326, idle)));
}

TEST_F(ChannelWaveTest, ShowsOpenRows) {
  tell(100, DramCommand::act, 2, 7);
  tell(116, DramCommand::act, 3, 131071);
  tell(132, DramCommand::act, 2, 9, 0, 1);
  tell(200, DramCommand::pre, 2);
  tell(300, DramCommand::act, 2, 8);
  tell(400, DramCommand::prea);
  EXPECT_THAT(changes("rank_0.bank_2.row"),
              ElementsAre(Pair(0, closed), Pair(100, 7), Pair(200, closed), Pair(300, 8),
                          Pair(400, closed)));
  EXPECT_THAT(changes("rank_0.bank_3.row"),
              ElementsAre(Pair(0, closed), Pair(116, 131071), Pair(400, closed)));
  EXPECT_THAT(changes("rank_1.bank_2.row"), ElementsAre(Pair(0, closed), Pair(132, 9)));
}

TEST_F(ChannelWaveTest, ClosesRowsByThemselvesWhereAPrechargeCould) {
  tell(100, DramCommand::act, 0, 7);
  tell(200, DramCommand::rda, 0);
  tell(300, DramCommand::act, 0, 8);
  tell(400, DramCommand::wra, 0);
  // Read to precharge 12+8-8+4-2 = 14, write to precharge 14+1+8+30+4-2 = 55 clocks.
  EXPECT_THAT(changes("rank_0.bank_0.row"),
              ElementsAre(Pair(0, closed), Pair(100, 7), Pair(214, closed), Pair(300, 8),
                          Pair(455, closed)));
  EXPECT_THAT(changes("rank_0.state"),
              ElementsAre(Pair(0, 0), Pair(100, 1), Pair(214, 0), Pair(300, 1), Pair(455, 0)));
}

TEST_F(ChannelWaveTest, ShowsTheStateOfEachRank) {
  constexpr unsigned standby = 0, active = 1, power_down = 2, active_power_down = 3,
                     self_refresh = 4;
  tell(100, DramCommand::act, 0, 7);
  tell(116, DramCommand::act, 1, 7);
  tell(200, DramCommand::pre, 0);
  tell(250, DramCommand::pde);
  tell(300, DramCommand::pdx);
  tell(350, DramCommand::pre, 1);
  tell(1000, DramCommand::ref);
  tell(1608, DramCommand::ref);
  tell(1700, DramCommand::pde);
  tell(2400, DramCommand::pdx);
  tell(3000, DramCommand::sre);
  tell(5000, DramCommand::srx);
  tell(6000, DramCommand::ref, 0, 0, 0, 1);
  EXPECT_THAT(
      changes("rank_0.state"),
      ElementsAre(Pair(0, standby), Pair(100, active), Pair(250, active_power_down),
                  Pair(300, active), Pair(350, standby), Pair(1000, active), Pair(2216, power_down),
                  Pair(2400, standby), Pair(3000, self_refresh), Pair(5000, standby)));
  EXPECT_THAT(changes("rank_1.state"),
              ElementsAre(Pair(0, standby), Pair(6000, active), Pair(6608, standby)));
}

TEST_F(ChannelWaveTest, TakesCommandsAtTheirClockToo) {
  run_to(100);
  tell(100, DramCommand::act, 0, 7);
  run_to(129);
  tell(129, DramCommand::rd, 0);
  EXPECT_THAT(changes("ca.command"),
              ElementsAre(Pair(0, ChannelWave::no_command), Pair(100, number(DramCommand::act)),
                          Pair(104, ChannelWave::no_command), Pair(129, number(DramCommand::rd)),
                          Pair(133, ChannelWave::no_command)));
  EXPECT_THAT(changes("dq.owner"), ElementsAre(Pair(0, 0), Pair(163, 1), Pair(171, 0)));
}

TEST_F(ChannelWaveTest, ForgetsEverythingAtAReset) {
  run_to(100);
  tell(100, DramCommand::act, 0, 7);
  run_to(129);
  tell(129, DramCommand::rd, 0);
  tell(129, DramCommand::pde, 0, 0, 0, 1);
  run_to(131);
  wave.write(DramReset{131});
  run_to(140);
  tell(140, DramCommand::act, 0, 9);
  EXPECT_THAT(changes("ca.command"),
              ElementsAre(Pair(0, ChannelWave::no_command), Pair(100, number(DramCommand::act)),
                          Pair(104, ChannelWave::no_command), Pair(129, number(DramCommand::rd)),
                          Pair(131, ChannelWave::no_command), Pair(140, number(DramCommand::act)),
                          Pair(144, ChannelWave::no_command)));
  EXPECT_THAT(changes("dq.owner"), ElementsAre(Pair(0, 0)));
  EXPECT_THAT(changes("rank_0.state"),
              ElementsAre(Pair(0, 0), Pair(100, 1), Pair(131, 0), Pair(140, 1)));
  EXPECT_THAT(changes("rank_1.state"), ElementsAre(Pair(0, 0), Pair(129, 2), Pair(131, 0)));
}

class DramView : public ChannelWaveTest {
 protected:
  const testing::SaveFile view = testing::read_save_file(root / "vcd/dram.gtkw");
};

TEST_F(DramView, ShowsExactlyTheSignalsOfAChannel) {
  tell(100, DramCommand::ref);
  changes("ca.command");
  std::set<std::string> shown;
  for (const testing::ShownSignal& signal : view.signals) shown.insert(signal.name);
  EXPECT_EQ(shown, testing::read_vcd(dump()).signals);
  EXPECT_THAT(view.broken_groups, IsEmpty());
}

TEST_F(DramView, TranslatesCommandsStatesAndTheOwnerOfTheDataBus) {
  const std::map<std::string, std::string> filters = {
      {"SystemC.dram.channel_0.ca.command[3:0]", "./vcd/dram_command.txt"},
      {"SystemC.dram.channel_0.dq.owner[1:0]", "./vcd/dram_dq_owner.txt"},
      {"SystemC.dram.channel_0.rank_0.state[2:0]", "./vcd/dram_rank_state.txt"},
      {"SystemC.dram.channel_0.rank_1.state[2:0]", "./vcd/dram_rank_state.txt"}};
  std::map<std::string, std::string> found;
  for (const testing::ShownSignal& signal : view.signals) {
    constexpr std::uint32_t decimal_through_filter = testing::decimal_flag | testing::filter_flag;
    EXPECT_EQ((signal.flags & decimal_through_filter) == decimal_through_filter,
              !signal.filter.empty())
        << signal.name;
    if (!signal.filter.empty()) found[signal.name] = signal.filter;
  }
  EXPECT_EQ(found, filters);
  changes("ca.command");
}

TEST(DramFilters, NameEveryValue) {
  std::map<std::string, std::string> commands{{std::to_string(ChannelWave::no_command), "-"}};
  for (const DramCommand command : all_dram_commands) {
    commands[std::to_string(index_of(command))] = name_of(command);
  }
  EXPECT_EQ(testing::read_filter(root / "vcd/dram_command.txt"), commands);
  using Texts = std::map<std::string, std::string>;
  EXPECT_EQ(testing::read_filter(root / "vcd/dram_rank_state.txt"),
            (Texts{{"0", "precharged"},
                   {"1", "active"},
                   {"2", "power-down"},
                   {"3", "active power-down"},
                   {"4", "self-refresh"}}));
  EXPECT_EQ(testing::read_filter(root / "vcd/dram_dq_owner.txt"),
            (Texts{{"0", "idle"}, {"1", "read"}, {"2", "write"}}));
}

}  // namespace
}  // namespace tensordash
