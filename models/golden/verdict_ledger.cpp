#include "models/golden/verdict_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tensordash::golden {

VerdictLedger::VerdictLedger(const PassMap& map, const SamplePlan* plan) : map_(map), plan_(plan) {
  came_.assign(plan_ ? plan_->passes().size() : static_cast<std::size_t>(map.pass_count()), false);
  counted_.assign(came_.size(), 0);
}

void VerdictLedger::claim(std::uint64_t first, std::uint64_t end, std::vector<std::size_t>& fresh) {
  fresh.clear();
  auto position = static_cast<std::size_t>(first), last = static_cast<std::size_t>(end);
  if (plan_) {
    const auto& passes = plan_->passes();
    const auto at = std::lower_bound(passes.begin(), passes.end(), first);
    position = static_cast<std::size_t>(at - passes.begin());
    last = static_cast<std::size_t>(std::lower_bound(at, passes.end(), end) - passes.begin());
  }
  const std::lock_guard lock(mutex_);
  require_open();
  for (; position < last; ++position) {
    const std::int64_t outputs = outputs_of(position);
    if (!came_[position]) {
      came_[position] = true;
      const bool done = completes(map_.sections()[map_.place_of(pass_at(position)).section]);
      if (done) verdict_.checked += static_cast<std::uint64_t>(outputs);
      fresh.push_back(position);
      continue;
    }
    count_up(position, outputs);
    tell(pass_at(position), true, fmt::format("pass {}: came a second time", pass_at(position)));
  }
}

std::uint64_t VerdictLedger::pass_at(std::size_t position) const {
  return plan_ ? plan_->passes()[position] : position;
}

std::size_t VerdictLedger::position_of(std::uint64_t pass) const {
  if (!plan_) return static_cast<std::size_t>(pass);
  const auto& passes = plan_->passes();
  return static_cast<std::size_t>(std::lower_bound(passes.begin(), passes.end(), pass) -
                                  passes.begin());
}

void VerdictLedger::condemn(std::size_t position, const std::string& fault) {
  const std::uint64_t pass = pass_at(position);
  add_mismatches(position, outputs_of(position),
                 [&] { return fmt::format("pass {}: {}", pass, fault); });
}

void VerdictLedger::unknown_pass(std::uint64_t pass) {
  const std::lock_guard lock(mutex_);
  require_open();
  ++verdict_.mismatches;
  tell(pass, false,
       fmt::format("pass {}: the operation has only {} passes", pass, map_.pass_count()));
}

const Verdict& VerdictLedger::finish(std::int64_t output_count) {
  const std::lock_guard lock(mutex_);
  if (finished_) return verdict_;
  finished_ = true;
  for (std::size_t position = 0; position < came_.size(); ++position) {
    if (came_[position]) continue;
    count_up(position, outputs_of(position));
    const std::uint64_t pass = pass_at(position);
    if (comes_before(pass, false)) tell(pass, false, fmt::format("pass {}: never came", pass));
  }
  // Outputs of no pass have an empty reduction: nothing runs for them and they are +0.
  if (plan_) {
    verdict_.checked += plan_->without_pass();
    return verdict_;
  }
  for (const Section& section : map_.sections()) {
    if (completes(section)) output_count -= section.row_streams * section.column_streams;
  }
  verdict_.checked += static_cast<std::uint64_t>(output_count);
  return verdict_;
}

std::int64_t VerdictLedger::outputs_of(std::size_t position) const {
  if (plan_) return plan_->end_of(position) - plan_->begin_of(position);
  return map_.place_of(position).outputs();
}

void VerdictLedger::count_up(std::size_t position, std::int64_t mismatches) {
  // An output that differs after several blocks is one mismatch.
  std::int64_t& counted = counted_[position_of(map_.begun_by(pass_at(position)))];
  const std::int64_t added = std::min(mismatches, outputs_of(position) - counted);
  counted += added;
  verdict_.mismatches += static_cast<std::uint64_t>(added);
}

bool VerdictLedger::comes_before(std::uint64_t pass, bool twice) const {
  if (verdict_.first.empty() || pass != first_pass_) {
    return verdict_.first.empty() || pass < first_pass_;
  }
  return twice && !first_came_twice_;
}

void VerdictLedger::tell(std::uint64_t pass, bool twice, const std::string& difference) {
  if (!comes_before(pass, twice)) return;
  verdict_.first = difference;
  first_pass_ = pass;
  first_came_twice_ = twice;
}

void VerdictLedger::require_open() const {
  if (finished_) throw std::logic_error("golden: a pass was judged after finish()");
}

}  // namespace tensordash::golden
