#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "models/golden/golden.h"
#include "models/golden/pass_map.h"
#include "models/golden/sample_plan.h"

namespace tensordash::golden {

/// Which passes came and what was wrong with them. Several threads may write to it; what it says in
/// the end does not depend on their order: the first difference is that of the smallest pass id,
/// and a pass that came twice is told as such whatever else is wrong with it.
class VerdictLedger {
 public:
  /// With a plan, only passes that own sampled outputs are known, and only those outputs count.
  VerdictLedger(const PassMap& map, const SamplePlan* plan);

  /// Positions (see below) of those of the passes first <= id < end that came for the first time
  /// now; the others become faulty. Counts their outputs as checked, those of blocks with the last
  /// one. Passes without sampled outputs are left out. Throws std::logic_error after finish().
  void claim(std::uint64_t first, std::uint64_t end, std::vector<std::size_t>& fresh);

  /// The id of a pass by its position: with a plan its number among the plan's passes, else the id.
  std::uint64_t pass_at(std::size_t position) const;
  /// The reverse, of a pass that is known.
  std::size_t position_of(std::uint64_t pass) const;
  std::size_t positions() const { return came_.size(); }

  /// All outputs of the pass are mismatches, each counted once.
  void condemn(std::size_t position, const std::string& fault);

  /// Some outputs of the pass are mismatches. `first` is called when this would be the first
  /// difference so far.
  template <typename Text>
  void add_mismatches(std::size_t position, std::int64_t count, Text first) {
    const std::lock_guard lock(mutex_);
    count_up(position, count);
    const std::uint64_t pass = pass_at(position);
    if (comes_before(pass, false)) tell(pass, false, first());
  }

  /// A record for a pass that does not exist.
  void unknown_pass(std::uint64_t pass);

  /// Passes that never came are mismatches; outputs without a pass are checked.
  const Verdict& finish(std::int64_t output_count);

 private:
  std::int64_t outputs_of(std::size_t position) const;
  void count_up(std::size_t position, std::int64_t mismatches);
  bool comes_before(std::uint64_t pass, bool twice) const;
  void tell(std::uint64_t pass, bool twice, const std::string& difference);
  void require_open() const;

  const PassMap& map_;
  const SamplePlan* plan_;
  std::mutex mutex_;
  std::vector<bool> came_;             // [position]
  std::vector<std::int64_t> counted_;  // [position] of a first block: mismatches of all blocks
  Verdict verdict_;
  std::uint64_t first_pass_ = 0;  // of verdict_.first
  bool first_came_twice_ = false;
  bool finished_ = false;
};

}  // namespace tensordash::golden
