#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "platform/run/interrupt.h"
#include "platform/run/layer_run.h"
#include "platform/run/operation_record.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Two layers, six operations.
class TwoLayers : public LayerSource {
 public:
  TwoLayers() {
    layers_.push_back({"c1", conv2d_shape({1, 2, 3, 3}, {4, 2, 3, 3}, {1, 1}, {0, 0}, {1, 1}, 1)});
    layers_.push_back({"f1", linear_shape({1, 8}, {4, 8})});
  }
  const std::string& model() const override { return model_; }
  std::int64_t epoch() const override { return 7; }
  std::string name() const override { return "two"; }
  std::string synthetic() const override { return made_up_as; }
  const std::vector<LayerOutline>& layers() const override { return layers_; }
  TraceLayer read(std::size_t index) const override {
    reads.push_back(layers_.at(index).name);
    return {layers_.at(index).name, layers_.at(index).shape, {}, {}, {}};
  }

  std::string made_up_as;
  mutable std::vector<std::string> reads;

 private:
  std::string model_ = "two layers";
  std::vector<LayerOutline> layers_;
};

/// Makes numbers up, each operation its own; interrupts or fails when told to.
class MadeUpRunner : public OperationRunner {
 public:
  void begin(TraceLayer layer) override {
    layer_ = layer.name;
    shape_ = layer.shape;
  }
  OperationReport run(Operation operation, std::vector<float>* outputs,
                      const Progress& progress) override {
    if (ran.size() == interrupt_at) std::raise(signal);
    if (ran.size() == fail_at) throw std::runtime_error("no space");
    if (ran.size() == refuse_at) throw RequestError("a NaN");
    if (ran.size() == misfit_at) throw ConfigError("mapping.a does not fit");
    progress(0.5, "half");
    if (outputs != nullptr) outputs->resize(output_size(operation));
    ran.push_back(layer_ + " " + std::string(name_of(operation)));
    OperationReport report;
    report.operation = operation;
    report.sparse = SparseOperand::gradients;
    const auto salt = static_cast<std::uint64_t>(layer_[0]) + static_cast<unsigned>(operation);
    report.run = {clock_, 10 + salt, 14 + salt};
    report.dense = {clock_ + 14 + salt, 20 + salt, 24 + salt};
    report.pairs.total = 1000 + salt;
    report.pairs.effectual = 500 + salt;
    report.pairs.zeros = {salt, 2 * salt, 3 * salt, 4 * salt};
    report.issued = 700 + salt;
    for (const LedgerCategory& category : ledger_categories()) {
      report.ledger.*category.count = salt + category.name.size();
    }
    report.outputs = 90;
    if (operation != Operation::forward) report.verdict = golden::Verdict{90, 1, "wrong \u00e4"};
    report.dense_verdict = golden::Verdict{90, 0, {}};
    clock_ += 1000 + salt;
    return report;
  }
  std::uint64_t clock() const override { return clock_; }
  void resume_at(std::uint64_t clock) override { clock_ = clock; }

  static constexpr std::size_t never = 99;
  std::size_t interrupt_at = never, fail_at = never, refuse_at = never, misfit_at = never;
  int signal = SIGINT;
  std::vector<std::string> ran;

 private:
  std::size_t output_size(Operation operation) const {
    const std::int64_t counts[] = {shape_.output_count(), shape_.activation_count(),
                                   shape_.weight_count()};
    return static_cast<std::size_t>(counts[static_cast<std::size_t>(operation)]);
  }

  std::string layer_;
  LayerShape shape_;
  std::uint64_t clock_ = 2;
};

class RunResume : public TemporaryFolderTest {
 protected:
  void SetUp() override {
    TemporaryFolderTest::SetUp();
    request_.json = folder_ / "report.json";
  }

  std::string interruption_at(std::size_t operation, int signal = SIGINT) {
    MadeUpRunner runner;
    runner.interrupt_at = operation;
    runner.signal = signal;
    const InterruptWatch watch;
    try {
      run_layers(request_, source_, runner);
    } catch (const Interrupted& stop) {
      EXPECT_EQ(stop.signal(), signal);
      return stop.what();
    }
    return "was not interrupted";
  }

  std::vector<std::string> operations_of_a_run(bool resume) {
    request_.resume = resume;
    MadeUpRunner runner;
    run_layers(request_, source_, runner);
    return runner.ran;
  }

  std::string refusal(bool resume = true) {
    request_.resume = resume;
    MadeUpRunner runner;
    try {
      run_layers(request_, source_, runner);
    } catch (const RequestError& problem) {
      EXPECT_THAT(runner.ran, IsEmpty());
      return problem.what();
    }
    return "was not refused";
  }

  std::filesystem::path journal() const { return folder_ / "report.json.journal"; }

  std::string whole_report() {
    operations_of_a_run(false);
    std::string report = read_file(*request_.json);
    std::filesystem::remove(*request_.json);
    return report;
  }

  RunRequest request_;
  TwoLayers source_;
};

TEST_F(RunResume, GoesOnWhereTheRunWasInterruptedWithTheSameReport) {
  const std::string whole = whole_report();
  EXPECT_THAT(listing(), IsEmpty());
  for (const std::size_t at : {1U, 2U, 3U, 5U}) {
    EXPECT_THAT(interruption_at(at), AllOf(HasSubstr(std::to_string(at) + " of 6 operations"),
                                           HasSubstr("--resume"), HasSubstr(journal().string())));
    EXPECT_THAT(listing(), ElementsAre("report.json.journal"));
    EXPECT_EQ(operations_of_a_run(true).size(), 6 - at);
    EXPECT_THAT(listing(), ElementsAre("report.json"));
    EXPECT_EQ(read_file(*request_.json), whole);
    std::filesystem::remove(*request_.json);
    request_.resume = false;
  }
}

TEST_F(RunResume, ReadsNoLayerThatIsDone) {
  interruption_at(4);
  source_.reads.clear();
  EXPECT_THAT(operations_of_a_run(true), ElementsAre("f1 backward_data", "f1 backward_weights"));
  EXPECT_THAT(source_.reads, ElementsAre("f1"));
}

TEST_F(RunResume, MayBeInterruptedAgain) {
  const std::string whole = whole_report();
  interruption_at(2);
  request_.resume = true;
  interruption_at(1);
  EXPECT_EQ(operations_of_a_run(true).size(), 3U);
  EXPECT_EQ(read_file(*request_.json), whole);
}

TEST_F(RunResume, StartsFromTheBeginningWithoutAJournal) {
  EXPECT_EQ(operations_of_a_run(true).size(), 6U);
  EXPECT_THAT(listing(), ElementsAre("report.json"));
}

TEST_F(RunResume, NothingStaysOfARunWithoutAFinishedOperation) {
  EXPECT_THAT(interruption_at(0, SIGTERM),
              AllOf(HasSubstr("0 of 6"), HasSubstr("nothing was written")));
  EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(RunResume, DropsALastLineThatWasCutShort) {
  const std::string whole = whole_report();
  interruption_at(3);
  const std::string bytes = read_file(journal());
  for (const std::string& torn :
       {bytes + "{\"clock\":", bytes + std::string(20, '\0') + "\n",
        bytes.substr(0, bytes.size() - 1), bytes.substr(0, bytes.size() - 40)}) {
    write_file("report.json.journal", torn);
    EXPECT_EQ(operations_of_a_run(true).size(), torn.size() > bytes.size() ? 3U : 4U);
    EXPECT_EQ(read_file(*request_.json), whole);
  }
}

TEST_F(RunResume, RefusesAJournalThatIsDamagedBeforeItsEnd) {
  interruption_at(3);
  std::string bytes = read_file(journal());
  bytes[bytes.find('\n') + 5] = '\0';
  write_file("report.json.journal", bytes);
  EXPECT_THAT(refusal(), HasSubstr("line 2"));
  EXPECT_EQ(read_file(journal()), bytes);
}

TEST_F(RunResume, RefusesTheJournalOfAnotherRunNamingWhatDiffers) {
  interruption_at(2);
  const std::string bytes = read_file(journal());
  const RunRequest good = request_;
  request_.config.set("tile.rows", "2");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("config/tile.rows is 4 there and 2 here")));
  request_ = good;
  request_.verify = {VerifyRequest::Kind::none, 0};
  EXPECT_THAT(refusal(), HasSubstr("verify is \"automatic\" there and \"none\" here"));
  request_ = good;
  request_.operations = {Operation::forward};
  EXPECT_THAT(refusal(), HasSubstr("operations"));
  request_ = good;
  request_.layers = {"f1"};
  EXPECT_THAT(refusal(), HasSubstr("layers"));
  request_ = good;
  request_.level = "pin";
  EXPECT_THAT(refusal(), HasSubstr("level is \"fast\" there and \"pin\" here"));
  request_ = good;
  source_.made_up_as = "zeros, seed 3";
  EXPECT_THAT(refusal(), HasSubstr("synthetic is nothing there and \"zeros, seed 3\" here"));
  source_.made_up_as.clear();
  EXPECT_EQ(read_file(journal()), bytes);
  EXPECT_EQ(operations_of_a_run(true).size(), 4U);
}

TEST_F(RunResume, DoesNotOverwriteFinishedOperationsUnasked) {
  interruption_at(2);
  EXPECT_THAT(refusal(false), AllOf(HasSubstr("2 finished operations"), HasSubstr("--resume"),
                                    HasSubstr("remove")));
  EXPECT_THAT(listing(), ElementsAre("report.json.journal"));
}

TEST_F(RunResume, LeavesAFileThatIsNoJournal) {
  for (const char* content :
       {"my diary", "my\ndiary\n", "{\"format\": \"other\"}\n", "{}\n", "7\n"}) {
    write_file("report.json.journal", content);
    for (const bool resume : {false, true}) {
      EXPECT_THAT(refusal(resume), HasSubstr("no journal")) << content;
      EXPECT_EQ(read_file(journal()), content);
    }
  }
}

TEST_F(RunResume, RefusesWhatCannotBeResumed) {
  request_.outputs = folder_ / "out";
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--resume"), HasSubstr("--outputs")));
  request_.outputs.reset();
  request_.waves = WaveRequest{};
  EXPECT_THAT(refusal(), AllOf(HasSubstr("--resume"), HasSubstr("--vcd")));
  request_.waves.reset();
  for (const std::optional<std::filesystem::path>& json :
       {std::optional<std::filesystem::path>(), std::optional<std::filesystem::path>("-")}) {
    request_.json = json;
    EXPECT_THAT(refusal(), HasSubstr("--resume needs --json FILE"));
  }
  EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(RunResume, KeepsTheJournalOfARunThatFailed) {
  MadeUpRunner runner;
  runner.fail_at = 2;
  EXPECT_THROW(run_layers(request_, source_, runner), std::runtime_error);
  EXPECT_THAT(listing(), ElementsAre("report.json.journal"));
  EXPECT_EQ(operations_of_a_run(true).size(), 4U);
}

/// A value that is refused in a late layer does not cost what was found before.
TEST_F(RunResume, KeepsTheJournalOfARunWhoseInputIsRefusedLater) {
  MadeUpRunner runner;
  runner.refuse_at = 2;
  EXPECT_THROW(run_layers(request_, source_, runner), RequestError);
  EXPECT_THAT(listing(), ElementsAre("report.json.journal"));
  EXPECT_EQ(operations_of_a_run(true).size(), 4U);
}

/// The configuration that suits is another, and its run must not meet what this one left.
TEST_F(RunResume, LeavesNothingOfARunWhoseConfigurationIsRefusedLater) {
  MadeUpRunner runner;
  runner.misfit_at = 2;
  EXPECT_THROW(run_layers(request_, source_, runner), ConfigError);
  EXPECT_EQ(runner.ran.size(), 2U);
  EXPECT_THAT(listing(), IsEmpty());
  request_.config.set_assignment("tiles=8");
  EXPECT_EQ(operations_of_a_run(false).size(), 6U);
}

TEST_F(RunResume, RunsWithFaultsHaveNoJournal) {
  request_.config.set_assignment("memory=modelled");
  request_.faults.push_back(fault_request("flip:f1:backward_weights:gradients:0"));
  MadeUpRunner runner;
  runner.fail_at = 5;
  EXPECT_THROW(run_layers(request_, source_, runner), std::runtime_error);
  EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(RunResume, LeavesNothingOfARunWhoseFirstInputIsRefused) {
  MadeUpRunner runner;
  runner.refuse_at = 0;
  EXPECT_THROW(run_layers(request_, source_, runner), RequestError);
  EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(RunResume, RunsWithOutputsHaveNoJournal) {
  request_.outputs = folder_ / "out";
  EXPECT_THAT(interruption_at(2), HasSubstr("nothing was written"));
  EXPECT_THAT(listing(), IsEmpty());
}

TEST(InterruptWatch, GivesSignalsBackToWhoeverHadThem) {
  {
    const InterruptWatch watch;
    EXPECT_NO_THROW(check_interrupted());
  }
  EXPECT_EXIT(std::raise(SIGTERM), testing::KilledBySignal(SIGTERM), "");
}

TEST(InterruptWatch, TheSecondSignalKills) {
  const auto twice = [] {
    const InterruptWatch watch;
    std::raise(SIGINT);
    std::raise(SIGTERM);
  };
  EXPECT_EXIT(twice(), testing::KilledBySignal(SIGTERM), "");
}

TEST(InterruptWatch, IgnoredSignalsStayIgnored) {
  std::signal(SIGINT, SIG_IGN);
  {
    const InterruptWatch watch;
    std::raise(SIGINT);
    EXPECT_NO_THROW(check_interrupted());
  }
  std::raise(SIGINT);
  std::signal(SIGINT, SIG_DFL);
}

}  // namespace
}  // namespace tensordash
