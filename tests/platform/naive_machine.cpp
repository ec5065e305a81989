#include "tests/platform/naive_machine.h"

#include <algorithm>

namespace tensordash {
namespace {

using dataflow_testing::NaiveDataflow;
using dataflow_testing::Origin;

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
  using Place = std::pair<std::size_t, unsigned>;  ///< stream row, lane

  Scheduler(Candidates candidates, const NaiveMachine& machine)
      : left_(std::move(candidates)), machine_(machine), taken_by_(machine.lanes) {}

  bool done() const { return top_ == left_.size(); }

  /// Lets every lane decide once; returns AS.
  std::size_t step() {
    before_ = left_;
    std::fill(taken_by_.begin(), taken_by_.end(), std::nullopt);
    for (const unsigned lane : machine_.table.order) take(lane);
    std::size_t drained = 0;
    while (drained < window() && row_is_empty(top_ + drained)) ++drained;
    return drained;
  }

  void advance(std::size_t rows) { top_ += rows; }

  /// Rows from the top of the window that the pass still has.
  std::size_t window() const { return std::min<std::size_t>(machine_.depth, left_.size() - top_); }
  /// What a lane took in the last step.
  const std::optional<Place>& taken_by(unsigned lane) const { return taken_by_[lane]; }

  bool nothing_left_in_window() const {
    for (std::size_t step = 0; step < window(); ++step) {
      if (!row_is_empty(top_ + step)) return false;
    }
    return true;
  }

  /// Whether the last step began with a candidate that the lane can reach.
  bool could_reach(unsigned lane) const {
    for (const auto& [step, offset] : machine_.table.options) {
      if (step < window() && before_[top_ + step][around(lane, offset, machine_.lanes)]) {
        return true;
      }
    }
    return false;
  }

 private:
  void take(unsigned lane) {
    for (const auto& [step, offset] : machine_.table.options) {
      if (step >= window()) continue;
      const Place place{top_ + step, around(lane, offset, machine_.lanes)};
      if (!left_[place.first][place.second]) continue;
      left_[place.first][place.second] = false;
      taken_by_[lane] = place;
      return;
    }
  }

  bool row_is_empty(std::size_t row) const {
    return std::find(left_[row].begin(), left_[row].end(), true) == left_[row].end();
  }

  Candidates left_, before_;
  const NaiveMachine& machine_;
  std::vector<std::optional<Place>> taken_by_;
  std::size_t top_ = 0;
};

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

/// A pass on its tile, step by step; every lane of every PE goes into the ledger.
class PassRun {
 public:
  PassRun(const NaiveDataflow& dataflow, const NaiveDataflow::Pass& pass,
          const NaiveMachine& machine, CycleLedger& ledger)
      : dataflow_(dataflow),
        pass_(pass),
        part_(dataflow.parts()[pass.part]),
        machine_(machine),
        ledger_(ledger) {}

  std::uint64_t run() { return machine_.sides == NaiveMachine::Sides::none ? dense() : sparse(); }

 private:
  std::uint64_t dense() {
    for (std::int64_t k = 0; k < part_.K; ++k) {
      for_each_lane([&](unsigned row, unsigned column, unsigned lane) {
        return pair(row, column, {static_cast<std::size_t>(k), lane});
      });
    }
    return static_cast<std::uint64_t>(part_.K);
  }

  std::uint64_t sparse() {
    const bool one = machine_.sides == NaiveMachine::Sides::one;
    std::vector<Scheduler> schedulers;
    for (unsigned row = 0; row < machine_.rows; ++row) {
      for (unsigned column = 0; column < (one ? 1 : machine_.columns); ++column) {
        schedulers.emplace_back(candidates_of(dataflow_, pass_, machine_, row,
                                              one ? std::nullopt : std::optional<unsigned>(column)),
                                machine_);
      }
    }
    const auto busy = [](const Scheduler& scheduler) { return !scheduler.done(); };
    std::uint64_t steps = 0;
    for (; std::any_of(schedulers.begin(), schedulers.end(), busy); ++steps) {
      std::vector<std::size_t> as;
      for (Scheduler& scheduler : schedulers) as.push_back(scheduler.step());
      std::vector<std::size_t> leaving = as;
      const std::size_t least = *std::min_element(as.begin(), as.end());
      if (!machine_.elastic) std::fill(leaving.begin(), leaving.end(), least);
      for_each_lane([&](unsigned row, unsigned column, unsigned lane) {
        const std::size_t index = one ? row : row * machine_.columns + column;
        const Scheduler& scheduler = schedulers[index];
        if (scheduler.taken_by(lane)) return pair(row, column, *scheduler.taken_by(lane));
        return idle(scheduler, lane, as[index] > leaving[index]);
      });
      for (std::size_t index = 0; index < schedulers.size(); ++index) {
        schedulers[index].advance(leaving[index]);
      }
    }
    return steps;
  }

  using Category = std::uint64_t CycleLedger::*;

  /// Counts each lane of the tile once: missing, or what `category` says.
  template <typename CategoryOf>
  void for_each_lane(const CategoryOf& category) {
    for (unsigned row = 0; row < machine_.rows; ++row) {
      for (unsigned column = 0; column < machine_.columns; ++column) {
        for (unsigned lane = 0; lane < machine_.lanes; ++lane) {
          if (row >= pass_.rows) {
            ++ledger_.missing_row;
          } else if (column >= pass_.columns) {
            ++ledger_.missing_column;
          } else {
            ++(ledger_.*category(row, column, lane));
          }
        }
      }
    }
  }

  Category pair(unsigned row, unsigned column, const Scheduler::Place& place) const {
    const auto k = static_cast<std::int64_t>(place.first);
    const auto b =
        dataflow_.b(part_, static_cast<std::size_t>(pass_.first_i) + row, k, place.second);
    const auto a =
        dataflow_.a(part_, static_cast<std::size_t>(pass_.first_j) + column, k, place.second);
    if (a.origin != Origin::tensor || b.origin != Origin::tensor) return &CycleLedger::structural;
    if (a.number == 0 && b.number == 0) return &CycleLedger::zero_both;
    if (a.number == 0) return &CycleLedger::zero_a;
    if (b.number == 0) return &CycleLedger::zero_b;
    return &CycleLedger::effectual;
  }

  Category idle(const Scheduler& scheduler, unsigned lane, bool held_back) const {
    if (held_back || scheduler.done()) return &CycleLedger::waiting;
    if (scheduler.window() < machine_.depth && scheduler.nothing_left_in_window()) {
      return &CycleLedger::tail;
    }
    return scheduler.could_reach(lane) ? &CycleLedger::priority : &CycleLedger::connectivity;
  }

  const NaiveDataflow& dataflow_;
  const NaiveDataflow::Pass& pass_;
  const NaiveDataflow::Part& part_;
  const NaiveMachine& machine_;
  CycleLedger& ledger_;
};

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
    const std::size_t tile = pass.turn % machine.tiles;
    dense_steps[tile] += K;
    steps[tile] += PassRun(dataflow, pass, machine, counts.ledger).run();
  }
  counts.steps = *std::max_element(steps.begin(), steps.end());
  counts.dense_steps = *std::max_element(dense_steps.begin(), dense_steps.end());
  for (const std::uint64_t of_tile : steps) {
    counts.ledger.out_of_passes +=
        (counts.steps - of_tile) * machine.rows * machine.columns * machine.lanes;
  }
  const CycleLedger& ledger = counts.ledger;
  counts.issued =
      ledger.effectual + ledger.zero_a + ledger.zero_b + ledger.zero_both + ledger.structural;
  return counts;
}

}  // namespace tensordash
