// The program plays scripts: the sample through every style of the accelerator, and how it ends.

#include <gmock/gmock.h>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"

namespace tensordash {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::filesystem::path project = std::filesystem::path(TENSORDASH_TRACES).parent_path();
const std::filesystem::path examples = project / "platform/player/examples";

class PlayTest : public TemporaryFolderTest {
 protected:
  ProgramRun run_here(const std::vector<std::string>& arguments) const {
    ProgramSettings settings;
    settings.folder = folder_;
    return run_program(arguments, settings);
  }

  ProgramRun play(const std::string& script, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"play", write_file("s.td", script).string()});
    return run_here(more);
  }
};

TEST_F(PlayTest, GivesTheSameBytesThroughEveryStyle) {
  const std::string expected = read_file(examples / "c4_O.npy").substr(128);
  ASSERT_EQ(expected.size(), 14336U);
  for (const std::vector<std::string>& style : std::vector<std::vector<std::string>>{
           {"--transport", "lt"},
           {"--transport", "at"},
           {"--level", "pin", "--set", "tiles=1"},
           {"--transport", "lt", "--memory", "timed", "--set", "dram.channels=1"}}) {
    std::vector<std::string> arguments = {"play", (examples / "layer.td").string()};
    arguments.insert(arguments.end(), style.begin(), style.end());
    const ProgramRun run = run_here(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, IsEmpty());
    EXPECT_THAT(run.out, AllOf(HasSubstr("COUNTER_STEPS_LOW = 0x00000"),
                               HasSubstr("layer.td: 29 commands, all right, at ")));
    EXPECT_TRUE(read_file(folder_ / "c4_outputs.bin") == expected) << style.back();
    std::filesystem::remove(folder_ / "c4_outputs.bin");
  }
}

TEST_F(PlayTest, ComparesTheSampleWithWhatARunGives) {
  const ProgramRun run =
      run_program({"run", (project / "traces/shapes-cnn/epoch0").string(), "--layer", "c4", "--op",
                   "forward", "--outputs", folder_.string(), "--quiet"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(read_file(folder_ / "c4/O.npy"), read_file(examples / "c4_O.npy"));
}

TEST_F(PlayTest, SaysWhatItReachesTheAcceleratorBy) {
  // CAPABILITY_FEATURES: AT is bit 9, PIN bit 8; CAPABILITY_ARRAY: tiles below.
  EXPECT_EQ(play("expect CAPABILITY_FEATURES 0 0x300").exit_code, 0);
  EXPECT_EQ(play("expect CAPABILITY_FEATURES 0x200 0x300", {"--transport", "at"}).exit_code, 0);
  EXPECT_EQ(play("expect CAPABILITY_FEATURES 0x300 0x300", {"--level", "pin", "--set", "tiles=1"})
                .exit_code,
            0);
  write_file("machine.yaml", "tiles: 3\npe.lanes: 8\n");
  EXPECT_EQ(play("expect CAPABILITY_ARRAY 5 0xffff\nexpect CAPABILITY_PE 8 0xff",
                 {"--config", "machine.yaml", "--set", "tiles=5"})
                .exit_code,
            0);
}

TEST_F(PlayTest, PrintsWhatIsAskedFor) {
  const std::string script = "print hello\nwait 10ns\nread ID\n";
  const std::string said = "hello\nID = 0x54445348\n";
  EXPECT_THAT(play(script).out, AllOf(StartsWith(said), EndsWith("s.td: 3 commands, all right, at "
                                                                 "10 ns\n")));
  EXPECT_EQ(play(script, {"--quiet"}).out, "");
  EXPECT_THAT(play(script, {"--verbose"}).out,
              AllOf(HasSubstr("s.td:2: wait 10ns\n"), HasSubstr("10 ns "), HasSubstr("hello\n")));
}

TEST_F(PlayTest, EndsWithOneForALineThatIsNotMet) {
  const ProgramRun run = play("wait 1ns\nexpect ID 1\n");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, AllOf(StartsWith("tensordash: "),
                             EndsWith("s.td:2: expect ID 1: expected 0x1, seen 0x54445348\n")));
  EXPECT_EQ(run.out, "");
  // Accesses beyond the window and the memory.
  EXPECT_THAT(play("read 0x1000").err, HasSubstr("seen TLM_ADDRESS_ERROR_RESPONSE"));
  EXPECT_THAT(play("fill 0xffffffffffffffff 1 1").err,
              HasSubstr("seen TLM_ADDRESS_ERROR_RESPONSE"));
}

/// Ends while an operation runs, also when signals and clocks are under way.
TEST_F(PlayTest, EndsInTheMiddleOfAnOperation) {
  std::string script = read_file(examples / "layer.td");
  const std::size_t wait = script.find("wait_irq 10ms");
  ASSERT_NE(wait, std::string::npos);
  script.replace(wait, 13, "wait_irq 2us");
  for (std::size_t at = 0; (at = script.find("../../../", at)) != std::string::npos;) {
    script.replace(at, 9, project.string() + "/");
  }
  std::filesystem::copy(examples / "c4_O.npy", folder_ / "c4_O.npy");
  for (const char* level : {"fast", "pin"}) {
    const ProgramRun run =
        play(script, {"--level", level, "--transport", "at", "--set", "tiles=1"});
    EXPECT_EQ(run.exit_code, 1) << level;
    EXPECT_THAT(run.err, HasSubstr("wait_irq 2us: expected irq high, seen low")) << level;
  }
}

TEST_F(PlayTest, EndsWithTwoForABadScriptOrUsage) {
  const auto refused = [&](const ProgramRun& run, const std::string& text) {
    EXPECT_EQ(run.exit_code, 2) << text;
    EXPECT_THAT(run.err, AllOf(StartsWith("tensordash: "), HasSubstr(text)));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  };
  refused(play("wiat 1ns"), "s.td:1: no command 'wiat'");
  refused(play("load 0 absent.bin"), "absent.bin: no such file");
  refused(play("dump 0 4 x\nload 0 x 4"), "x: has 4 bytes");
  refused(run_program({"play", (folder_ / "absent.td").string()}), "absent.td: No such file");
  refused(play("", {"--level", "pin", "--transport", "lt"}), "--level pin needs --transport at");
  refused(play("", {"--level", "slow"}), "--level");
  refused(play("", {"--set", "tile=1"}), "unknown key 'tile'");
  refused(play("", {"--set", "memory=ideal"}), "memory is ideal; allowed: modelled");
  refused(play("", {"--dumps", "s.td"}), "--dumps s.td: ");
}

TEST_F(PlayTest, MakesTheFolderForDumps) {
  EXPECT_EQ(play("fill 0 4 7\ndump 0 4 x", {"--dumps", "new/folder"}).exit_code, 0);
  EXPECT_EQ(read_file(folder_ / "new/folder/x"), std::string(4, '\7'));
}

TEST_F(PlayTest, EndsWithThreeWhenAFileCannotBeWritten) {
  const ProgramRun run = play("dump 0 4 no/x");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.err, AllOf(HasSubstr("s.td:1: "), HasSubstr("No such file")));
}

TEST_F(PlayTest, ExplainsItself) {
  const ProgramRun run = run_program({"play", "--help"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, AllOf(HasSubstr("--transport"), HasSubstr("Exit status: 0"),
                             HasSubstr("platform/player/examples/layer.td")));
}

}  // namespace
}  // namespace tensordash
