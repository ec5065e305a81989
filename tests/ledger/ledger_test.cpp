// The pin-level machine against the committed table of cases counted by hand.

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "hw/array/operation_counter.h"
#include "models/dataflow/stream_reader.h"
#include "platform/pin/layer_pass_source.h"
#include "platform/pin/operation_ledger.h"
#include "platform/pin/pin_machine.h"
#include "tests/ledger/ledger.h"
#include "tests/support/systemc_test.h"

namespace tensordash::ledger {
namespace {

const std::vector<Case>& ledger() {
  static const std::vector<Case> cases = read_ledger(TENSORDASH_LEDGER);
  return cases;
}

Connectivity table_of(const Case& entry) {
  if (entry.table == "four") {
    return {"four", entry.lanes, entry.depth, {{0, 0}, {1, 0}, {1, -1}, {1, 1}}};
  }
  return Connectivity::named(entry.table, entry.lanes, entry.depth);
}

/// Pictures as streams of ones and zeros, and the kinds of their values.
class PictureSource : public PassSource {
 public:
  explicit PictureSource(const Case& entry) : entry_(entry) { rewind(); }

  void rewind() {
    next_.clear();
    for (unsigned tile = 0; tile < entry_.machine.tiles; ++tile) next_.push_back(tile);
  }

  bool next(unsigned tile, Pass& pass) override {
    const std::uint64_t id = next_[tile];
    if (id >= entry_.passes.size()) return false;
    next_[tile] += entry_.machine.tiles;
    const PicturedPass& picture = entry_.passes[id];
    pass.id = id;
    pass.stream_rows = picture.b.front()->size();
    pass.b.clear();
    pass.a.clear();
    for (const Picture& stream : picture.b) pass.b.push_back(values_of(stream));
    for (const Picture& stream : side_a(picture)) pass.a.push_back(values_of(stream));
    return true;
  }

  PassKinds kinds(std::uint64_t id) {
    const PicturedPass& picture = entry_.passes[id];
    PassKinds kinds;
    kinds.places = picture.b.front()->size() * entry_.lanes;
    for (const Picture& stream : picture.b) kinds.b.push_back(kinds_of(stream));
    for (const Picture& stream : side_a(picture)) kinds.a.push_back(kinds_of(stream));
    return kinds;
  }

 private:
  /// As drawn, or full columns.
  std::vector<Picture> side_a(const PicturedPass& picture) const {
    if (!picture.a.empty()) return picture.a;
    const Picture full =
        std::vector<std::string>(picture.b.front()->size(), std::string(entry_.lanes, '#'));
    return std::vector<Picture>(entry_.machine.tile.columns, full);
  }

  const ValueKind* kinds_of(const Picture& picture) {
    if (!picture) return nullptr;
    auto kinds = std::make_unique<std::vector<ValueKind>>();
    for (const std::string& row : *picture) {
      for (const char mark : row) {
        kinds->push_back(mark == '#'   ? ValueKind::nonzero
                         : mark == '.' ? ValueKind::zero
                                       : ValueKind::structural);
      }
    }
    kinds_.push_back(std::move(kinds));
    return kinds_.back()->data();
  }

  const float* values_of(const Picture& picture) {
    if (!picture) return nullptr;
    auto values = std::make_unique<std::vector<float>>();
    for (const std::string& row : *picture) {
      EXPECT_EQ(row.size(), entry_.lanes) << entry_.name;
      for (const char mark : row) values->push_back(mark == '#' ? 1.0F : 0.0F);
    }
    streams_.push_back(std::move(values));
    return streams_.back()->data();
  }

  const Case& entry_;
  std::vector<std::uint64_t> next_;
  std::vector<std::unique_ptr<std::vector<float>>> streams_;
  std::vector<std::unique_ptr<std::vector<ValueKind>>> kinds_;
};

/// Idle for a reason that only a schedule has.
std::uint64_t idle(const CycleLedger& ledger) {
  return ledger.waiting + ledger.tail + ledger.priority + ledger.connectivity;
}

/// Pairs with both values in a pass of pictures: what a PE adds up when all values are one.
float expected_total(const PicturedPass& pass, unsigned row, unsigned column) {
  if (!pass.b[row]) return 0;
  if (!pass.a.empty() && !pass.a[column]) return 0;
  float sum = 0;
  for (std::size_t k = 0; k < pass.b[row]->size(); ++k) {
    for (std::size_t lane = 0; lane < (*pass.b[row])[k].size(); ++lane) {
      const bool in_b = (*pass.b[row])[k][lane] == '#';
      const bool in_a = pass.a.empty() || (*pass.a[column])[k][lane] == '#';
      sum += in_b && in_a ? 1.0F : 0.0F;
    }
  }
  return sum;
}

class LedgerTest : public testing::SystemCTest, public ::testing::WithParamInterface<Case> {
 protected:
  void expect_clocks(PassSource& source, bool dense, std::uint64_t steps,
                     const PinMachine::Sink& sink, const OperationLedger::KindsOfPass& kinds) {
    OperationLedger sums(GetParam().machine, GetParam().lanes, kinds);
    const OperationClocks clocks = machine_.run(
        source, dense,
        [&](PassRecord&& record) {
          sums.add_pairs(record);
          sink(std::move(record));
        },
        {}, [&](IdleRecord&& record) { sums.add_idle(record); });
    EXPECT_EQ(clocks.steps, steps) << (dense ? "dense: " : "") << GetParam().because;
    EXPECT_EQ(clocks.cycles, steps + OperationCounter::fill_cycles);
    const CycleLedger ledger = sums.finish(clocks, machine_.tile_steps());
    if (dense) {
      EXPECT_EQ(idle(ledger), 0U);
    }
    if (dense || !GetParam().ledger) return;
    for (const LedgerCategory& category : ledger_categories()) {
      EXPECT_EQ(ledger.*category.count, *GetParam().ledger.*category.count)
          << category.name << ": " << GetParam().because;
    }
  }

  Connectivity table_ = table_of(GetParam());
  PinMachine machine_{GetParam().machine, table_};
};

TEST_P(LedgerTest, TakesTheClocksCountedByHand) {
  const Case& entry = GetParam();
  if (entry.layer) {
    const std::vector<float> ones(1000, 1.0F);
    const OperandTensors tensors{ones.data(), ones.data(), ones.data()};
    const StreamPlan plan(entry.operation,
                          entry.operation == Operation::forward ? SparseOperand::activations
                                                                : SparseOperand::gradients,
                          *entry.layer,
                          {entry.lanes, entry.machine.tile.rows, entry.machine.tile.columns,
                           entry.dilation_zeros_removed});
    LayerPassSource source(plan, tensors, entry.machine.tiles);
    std::uint64_t passes = 0;
    const auto count = [&](PassRecord&&) { ++passes; };
    const PairClassifier classifier(plan, tensors);
    const auto kinds = [&](std::uint64_t pass) { return classifier.pass(pass); };
    expect_clocks(source, false, entry.steps, count, kinds);
    source.rewind();
    expect_clocks(source, true, entry.dense, count, kinds);
    EXPECT_EQ(passes, 2 * plan.pass_count());
  } else {
    PictureSource source(entry);
    std::uint64_t passes = 0;
    const auto check = [&](PassRecord&& record) {
      ++passes;
      const unsigned columns = entry.machine.tile.columns;
      for (unsigned row = 0; row < entry.machine.tile.rows; ++row) {
        for (unsigned column = 0; column < columns; ++column) {
          EXPECT_EQ(record.outputs[row * columns + column],
                    expected_total(entry.passes[record.pass], row, column));
        }
      }
    };
    const auto kinds = [&](std::uint64_t pass) { return source.kinds(pass); };
    expect_clocks(source, false, entry.steps, check, kinds);
    source.rewind();
    expect_clocks(source, true, entry.dense, check, kinds);
    EXPECT_EQ(passes, 2 * entry.passes.size());
  }
  finished();
}

INSTANTIATE_TEST_SUITE_P(Tiny, LedgerTest, ::testing::ValuesIn(ledger()),
                         [](const auto& one) { return one.param.name; });

TEST(Ledger, HasEnoughCasesEachWithItsOwnNameAndReason) {
  std::set<std::string> names;
  for (const Case& entry : ledger()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_GT(entry.because.size(), 20U) << entry.name;
    EXPECT_TRUE(entry.layer || !entry.passes.empty() || entry.steps == 0) << entry.name;
  }
  EXPECT_GE(names.size(), 30U);
}

}  // namespace
}  // namespace tensordash::ledger
