#include "models/mapping/portion_plan.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "models/mapping/mapping_error.h"
#include "tests/models/mapping/memory_case.h"

namespace tensordash {
namespace {

bool less(const SramRow& one, const SramRow& other) {
  return one.owner != other.owner ? one.owner < other.owner : one.place < other.place;
}

using Rows = std::set<SramRow, decltype(&less)>;

/// Everything that is to hold of a plan, for all passes of all tiles.
class PlanCheck {
 public:
  PlanCheck(const MemoryCase& memory, const PortionPlan& plan) : memory_(memory), plan_(plan) {}

  void run() {
    order();
    for (const Side side : both_sides) {
      contents(side);
      for (unsigned tile = 0; tile < memory_.tiles; ++tile) tile_needs(side, tile);
    }
  }

  const std::set<Residency>& modes() const { return modes_; }

 private:
  void order() {
    std::array<std::uint32_t, 2> next{};
    std::uint64_t pass = 0;
    for (const Portion& portion : plan_.order()) {
      ASSERT_EQ(portion.number, next[static_cast<std::size_t>(portion.side)]++);
      ASSERT_GE(portion.first_pass, pass);
      pass = portion.first_pass;
    }
    EXPECT_EQ(next[0], plan_.count(Side::b));
    EXPECT_EQ(next[1], plan_.count(Side::a));
  }

  /// What tiles keep of a portion comes with it and takes the room that is counted.
  void contents(Side side) {
    const SideOperand& operand = memory_.operand(side);
    for (const Portion& portion : plan_.order()) {
      if (portion.side != side) continue;
      const Segment& segment = memory_.plan.segments()[portion.content.segment];
      const auto& list = plan_.groups(portion.groups);
      const std::set<std::uint32_t> groups(list.begin(), list.end());
      ASSERT_EQ(groups.size(), list.size());
      for (unsigned tile = 0; tile < memory_.tiles; ++tile) {
        const auto rows = plan_.rows_of(side, portion.number, tile);
        ASSERT_EQ(rows.size(), plan_.rows(side, portion.number, tile));
        std::vector<std::uint32_t> banks(memory_.parameters.sram_banks, 0);
        for (const SramRow& row : rows) {
          ++banks[operand.bank(row, memory_.parameters.sram_banks)];
          ASSERT_EQ(groups.count(static_cast<std::uint32_t>(operand.group(segment, row))), 1U);
        }
        for (const std::uint32_t count : banks) {
          ASSERT_LE(count, plan_.charge(side, portion.number, tile));
        }
      }
    }
  }

  /// A tile finds what its passes read among the portions that they name, which go up and fit.
  void tile_needs(Side side, unsigned tile) {
    std::uint32_t before = 0;
    for (std::uint64_t pass = 0; pass < memory_.plan.pass_count(); ++pass) {
      if (memory_.plan.tile_of(pass, memory_.tiles) != tile) continue;
      const PassPlace place = memory_.plan.pass(pass);
      const auto segment = static_cast<std::size_t>(place.segment - memory_.plan.segments().data());
      modes_.insert(plan_.residency(side, segment).mode);
      const StreamGeometry& geometry = memory_.plan.geometry();
      const std::int64_t row_group = place.first_i / geometry.rows;
      const std::int64_t column_group = place.first_j / geometry.columns;
      const PortionNeed need = plan_.need(side, segment, row_group, column_group);
      ASSERT_GE(need.first, before);
      ASSERT_GE(need.last, need.first);
      ASSERT_LT(need.last, plan_.count(side));
      before = need.first;
      room(side, tile, need);
      comes_in_time(side, pass, need);
      reads(side, tile, *place.segment, side == Side::b ? row_group : column_group, need);
      if (testing::Test::HasFatalFailure()) return;
    }
  }

  /// No pass waits for what is loaded behind portions that only later passes let go.
  void comes_in_time(Side side, std::uint64_t pass, const PortionNeed& need) {
    for (const Portion& portion : plan_.order()) {
      if (portion.side != side || portion.number < need.first || portion.number > need.last) {
        continue;
      }
      ASSERT_LE(portion.first_pass, pass) << "portion " << portion.number;
    }
  }

  void room(Side side, unsigned tile, const PortionNeed& need) {
    std::uint64_t held = 0;
    std::uint64_t most = 0;
    for (std::uint32_t portion = need.first; portion <= need.last; ++portion) {
      held += plan_.charge(side, portion, tile);
      most = std::max<std::uint64_t>(most, plan_.charge(side, portion, tile));
    }
    // Chunks are dropped one after the other.
    ASSERT_LE(need.chunk_rows == 0 ? held : most, memory_.parameters.bank_rows());
  }

  void reads(Side side, unsigned tile, const Segment& segment, std::int64_t group,
             const PortionNeed& need) {
    const SideOperand& operand = memory_.operand(side);
    const std::int64_t per = operand.streams_per_pass();
    const std::int64_t end = std::min(operand.streams(segment), (group + 1) * per);
    for (std::int64_t stream = group * per; stream < end; ++stream) {
      for (std::int64_t k = 0; k < segment.K; ++k) {
        std::vector<SramRow> rows;
        operand.rows_of(segment, stream, k, rows);
        const auto chunk = static_cast<std::uint32_t>(
            need.chunk_rows == 0 ? 0 : k / static_cast<std::int64_t>(need.chunk_rows));
        for (const SramRow& row : rows) {
          const bool there = need.chunk_rows != 0
                                 ? kept(side, need.first + chunk, tile).count(row) != 0
                                 : kept_somewhere(side, tile, need, row);
          ASSERT_TRUE(there) << "stream " << stream << ", k " << k << ", tile " << tile;
        }
      }
    }
  }

  bool kept_somewhere(Side side, unsigned tile, const PortionNeed& need, const SramRow& row) {
    for (std::uint32_t portion = need.first; portion <= need.last; ++portion) {
      if (kept(side, portion, tile).count(row) != 0) return true;
    }
    return false;
  }

  const Rows& kept(Side side, std::uint32_t portion, unsigned tile) {
    const auto key = std::make_tuple(side, portion, tile);
    const auto known = kept_.find(key);
    if (known != kept_.end()) return known->second;
    const auto rows = plan_.rows_of(side, portion, tile);
    return kept_.emplace(key, Rows(rows.begin(), rows.end(), &less)).first->second;
  }

  const MemoryCase& memory_;
  const PortionPlan& plan_;
  std::set<Residency> modes_;
  std::map<std::tuple<Side, std::uint32_t, unsigned>, Rows> kept_;
};

class PortionPlans : public testing::TestWithParam<bool> {};

TEST_P(PortionPlans, TilesFindWhatTheyReadWithinTheirRoom) {
  std::set<Residency> modes;
  unsigned refused = 0;
  for (unsigned seed = 0; seed < (GetParam() ? 300U : 600U); ++seed) {
    const MemoryCase memory(seed, GetParam());
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << memory.the_case << ", "
                                    << memory.tiles << " tiles, " << memory.parameters.sram_banks
                                    << " banks of " << memory.parameters.bank_rows() << " rows");
    try {
      const PortionPlan plan = memory.portions();
      PlanCheck check(memory, plan);
      check.run();
      modes.insert(check.modes().begin(), check.modes().end());
    } catch (const MappingError& problem) {
      ++refused;
      EXPECT_NE(std::string(problem.what()).find("allowed here: "), std::string::npos);
    }
    if (HasFailure()) return;
  }
  EXPECT_EQ(modes.size(), 4U);
  EXPECT_LT(refused, 60U);
}

INSTANTIATE_TEST_SUITE_P(Reductions, PortionPlans, testing::Bool(), [](const auto& the_info) {
  return std::string(the_info.param ? "Blocked" : "Whole");
});

}  // namespace
}  // namespace tensordash
