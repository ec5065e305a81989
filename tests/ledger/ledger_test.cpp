// The pin-level machine against the committed table of cases counted by hand.

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "hw/array/operation_counter.h"
#include "models/dataflow/stream_reader.h"
#include "platform/pin/layer_pass_source.h"
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

/// Pictures as streams of ones and zeros.
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
    if (picture.a.empty()) {
      const Picture full =
          std::vector<std::string>(pass.stream_rows, std::string(entry_.lanes, '#'));
      for (unsigned column = 0; column < entry_.machine.tile.columns; ++column) {
        pass.a.push_back(values_of(full));
      }
    } else {
      for (const Picture& stream : picture.a) pass.a.push_back(values_of(stream));
    }
    return true;
  }

 private:
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
};

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
                     const PinMachine::Sink& sink) {
    const OperationClocks clocks = machine_.run(source, dense, sink);
    EXPECT_EQ(clocks.steps, steps) << (dense ? "dense: " : "") << GetParam().because;
    EXPECT_EQ(clocks.cycles, steps + OperationCounter::fill_cycles);
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
    expect_clocks(source, false, entry.steps, count);
    source.rewind();
    expect_clocks(source, true, entry.dense, count);
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
    expect_clocks(source, false, entry.steps, check);
    source.rewind();
    expect_clocks(source, true, entry.dense, check);
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
