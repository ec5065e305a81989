#include "tests/platform/naive_machine.h"

#include <algorithm>

namespace tensordash {
namespace {

using dataflow_testing::NaiveDataflow;

unsigned around(unsigned lane, int offset, unsigned lanes) {
  const int count = static_cast<int>(lanes);
  return static_cast<unsigned>(((static_cast<int>(lane) + offset) % count + count) % count);
}

std::set<std::pair<unsigned, unsigned>> reach(unsigned lane, unsigned lanes,
                                              const std::vector<NaiveTable::Option>& options) {
  std::set<std::pair<unsigned, unsigned>> places;
  for (const auto& [step, offset] : options) places.emplace(step, around(lane, offset, lanes));
  return places;
}

bool overlap(const std::set<std::pair<unsigned, unsigned>>& x,
             const std::set<std::pair<unsigned, unsigned>>& y) {
  return std::any_of(x.begin(), x.end(), [&](const auto& place) { return y.count(place) > 0; });
}

NaiveTable::Levels first_fit(const std::vector<NaiveTable::Option>& options, unsigned lanes) {
  NaiveTable::Levels levels;
  for (unsigned lane = 0; lane < lanes; ++lane) {
    std::size_t level = 0;
    const auto taken = [&] {
      return std::any_of(levels[level].begin(), levels[level].end(), [&](unsigned other) {
        return overlap(reach(lane, lanes, options), reach(other, lanes, options));
      });
    };
    while (level < levels.size() && taken()) ++level;
    if (level == levels.size()) levels.emplace_back();
    levels[level].push_back(lane);
  }
  return levels;
}

/// Candidates of one scheduler, [row][lane].
using Candidates = std::vector<std::vector<bool>>;

/// One scheduler over the streams of one pass.
class Scheduler {
 public:
  Scheduler(Candidates candidates, const NaiveMachine& machine)
      : left_(std::move(candidates)), machine_(machine) {}

  bool done() const { return top_ == left_.size(); }

  /// Lets every lane decide once; returns AS.
  std::size_t step() {
    const std::size_t window = std::min<std::size_t>(machine_.depth, left_.size() - top_);
    for (const unsigned lane : machine_.table.order) take(lane, window);
    std::size_t drained = 0;
    while (drained < window && row_is_empty(top_ + drained)) ++drained;
    return drained;
  }

  void advance(std::size_t rows) { top_ += rows; }
  std::uint64_t taken() const { return taken_; }

 private:
  void take(unsigned lane, std::size_t window) {
    for (const auto& [step, offset] : machine_.table.options) {
      if (step >= window) continue;
      auto candidate = left_[top_ + step].begin() + around(lane, offset, machine_.lanes);
      if (!*candidate) continue;
      *candidate = false;
      ++taken_;
      return;
    }
  }

  bool row_is_empty(std::size_t row) const {
    return std::find(left_[row].begin(), left_[row].end(), true) == left_[row].end();
  }

  Candidates left_;
  const NaiveMachine& machine_;
  std::size_t top_ = 0;
  std::uint64_t taken_ = 0;
};

std::uint64_t run_together(const std::vector<Scheduler*>& schedulers) {
  std::uint64_t steps = 0;
  while (!schedulers.front()->done()) {
    std::size_t least = SIZE_MAX;
    for (Scheduler* scheduler : schedulers) least = std::min(least, scheduler->step());
    for (Scheduler* scheduler : schedulers) scheduler->advance(least);
    ++steps;
  }
  return steps;
}

/// Which places of the streams of a row (and of a column, if given) hold work.
Candidates candidates_of(const NaiveDataflow& dataflow, const NaiveDataflow::Pass& pass,
                         const NaiveMachine& machine, unsigned row,
                         std::optional<unsigned> column) {
  const NaiveDataflow::Part& part = dataflow.parts()[pass.part];
  Candidates candidates(static_cast<std::size_t>(part.K), std::vector<bool>(machine.lanes));
  if (row >= pass.rows || (column && *column >= pass.columns)) return candidates;
  const auto i = static_cast<std::size_t>(pass.first_i) + row;
  for (std::int64_t k = 0; k < part.K; ++k) {
    for (unsigned lane = 0; lane < machine.lanes; ++lane) {
      bool wanted = dataflow.b(part, i, k, lane).number != 0.0F;
      if (column) {
        const auto j = static_cast<std::size_t>(pass.first_j) + *column;
        wanted = wanted && dataflow.a(part, j, k, lane).number != 0.0F;
      }
      candidates[static_cast<std::size_t>(k)][lane] = wanted;
    }
  }
  return candidates;
}

struct PassCounts {
  std::uint64_t steps = 0, issued = 0;
};

PassCounts run_pass(const NaiveDataflow& dataflow, const NaiveDataflow::Pass& pass,
                    const NaiveMachine& machine) {
  std::vector<Scheduler> schedulers;
  for (unsigned row = 0; row < machine.rows; ++row) {
    if (machine.sides == NaiveMachine::Sides::one) {
      schedulers.emplace_back(candidates_of(dataflow, pass, machine, row, std::nullopt), machine);
      continue;
    }
    for (unsigned column = 0; column < machine.columns; ++column) {
      schedulers.emplace_back(candidates_of(dataflow, pass, machine, row, column), machine);
    }
  }
  PassCounts counts;
  std::vector<Scheduler*> all;
  for (Scheduler& scheduler : schedulers) {
    all.push_back(&scheduler);
    if (machine.elastic) counts.steps = std::max(counts.steps, run_together({&scheduler}));
  }
  if (!machine.elastic) counts.steps = run_together(all);
  const unsigned readers = machine.sides == NaiveMachine::Sides::one ? pass.columns : 1;
  for (const Scheduler& scheduler : schedulers) counts.issued += scheduler.taken() * readers;
  return counts;
}

}  // namespace

NaiveTable::NaiveTable(std::vector<Option> the_options, unsigned lanes,
                       const std::optional<Levels>& levels)
    : options(std::move(the_options)) {
  for (const auto& level : levels ? *levels : first_fit(options, lanes)) {
    order.insert(order.end(), level.begin(), level.end());
  }
}

NaiveCounts run_naively(const NaiveDataflow& dataflow, const NaiveMachine& machine) {
  std::vector<std::uint64_t> steps(machine.tiles);
  std::vector<std::uint64_t> dense_steps(machine.tiles);
  NaiveCounts counts;
  for (const NaiveDataflow::Pass& pass : dataflow.passes()) {
    const auto K = static_cast<std::uint64_t>(dataflow.parts()[pass.part].K);
    const std::size_t tile = pass.id % machine.tiles;
    dense_steps[tile] += K;
    PassCounts of_pass{K, K * machine.lanes * pass.rows * pass.columns};
    if (machine.sides != NaiveMachine::Sides::none) of_pass = run_pass(dataflow, pass, machine);
    steps[tile] += of_pass.steps;
    counts.issued += of_pass.issued;
  }
  counts.steps = *std::max_element(steps.begin(), steps.end());
  counts.dense_steps = *std::max_element(dense_steps.begin(), dense_steps.end());
  return counts;
}

}  // namespace tensordash
