#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tests/models/trace/temporary_folder.h"
#include "tests/platform/program.h"
#include "tests/platform/small_trace.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path epoch = fs::path(TENSORDASH_TRACES) / "shapes-cnn/epoch0";

json report_of(const fs::path& trace, const std::vector<std::string>& settings,
               const std::string& level = "fast") {
  const ProgramRun run = run_program(report_arguments(trace, settings, level));
  EXPECT_EQ(run.exit_code, 0) << run.err;
  return run.json();
}

/// Calls `use` with each operation of two reports of the same layers.
template <typename Use>
void for_each_pair(const json& one, const json& other, const Use& use) {
  ASSERT_EQ(one.at("layers").size(), other.at("layers").size());
  for (std::size_t layer = 0; layer < one.at("layers").size(); ++layer) {
    for (const auto& [name, operation] : one.at("layers")[layer].at("operations").items()) {
      SCOPED_TRACE(one.at("layers")[layer].at("name").get<std::string>() + " " + name);
      use(operation, other.at("layers")[layer].at("operations").at(name));
    }
  }
}

std::uint64_t stalls_of(const json& ledger) {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : ledger.items()) {
    if (name.rfind("stall_", 0) == 0) sum += count.get<std::uint64_t>();
  }
  return sum;
}

void expect_same_work(const json& modelled, const json& ideal) {
  for (const char* key : {"steps", "dense_steps", "macs", "zeros", "fill_cycles"}) {
    EXPECT_EQ(modelled.at(key), ideal.at(key)) << key;
  }
  for (const char* key : {"effectual", "zero_a", "structural", "waiting", "tail", "priority",
                          "connectivity", "missing_row", "missing_column", "fill"}) {
    EXPECT_EQ(modelled.at("ledger").at(key), ideal.at("ledger").at(key)) << key;
  }
  EXPECT_EQ(modelled.at("verified"), true);
}

void expect_memory(const json& operation) {
  const json& memory = operation.at("memory");
  const auto number = [](const json& value) { return value.get<std::uint64_t>(); };
  EXPECT_EQ(number(memory.at("stalls")), number(operation.at("cycles")) -
                                             number(operation.at("steps")) -
                                             number(operation.at("fill_cycles")));
  EXPECT_GT(number(memory.at("stalls")), 0U);
  EXPECT_EQ(stalls_of(operation.at("ledger")) > 0, true);
  EXPECT_EQ(number(operation.at("ledger").at("total")),
            number(operation.at("cycles")) * 16 * 4 * 4 * 16);
  const json& traffic = memory.at("traffic");
  EXPECT_EQ(number(traffic.at("dram_bursts")) * 32,
            number(traffic.at("dram_read_bytes")) + number(traffic.at("dram_write_bytes")));
  for (const char* side : {"b", "a"}) {
    const json& mapping = memory.at("mapping").at(side);
    EXPECT_LE(number(mapping.at("stored_bytes")), number(mapping.at("raw_bytes")));
  }
}

TEST(RunMemory, ChangesCyclesAndNothingElse) {
  for (const std::string sparsity : {"one_sided", "two_sided", "none"}) {
    SCOPED_TRACE(sparsity);
    const json ideal = report_of(epoch, {"sparsity=" + sparsity, "memory=ideal"});
    const json modelled = report_of(epoch, {"sparsity=" + sparsity});
    for_each_pair(modelled, ideal, [](const json& one, const json& other) {
      expect_same_work(one, other);
      expect_memory(one);
      EXPECT_EQ(other.at("memory"), nullptr);
      EXPECT_GE(one.at("cycles"), other.at("cycles"));
    });
  }
}

TEST(RunMemory, IsModelledUnlessTheUserSaysOtherwise) {
  const json once = report_of(epoch, {});
  EXPECT_EQ(once.at("config").at("memory"), "modelled");
  EXPECT_EQ(once, report_of(epoch, {"memory=modelled"}));
}

TEST(RunMemory, TotalsHaveBothSpeedups) {
  const json ideal = report_of(epoch, {"memory=ideal"}).at("totals");
  const json modelled = report_of(epoch, {}).at("totals");
  ASSERT_EQ(modelled.size(), 4U);
  for (const auto& [name, totals] : modelled.items()) {
    SCOPED_TRACE(name);
    const json& memory = totals.at("memory");
    EXPECT_EQ(ideal.at(name).at("memory"), nullptr);
    EXPECT_EQ(memory.at("ideal_speedup"), ideal.at(name).at("speedup"));
    EXPECT_NE(memory.at("ideal_speedup"), totals.at("speedup"));
    for (const std::string part : {"", "dense_"}) {
      EXPECT_EQ(memory.at(part + "stalls").get<std::uint64_t>(),
                totals.at(part + "cycles").get<std::uint64_t>() -
                    ideal.at(name).at(part + "cycles").get<std::uint64_t>());
    }
  }
}

std::vector<std::string> table_arguments(const std::vector<std::string>& settings) {
  std::vector<std::string> arguments{"run", epoch.string(), "--layer", "c4", "--op", "forward"};
  for (const std::string& setting : settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  return arguments;
}

TEST(RunMemory, TablesNameTheSpeedupOfEitherMemory) {
  const ProgramRun modelled = run_program(table_arguments({}));
  ASSERT_EQ(modelled.exit_code, 0) << modelled.err;
  std::vector<std::string> arguments = table_arguments({});
  arguments.insert(arguments.end(), {"--quiet", "--json", "-"});
  const json all = run_program(arguments).json().at("totals").at("all");
  const double real = all.at("speedup").get<double>();
  const double ideal = all.at("memory").at("ideal_speedup").get<double>();
  ASSERT_GT(std::abs(ideal - real), 0.01);
  EXPECT_THAT(modelled.out, testing::HasSubstr("fast level, modelled memory\n"));
  EXPECT_THAT(modelled.out,
              testing::ContainsRegex("dense cycles +ideal speedup +modelled speedup +effectual"));
  EXPECT_THAT(modelled.out, testing::ContainsRegex(fmt::format("total .* {:.2f}x +{:.2f}x .*\n"
                                                               "  +all .* {:.2f}x +{:.2f}x ",
                                                               ideal, real, ideal, real)));
  EXPECT_THAT(modelled.out, testing::HasSubstr("limited by"));
  const ProgramRun alone = run_program(table_arguments({"memory=ideal"}));
  EXPECT_THAT(alone.out, testing::HasSubstr("fast level, ideal memory\n"));
  EXPECT_THAT(alone.out, testing::ContainsRegex("dense cycles +speedup +effectual"));
  EXPECT_THAT(alone.out, testing::Not(testing::HasSubstr("limited by")));
}

TEST(RunMemory, IsIdealWhereRowsAreElasticAndSaysSo) {
  const std::string told = "memory is ideal since sync is elastic; modelled memory needs lockstep";
  const ProgramRun elastic = run_program(table_arguments({"sync=elastic"}));
  ASSERT_EQ(elastic.exit_code, 0) << elastic.err;
  EXPECT_THAT(elastic.out, testing::HasSubstr("fast level, ideal memory\n" + told + "\n\n"));
  const json derived = report_of(epoch, {"sync=elastic"});
  EXPECT_EQ(derived.at("config").at("memory"), "ideal");
  EXPECT_EQ(derived, report_of(epoch, {"sync=elastic", "memory=ideal"}));
  for (const std::vector<std::string>& settings :
       {std::vector<std::string>{}, {"memory=ideal"}, {"sync=elastic", "memory=ideal"}}) {
    EXPECT_THAT(run_program(table_arguments(settings)).out,
                testing::Not(testing::HasSubstr("memory is ideal")));
  }
}

TEST(RunMemory, IsIdealAtPinLevelWhereRowsAreElastic) {
  std::vector<std::string> arguments = table_arguments({"sync=elastic"});
  arguments.insert(arguments.end(), {"--level", "pin", "--quiet", "--json", "-"});
  const json report = run_program(arguments).json();
  EXPECT_EQ(report.at("config").at("memory"), "ideal");
  EXPECT_EQ(report.at("totals").at("all").at("verified"), true);
}

class RunMemoryFile : public TemporaryFolderTest {};

/// What a file says counts as said, whichever key comes first.
TEST_F(RunMemoryFile, RefusesElasticRowsWithTheMemoryThatItAsksFor) {
  for (const char* text : {"memory: modelled\nsync: elastic\n", "sync: elastic\nmemory: modelled\n",
                           "memory: modelled\n"}) {
    const std::string file = write_file("machine.yaml", text).string();
    std::vector<std::string> arguments = table_arguments({"sync=elastic"});
    arguments.insert(arguments.end(), {"--config", file});
    const ProgramRun run = run_program(arguments);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.err, "tensordash: sync is elastic; allowed with memory=modelled: lockstep\n");
  }
}

TEST(RunMemory, GivesTheSameAgain) {
  const json once = report_of(epoch, {});
  EXPECT_EQ(once, report_of(epoch, {}));
}

TEST(RunMemory, OperationsDoNotDependOnWhatRanBefore) {
  const json all = report_of(epoch, {});
  std::vector<std::string> arguments = report_arguments(epoch, {}, "fast");
  arguments.insert(arguments.end(), {"--layer", "c3", "--op", "backward_data"});
  const json alone = run_program(arguments).json();
  const json& layer = all.at("layers").at(2);
  ASSERT_EQ(layer.at("name"), "c3");
  EXPECT_EQ(alone.at("layers").at(0).at("operations").at("backward_data"),
            layer.at("operations").at("backward_data"));
}

TEST(RunMemory, TakesNarrowTypesAndTheEdgeCases) {
  const fs::path corners = fs::path(TENSORDASH_TRACES) / "edge-cases";
  for (const char* setting : {"dtype=bf16", "dilation_zeros=removed", "zero_compression=off",
                              "accumulate=exact", "sram.rows_per_clock=3", "dram.width=32"}) {
    SCOPED_TRACE(setting);
    const json ideal = report_of(corners, {setting, "memory=ideal"});
    const json modelled = report_of(corners, {setting});
    for_each_pair(modelled, ideal, expect_same_work);
  }
}

/// What a read of all groups moves, told by the operations that read each group once.
TEST(RunMemory, StoredBytesAreWhatMoves) {
  struct Case {
    std::uint64_t slot_bytes;
    std::vector<std::string> settings;
  };
  for (const Case& of : {Case{1024, {"dram.width=16"}}, Case{1024, {"dram.width=32"}},
                         Case{64, {"dtype=bf16", "pe.lanes=5"}},
                         Case{128, {"zero_compression=off", "pe.lanes=5"}}}) {
    SCOPED_TRACE(of.settings[0]);
    std::vector<std::string> settings = of.settings;
    settings.emplace_back("memory=modelled");
    const json report = report_of(epoch, settings);
    unsigned compared = 0;
    for_each_pair(report, report, [&](const json& operation, const json&) {
      const json& memory = operation.at("memory");
      const json& traffic = memory.at("traffic");
      std::uint64_t stored = 0;
      std::uint64_t raw = 0;
      for (const char* side : {"b", "a"}) {
        const json& mapping = memory.at("mapping").at(side);
        EXPECT_LE(mapping.at("stored_bytes"), mapping.at("raw_bytes"));
        stored += mapping.at("stored_bytes").get<std::uint64_t>();
        raw += mapping.at("raw_bytes").get<std::uint64_t>();
      }
      if (traffic.at("loaded_groups").get<std::uint64_t>() * of.slot_bytes != raw) return;
      ++compared;
      EXPECT_EQ(stored, traffic.at("dram_read_bytes").get<std::uint64_t>() -
                            traffic.at("dram_directory_bytes").get<std::uint64_t>());
    });
    EXPECT_GT(compared, 0U);
  }
}

TEST(RunMemory, CompressionReadsLess) {
  const json with = report_of(epoch, {});
  const json without = report_of(epoch, {"zero_compression=off"});
  std::uint64_t read_with = 0;
  std::uint64_t read_without = 0;
  for_each_pair(with, without, [&](const json& one, const json& other) {
    read_with += one.at("/memory/traffic/dram_read_bytes"_json_pointer).get<std::uint64_t>();
    read_without += other.at("/memory/traffic/dram_read_bytes"_json_pointer).get<std::uint64_t>();
  });
  EXPECT_LT(read_with, read_without);
}

class RunMemoryRefusals : public TemporaryFolderTest,
                          public testing::WithParamInterface<std::vector<std::string>> {};

/// Settings, and last what the one line must name.
TEST_P(RunMemoryRefusals, AreOneLineWithStatusTwo) {
  std::vector<std::string> settings = GetParam();
  const std::string named = settings.back();
  settings.pop_back();
  const ProgramRun run = run_program(report_arguments(epoch, settings, "fast"));
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, testing::HasSubstr(named));
  EXPECT_THAT(run.err, testing::HasSubstr("allowed"));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1);
  EXPECT_EQ(run.out, "");
}

INSTANTIATE_TEST_SUITE_P(
    Settings, RunMemoryRefusals,
    testing::Values(std::vector<std::string>{"sync=elastic", "memory=modelled", "sync is elastic"},
                    std::vector<std::string>{"dram.width=64", "dram.width is 64"},
                    std::vector<std::string>{"dram.front_clocks=3", "dram.front_clocks is 3"},
                    std::vector<std::string>{"dma.outstanding=65", "dma.outstanding is 65"},
                    std::vector<std::string>{"dram.response_order=in_order", "dram.response_order"},
                    std::vector<std::string>{"mapping.a=wave", "mapping.b=window", "mapping.b"},
                    std::vector<std::string>{"scratchpad.bank_bytes=64", "scratchpad.bank_bytes"},
                    std::vector<std::string>{"sram.bank_kb=1", "sram.banks=1", "CM of a tile"},
                    std::vector<std::string>{"mapping.scratchpad_a=hold", "mapping.scratchpad_a"},
                    std::vector<std::string>{"mapping.scratchpad_a=hold", "which does not fit: it"},
                    std::vector<std::string>{"mapping.scratchpad_b=reuse",
                                             "nothing to reuse: 3 column"},
                    std::vector<std::string>{"mapping.scratchpad_b=reuse", "tiles=1",
                                             "tile.columns=1", "scratchpad.bank_bytes=128",
                                             "takes 9 stream rows of the scratchpad's 6"},
                    std::vector<std::string>{"mapping.a=middle", "mapping.a"},
                    std::vector<std::string>{"transposers=0", "transposers"}));

TEST(RunPowerGating, GatedOperationsCostExactlyTheBaseline) {
  for (const std::string level : {"fast", "pin"}) {
    SCOPED_TRACE(level);
    const json gated = report_of(epoch, {"power_gating=on"}, level);
    const json dense = report_of(epoch, {"sparsity=none"}, level);
    for_each_pair(gated, dense, [](const json& one, const json& other) {
      EXPECT_EQ(one.at("power_gated"), true);
      EXPECT_EQ(other.at("power_gated"), false);
      EXPECT_EQ(one.at("cycles"), one.at("dense_cycles"));
      EXPECT_EQ(one.at("cycles"), other.at("cycles"));
      EXPECT_EQ(one.at("ledger"), other.at("ledger"));
      EXPECT_EQ(one.at("macs"), other.at("macs"));
      EXPECT_EQ(one.at("verified"), true);
    });
  }
}

TEST(RunPowerGating, AutoGatesWhatHasFewZeros) {
  const json automatic = report_of(epoch, {"power_gating=auto", "power_gating_threshold=0.3"});
  const json off = report_of(epoch, {});
  unsigned gated = 0;
  unsigned open = 0;
  for_each_pair(automatic, off, [&](const json& one, const json& other) {
    const bool is_gated = one.at("power_gated").get<bool>();
    ++(is_gated ? gated : open);
    EXPECT_EQ(one.at("cycles"), is_gated ? other.at("dense_cycles") : other.at("cycles"));
    EXPECT_EQ(one.contains("power_gating_reason"), is_gated);
  });
  EXPECT_GT(gated, 0U);
  EXPECT_GT(open, 0U);
}

}  // namespace
}  // namespace tensordash
