// Modelled memory at the fast level, on random layers and machines: nothing but sync=elastic is
// refused, and nothing but clocks is other than with ideal memory.

#include <gtest/gtest.h>

#include <cstring>

#include "platform/run/fast_runner.h"
#include "platform/run/run_request.h"
#include "tests/differential/random_case.h"
#include "tests/differential/random_source.h"

namespace tensordash::differential {
namespace {

constexpr std::uint64_t range = 50;

/// What the operations of a case report, and their outputs bit for bit; or why they do not run.
struct Found {
  std::string refusal;
  std::vector<OperationReport> reports;
  std::vector<std::vector<std::uint32_t>> outputs;
};

Found run(const DifferentialCase& the_case, Config config) {
  Found found;
  try {
    FastRunner runner(config, {VerifyRequest::Kind::all, 0});
    runner.begin(the_case.layer);
    for (const Operation operation : the_case.operations) {
      std::vector<float> outputs;
      found.reports.push_back(runner.run(operation, &outputs, {}));
      found.outputs.emplace_back(outputs.size());
      std::memcpy(found.outputs.back().data(), outputs.data(), outputs.size() * sizeof(float));
    }
  } catch (const std::exception& problem) {
    found.refusal = problem.what();
  }
  return found;
}

/// The machine of the case with a memory: sizes that people have, never too small on purpose.
Config with_memory(const DifferentialCase& the_case) {
  RandomSource random(the_case.seed + 1000000);
  Config config = the_case.config;
  const auto set = [&](const char* key, std::int64_t value) {
    config.set(key, std::to_string(value));
  };
  config.set("memory", "modelled");
  set("tile.rows", random.number(1, 8));
  set("tile.columns", random.number(1, 8));
  set("tiles", random.number(1, 16));
  set("staging.depth", random.number(1, 3));
  set("pe.lanes", random.once_in(3) ? 16 : random.number(4, 32));
  if (random.once_in(3)) set("dram.width", 32);
  if (random.once_in(3)) set("sram.rows_per_clock", random.number(2, 4));
  if (random.once_in(4)) config.set("zero_compression", "off");
  if (random.once_in(4)) set("sram.banks", random.number(1, 8));
  if (random.once_in(4)) set("transposers", random.number(1, 4));
  if (random.once_in(4)) set("dma.rows_per_clock", random.number(1, 16));
  if (random.once_in(6)) set("dram.channels", 1);
  return config;
}

void expect_same_work(const OperationReport& one, const OperationReport& other) {
  EXPECT_EQ(one.sparse, other.sparse);
  EXPECT_EQ(one.run.steps, other.run.steps);
  EXPECT_EQ(one.dense.steps, other.dense.steps);
  EXPECT_GE(one.run.cycles, other.run.cycles);
  EXPECT_GE(one.dense.cycles, other.dense.cycles);
  EXPECT_EQ(one.issued, other.issued);
  EXPECT_EQ(one.pairs.effectual, other.pairs.effectual);
  EXPECT_EQ(one.ledger.effectual, other.ledger.effectual);
  EXPECT_EQ(one.verified(), true);
  ASSERT_TRUE(one.memory.has_value());
  EXPECT_GT(one.memory->traffic.dram_write_bytes, 0U);
}

class MemorySweep : public testing::TestWithParam<std::uint64_t> {};

TEST_P(MemorySweep, RefusesNothingAndChangesClocksAlone) {
  for (std::uint64_t seed = GetParam() * range; seed < (GetParam() + 1) * range; ++seed) {
    DifferentialCase the_case = random_case(seed, false);
    Config modelled = with_memory(the_case);
    the_case.config = modelled;
    SCOPED_TRACE(text_of(the_case));
    if (modelled.text("sync") == "elastic") {
      EXPECT_EQ(run(the_case, modelled).refusal,
                "sync is elastic; allowed with memory=modelled: lockstep");
      modelled.set("sync", "lockstep");
    }
    Config ideal = modelled;
    ideal.set("memory", "ideal");
    const Found expected = run(the_case, ideal);
    const Found found = run(the_case, modelled);
    EXPECT_EQ(found.refusal, expected.refusal);
    if (found.refusal != expected.refusal || !expected.refusal.empty()) continue;
    EXPECT_TRUE(found.outputs == expected.outputs);
    for (std::size_t at = 0; at < found.reports.size(); ++at) {
      expect_same_work(found.reports[at], expected.reports[at]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, MemorySweep, testing::Range<std::uint64_t>(FIRST_RANGE, END_RANGE));

}  // namespace
}  // namespace tensordash::differential
