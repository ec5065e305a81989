#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <random>

#include "tests/models/dataflow/random_layer.h"
#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/convolution.h"
#include "tests/platform/naive_machine.h"
#include "tests/platform/program.h"
#include "tests/platform/trace_files.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using dataflow_testing::NaiveDataflow;
using dataflow_testing::Origin;
using dataflow_testing::pick;
using dataflow_testing::Product;
using nlohmann::json;

std::uint32_t bits(float value) {
  std::uint32_t pattern = 0;
  std::memcpy(&pattern, &value, sizeof pattern);
  return pattern;
}

/// To the nearest bf16, ties to even, one neighbour against the other.
float nearest_bf16(float value) {
  const std::uint32_t below_bits = bits(value) & 0xffff0000U;
  const std::uint32_t above_bits = below_bits + 0x10000U;
  float below = 0;
  float above = 0;
  std::memcpy(&below, &below_bits, sizeof below);
  std::memcpy(&above, &above_bits, sizeof above);
  const double to_below = std::abs(static_cast<double>(value) - below);
  const double to_above = std::abs(static_cast<double>(above) - value);
  if (to_below != to_above) return to_below < to_above ? below : above;
  return (below_bits & 0x10000U) == 0 ? below : above;
}

/// Numbers of many magnitudes, some so small that bf16 makes zeros of them.
float wild_value(std::mt19937& random) {
  const double sign = pick(random, 0, 1) == 0 ? 1 : -1;
  const double fraction = static_cast<double>(random()) / 4294967296.0;
  const std::int64_t kind = pick(random, 0, 9);
  const int exponent = kind == 0   ? static_cast<int>(pick(random, -149, -126))
                       : kind == 1 ? static_cast<int>(pick(random, -60, 60))
                                   : static_cast<int>(pick(random, -4, 4));
  return static_cast<float>(sign * std::ldexp(1 + fraction, exponent));
}

std::vector<float> values(std::int64_t count, bool whole, std::mt19937& random) {
  const std::int64_t zeros_in_ten = pick(random, 0, 9);
  std::vector<float> all;
  for (std::int64_t at = 0; at < count; ++at) {
    if (pick(random, 0, 9) < zeros_in_ten) {
      all.push_back(pick(random, 0, 1) == 0 ? 0.0F : -0.0F);
    } else {
      all.push_back(whole ? static_cast<float>(pick(random, -8, 8)) : wild_value(random));
    }
  }
  return all;
}

/// A trace, a machine and the words for the program to run it, from one seed.
class RandomRun {
 public:
  RandomRun(unsigned seed, const fs::path& folder) : random_(seed) {
    whole_ = pick(random_, 0, 1) == 0;
    for (std::int64_t left = pick(random_, 1, 2); left > 0; --left) add_layer();
    write_trace(folder / "trace", layers_);
    arguments_ = {"run", (folder / "trace").string(), "--quiet", "--json", "-"};
    make_machine(folder);
    if (bf16_) round_layers();
  }

  const std::vector<std::string>& arguments() const { return arguments_; }
  const std::vector<NamedLayer>& layers() const { return layers_; }
  const NaiveMachine& machine() const { return machine_; }
  bool removed() const { return removed_; }
  /// Small whole numbers: every arithmetic gives the same, exact outputs.
  bool whole() const { return whole_; }

 private:
  void add_layer() {
    NamedLayer layer;
    layer.name = "layer" + std::to_string(layers_.size());
    layer.tensors.shape = dataflow_testing::random_shape(random_);
    const LayerShape& shape = layer.tensors.shape;
    layer.tensors.activations = values(shape.activation_count(), whole_, random_);
    layer.tensors.weights = values(shape.weight_count(), whole_, random_);
    layer.tensors.output_gradients = values(shape.output_count(), whole_, random_);
    layers_.push_back(std::move(layer));
  }

  void round_layers() {
    for (NamedLayer& layer : layers_) {
      for (auto* tensor :
           {&layer.tensors.activations, &layer.tensors.weights, &layer.tensors.output_gradients}) {
        std::transform(tensor->begin(), tensor->end(), tensor->begin(), nearest_bf16);
      }
    }
  }

  void set(const std::string& key, const std::string& value) {
    arguments_.insert(arguments_.end(), {"--set", key + "=" + value});
  }
  unsigned set_number(const std::string& key, std::int64_t low, std::int64_t high) {
    const std::int64_t value = pick(random_, low, high);
    set(key, std::to_string(value));
    return static_cast<unsigned>(value);
  }
  std::size_t set_word(const std::string& key, const std::vector<std::string>& words) {
    const auto choice =
        static_cast<std::size_t>(pick(random_, 0, static_cast<std::int64_t>(words.size()) - 1));
    set(key, words[choice]);
    return choice;
  }

  void make_machine(const fs::path& folder) {
    machine_.rows = set_number("tile.rows", 1, 6);
    machine_.columns = set_number("tile.columns", 1, 5);
    machine_.tiles = set_number("tiles", 1, 7);
    machine_.depth = set_number("staging.depth", 1, 4);
    machine_.elastic = set_word("sync", {"lockstep", "elastic"}) == 1;
    machine_.sides =
        static_cast<NaiveMachine::Sides>(set_word("sparsity", {"none", "one_sided", "two_sided"}));
    removed_ = set_word("dilation_zeros", {"kept", "removed"}) == 1;
    bf16_ = set_word("dtype", {"fp32", "bf16"}) == 1;
    set_word("accumulate", {"fp32", "exact"});
    set("memory", "ideal");  // the naive machine has no other
    machine_.lanes = static_cast<unsigned>(pick(random_, 0, 2) == 0 ? 16 : pick(random_, 1, 32));
    make_table(folder);
  }

  void make_table(const fs::path& folder) {
    const std::int64_t kind = pick(random_, 0, 3);
    if (kind >= 2) return write_table(folder);
    set("pe.lanes", std::to_string(machine_.lanes));
    set("connectivity", kind == 0 ? "paper" : "dnnsim");
    if (kind == 0) {
      machine_.table = NaiveTable(
          {{0, 0}, {1, 0}, {2, 0}, {1, -1}, {1, 1}, {2, -2}, {2, 2}, {1, -3}}, machine_.lanes);
    } else {
      machine_.table = NaiveTable(
          {{0, 0}, {1, -1}, {1, 0}, {1, 1}, {1, 3}, {2, -2}, {2, 0}, {2, 2}}, machine_.lanes);
    }
  }

  /// A table of one's own in a file beside a configuration file that names it; pe.lanes is left to
  /// the table.
  void write_table(const fs::path& folder) {
    std::vector<NaiveTable::Option> options{{0, 0}};
    const std::int64_t deepest = std::max<std::int64_t>(machine_.depth, 3) - 1;
    for (std::int64_t more = pick(random_, 0, 8); more > 0; --more) {
      options.emplace_back(static_cast<unsigned>(pick(random_, 0, deepest)),
                           static_cast<int>(pick(random_, -5, 5)));
    }
    std::string yaml = "lanes: " + std::to_string(machine_.lanes) + "\noptions: [";
    for (const auto& [step, offset] : options) {
      yaml += "[" + std::to_string(step) + ", " + std::to_string(offset) + "], ";
    }
    yaml += "]\n";
    std::optional<NaiveTable::Levels> levels;
    if (pick(random_, 0, 1) == 0) {
      levels = lanes_in_any_order();
      yaml += "levels: [";
      for (const auto& level : *levels) yaml += "[" + std::to_string(level.front()) + "], ";
      yaml += "]\n";
    }
    machine_.table = NaiveTable(options, machine_.lanes, levels);
    std::ofstream(folder / "table.yaml") << yaml;
    std::ofstream(folder / "machine.yaml") << "connectivity: table.yaml\n";
    arguments_.insert(arguments_.end(), {"--config", (folder / "machine.yaml").string()});
  }

  /// One lane a level.
  NaiveTable::Levels lanes_in_any_order() {
    NaiveTable::Levels levels;
    for (unsigned lane = 0; lane < machine_.lanes; ++lane) levels.push_back({lane});
    for (std::size_t at = levels.size() - 1; at > 0; --at) {
      std::swap(levels[at],
                levels[static_cast<std::size_t>(pick(random_, 0, static_cast<std::int64_t>(at)))]);
    }
    return levels;
  }

  std::mt19937 random_;
  std::vector<NamedLayer> layers_;
  std::vector<std::string> arguments_;
  NaiveMachine machine_{1, 1, 1, 1, 1, NaiveTable({{0, 0}}, 1)};
  bool whole_ = false, removed_ = false, bf16_ = false;
};

std::int64_t zeros_in(const std::vector<float>& tensor) {
  return std::count(tensor.begin(), tensor.end(), 0.0F);
}

SparseOperand naive_sparse_operand(Operation operation,
                                   const dataflow_testing::LayerTensors& layer) {
  if (operation == Operation::forward) return SparseOperand::activations;
  if (operation == Operation::backward_data) return SparseOperand::gradients;
  const auto activations = static_cast<std::int64_t>(layer.activations.size());
  const auto gradients = static_cast<std::int64_t>(layer.output_gradients.size());
  const bool more =
      zeros_in(layer.activations) * gradients > zeros_in(layer.output_gradients) * activations;
  return more ? SparseOperand::activations : SparseOperand::gradients;
}

std::uint64_t count_effectual(Operation operation, const dataflow_testing::LayerTensors& layer) {
  std::uint64_t effectual = 0;
  dataflow_testing::for_each_product(layer.shape, [&](const Product& at) {
    const bool a = layer.activation(at.n, at.channel, at.h, at.w) != 0.0F;
    const bool w = layer.weight(at.m, at.c, at.r, at.s) != 0.0F;
    const bool go = layer.gradient(at.n, at.m, at.p, at.q) != 0.0F;
    const bool both = operation == Operation::forward         ? a && w
                      : operation == Operation::backward_data ? go && w
                                                              : go && a;
    if (both) ++effectual;
  });
  return effectual;
}

std::map<Origin, std::uint64_t> count_zeros(const NaiveDataflow& dataflow, std::int64_t lanes) {
  std::map<Origin, std::uint64_t> zeros;
  for (const NaiveDataflow::Part& part : dataflow.parts()) {
    for (std::size_t i = 0; i < part.i.size(); ++i) {
      for (std::int64_t at = 0; at < part.K * lanes; ++at) {
        const auto value = dataflow.b(part, i, at / lanes, at % lanes);
        if (value.number == 0.0F) ++zeros[value.origin];
      }
    }
  }
  return zeros;
}

/// Category by category, and in all every lane in every cycle.
void expect_ledger(const json& report, const CycleLedger& expected, const NaiveMachine& machine) {
  const json& ledger = report.at("ledger");
  const std::uint64_t lanes =
      std::uint64_t{machine.tiles} * machine.rows * machine.columns * machine.lanes;
  const auto fill = report.at("fill_cycles").get<std::uint64_t>() * lanes;
  for (const LedgerCategory& category : ledger_categories()) {
    const bool is_fill = category.count == &CycleLedger::fill;
    EXPECT_EQ(ledger.at(std::string(category.name)), is_fill ? fill : expected.*category.count)
        << category.name;
  }
  EXPECT_EQ(expected.total() + fill, report.at("cycles").get<std::uint64_t>() * lanes);
  EXPECT_EQ(ledger.at("total"), expected.total() + fill);
}

void expect_operation(const json& report, Operation operation,
                      const dataflow_testing::LayerTensors& layer, const RandomRun& run) {
  const NaiveMachine& machine = run.machine();
  const SparseOperand sparse = naive_sparse_operand(operation, layer);
  const NaiveDataflow dataflow(operation, sparse, layer,
                               {machine.lanes, machine.rows, machine.columns, run.removed()});
  const NaiveCounts expected = run_naively(dataflow, machine);
  EXPECT_EQ(report.at("sparse_operand"), name_of(sparse));
  EXPECT_EQ(report.at("steps"), expected.steps);
  EXPECT_EQ(report.at("dense_steps"), expected.dense_steps);
  EXPECT_EQ(report.at("macs").at("issued"), expected.issued);
  expect_ledger(report, expected.ledger, machine);
  EXPECT_EQ(report.at("macs").at("effectual"), count_effectual(operation, layer));
  EXPECT_EQ(report.at("cycles").get<std::uint64_t>(),
            expected.steps + report.at("fill_cycles").get<std::uint64_t>());
  std::map<Origin, std::uint64_t> zeros = count_zeros(dataflow, machine.lanes);
  EXPECT_EQ(report.at("zeros").at("data"), zeros[Origin::tensor]);
  EXPECT_EQ(report.at("zeros").at("spatial_padding"), zeros[Origin::spatial_padding]);
  EXPECT_EQ(report.at("zeros").at("dilation"), zeros[Origin::dilation]);
  EXPECT_EQ(report.at("zeros").at("lane_padding"), zeros[Origin::lane_padding]);
  EXPECT_EQ(report.at("verified"), true);
  EXPECT_EQ(report.at("verify").at("checked"), report.at("verify").at("outputs"));
}

void expect_exact_values(const fs::path& file, Operation operation,
                         const dataflow_testing::LayerTensors& layer) {
  const std::vector<Sum> expected = convolve(operation, layer);
  const std::vector<float> found = load_float32(file).values;
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t at = 0; at < found.size(); ++at) {
    // A sum of zero is +0.
    const float sum = expected[at].value == 0 ? 0.0F : static_cast<float>(expected[at].value);
    ASSERT_EQ(bits(found[at]), bits(sum)) << file << " at " << at;
  }
}

void expect_run(const json& report, const RandomRun& random, const fs::path& outputs) {
  ASSERT_EQ(report.at("layers").size(), random.layers().size());
  for (std::size_t at = 0; at < random.layers().size(); ++at) {
    const NamedLayer& layer = random.layers()[at];
    for (const Operation operation : all_operations) {
      const std::string name(name_of(operation));
      SCOPED_TRACE(layer.name + " " + name);
      expect_operation(report.at("layers")[at].at("operations").at(name), operation, layer.tensors,
                       random);
      if (!random.whole()) continue;
      expect_exact_values(outputs / layer.name / (std::string(output_name_of(operation)) + ".npy"),
                          operation, layer.tensors);
    }
  }
}

class RunRandom : public TemporaryFolderTest, public testing::WithParamInterface<unsigned> {};

TEST_P(RunRandom, CountsAndComputesWhatANaiveMachineDoes) {
  constexpr unsigned cases_a_test = 5;
  for (unsigned seed = GetParam() * cases_a_test; seed < (GetParam() + 1) * cases_a_test; ++seed) {
    const fs::path own = folder_ / std::to_string(seed);
    fs::create_directories(own);
    const RandomRun random(seed, own);
    std::string words;
    for (const std::string& word : random.arguments()) words += " " + word;
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": tensordash" << words);
    std::cout << "seed " << seed << ": tensordash" << words << '\n';
    for (const std::string level : {"pin", "fast"}) {
      SCOPED_TRACE(level);
      std::vector<std::string> arguments = random.arguments();
      arguments.insert(arguments.end(), {"--level", level, "--outputs", (own / level).string()});
      const ProgramRun run = run_program(arguments);
      ASSERT_EQ(run.exit_code, 0) << run.err;
      expect_run(run.json(), random, own / level);
    }
    // Bit for bit, where sums round too.
    for (const std::string& name : everything_in(own / "pin")) {
      if (fs::is_directory(own / "pin" / name)) continue;
      EXPECT_TRUE(file_bytes(own / "pin" / name) == file_bytes(own / "fast" / name)) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RunRandom, testing::Range(0U, 14U));

}  // namespace
}  // namespace tensordash
