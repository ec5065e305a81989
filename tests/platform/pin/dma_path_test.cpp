// The pin-level way between DRAM and the memories of the tiles does what the timelines of the fast
// level say, edge by edge, and moves the right bytes.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/platform/pin/dma_bench.h"

namespace tensordash {
namespace {

void expect_same(const DmaRecord& seen, const DmaRecord& wanted) {
  ASSERT_EQ(seen.issued.size(), wanted.issued.size());
  for (std::size_t at = 0; at < wanted.issued.size(); ++at) {
    const IssuedRequest& one = seen.issued[at];
    const IssuedRequest& other = wanted.issued[at];
    ASSERT_TRUE(one == other) << "request " << at << " at edge " << one.edge << ", wanted "
                              << other.edge << "; address " << one.address << ", " << other.address
                              << "; " << one.bytes << ", " << other.bytes << " bytes";
  }
  ASSERT_EQ(seen.answers, wanted.answers);
  EXPECT_EQ(seen.last_answer, wanted.last_answer);
  for (std::size_t side = 0; side < 2; ++side) {
    ASSERT_EQ(seen.landed[side], wanted.landed[side]) << "side " << side;
    ASSERT_EQ(seen.waits[side].size(), wanted.waits[side].size());
    for (std::size_t portion = 0; portion < wanted.waits[side].size(); ++portion) {
      ASSERT_EQ(seen.waits[side][portion], wanted.waits[side][portion])
          << "side " << side << ", portion " << portion;
    }
  }
  EXPECT_EQ(seen.taken, wanted.taken);
}

// Outputs as they lie in the DRAM: results in their places, +0 where no pass writes.
void expect_outputs(DmaBench& bench) {
  const DmaCase& of = bench.of;
  std::vector<float> wanted(static_cast<std::size_t>(of.plan->output_count()), 0.0F);
  for (std::uint64_t pass = 0; pass < of.passes(); ++pass) {
    const PassPlace at = of.plan->pass(pass);
    const std::vector<float> results = results_of(of, pass);
    for (unsigned row = 0; row < at.rows; ++row) {
      for (unsigned column = 0; column < at.columns; ++column) {
        wanted[static_cast<std::size_t>(
            of.plan->output_index(*at.segment, at.first_i + row, at.first_j + column))] =
            results[row * of.plan->geometry().columns + column];
      }
    }
  }
  const TensorImage& image = of.output_image;
  std::vector<float> group(image.slot_bytes() / 4);
  for (std::int64_t number = 0; number < image.layout.groups(); ++number) {
    bench.debug.read(image.slot_address(number), group.data(), image.slot_bytes());
    const GroupExtent extent = image.layout.extent(number);
    for (unsigned x = 0; x < image.layout.lanes(); ++x) {
      for (unsigned y = 0; y < image.layout.lanes(); ++y) {
        const bool inside = x < extent.width && y < extent.height;
        const float value = inside ? wanted[static_cast<std::size_t>(
                                         extent.first + x * extent.x_stride + y * extent.y_stride)]
                                   : 0.0F;
        ASSERT_EQ(group[x * image.layout.lanes() + y], value) << "group " << number;
      }
    }
  }
}

void expect_bytes(const DmaRecord& seen, const DmaCase& of) {
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  for (const IssuedRequest& request : seen.issued)
    (request.write ? written : read) += request.bytes;
  EXPECT_EQ(read, seen.traffic.dram_read_bytes);
  EXPECT_EQ(written, seen.traffic.dram_write_bytes);
  std::uint64_t groups = 0;
  std::array<std::uint64_t, 2> rows{};
  for (const Portion& portion : of.portions->order()) {
    const auto side = static_cast<std::size_t>(portion.side);
    for (const std::uint32_t group : of.portions->groups(portion.groups)) {
      groups += of.stored[side].bytes(group);
    }
    for (unsigned tile = 0; tile < of.tiles; ++tile) {
      rows[side] += of.portions->rows(portion.side, portion.number, tile);
    }
  }
  EXPECT_EQ(read - seen.traffic.dram_directory_bytes, groups);
  EXPECT_EQ(seen.traffic.sram_writes, rows);
  EXPECT_EQ(written, static_cast<std::uint64_t>(of.output_image.layout.groups()) *
                         of.output_image.slot_bytes());
}

class DmaPath : public testing::SystemCTest, public ::testing::WithParamInterface<unsigned> {};

TEST_P(DmaPath, KeepsToTheTimelines) {
  const DmaCase of(GetParam());
  SCOPED_TRACE(of.description());
  const unsigned patience = GetParam() % 3 == 0 ? 400 : 40;
  const DmaRecord wanted = reference_run(of, patience);
  DmaBench bench(of);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  of.store(bench.debug);
  for (unsigned turn = 0; turn < 2; ++turn) {
    const DramStatistics before = bench.memory.statistics();
    const DmaRecord seen = bench.run(patience);
    expect_same(seen, wanted);
    expect_bytes(seen, of);
    MemoryTraffic traffic = seen.traffic;
    std::uint64_t bursts = 0;
    std::uint64_t hits = 0;
    for (std::size_t at = 0; at < before.channels.size(); ++at) {
      const ChannelStatistics& now = bench.memory.statistics().channels[at];
      bursts += now.bursts_read() + now.bursts_written() - before.channels[at].bursts_read() -
                before.channels[at].bursts_written();
      hits += now.reads[RowOutcome::hit] + now.writes[RowOutcome::hit] -
              before.channels[at].reads[RowOutcome::hit] -
              before.channels[at].writes[RowOutcome::hit];
    }
    traffic.dram_bursts = bursts;
    traffic.dram_row_hits = hits;
    EXPECT_TRUE(traffic == wanted.traffic);
    expect_outputs(bench);
    EXPECT_EQ(bench.load_fault.read(), DmaFault{});
    if (HasFailure()) break;
  }
  finished();
}

// The random cases hold what they are for.
TEST(DmaCases, HoldEveryKind) {
  std::map<std::string, unsigned> counts;
  for (unsigned seed = 1; seed < 15; ++seed) {
    const DmaCase of(seed);
    const DmaRecord record = reference_run(of, seed % 3 == 0 ? 400 : 40);
    ++counts[of.memory.zero_compression ? "compressed" : "raw"];
    ++counts[of.dram.width == 16 ? "x16" : "x32"];
    ++counts[of.memory.value_bytes == 2 ? "bf16" : "fp32"];
    if (of.b->transposed() && of.a->transposed()) ++counts["both sides transposed"];
    if (of.memory.dma_rows_per_clock > of.memory.sram_banks) ++counts["more rows than banks"];
    std::array<bool, stall_causes> causes{};
    for (const auto& side : record.waits) {
      for (const auto& portion : side) {
        for (const StallCause cause : portion) causes[static_cast<std::size_t>(cause)] = true;
      }
    }
    if (causes[static_cast<std::size_t>(StallCause::credit)]) ++counts["credit"];
    if (causes[static_cast<std::size_t>(StallCause::transposer)]) ++counts["transposer"];
  }
  for (const auto& [kind, count] : counts) EXPECT_GE(count, 1U) << kind;
  EXPECT_EQ(counts.size(), 10U);
}

INSTANTIATE_TEST_SUITE_P(Random, DmaPath, ::testing::Range(1U, 15U));
// Among them portions of padding alone, which have no groups.
INSTANTIATE_TEST_SUITE_P(EmptyPortions, DmaPath, ::testing::Values(62U, 907U, 1129U));

}  // namespace
}  // namespace tensordash
