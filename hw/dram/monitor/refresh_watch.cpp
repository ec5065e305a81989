#include "hw/dram/monitor/refresh_watch.h"

#include <algorithm>
#include <limits>

namespace tensordash {
namespace {

constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();

/// JESD209-4, refresh requirements: no more may ever be postponed, so that no time is allowed on
/// top.
constexpr unsigned most_postponed = 8;

}  // namespace

RefreshWatch::RefreshWatch(const DramSpec& spec, unsigned ranks, RefreshMode mode,
                           unsigned postpone)
    : parts_(spec.banks),
      interval_(spec.timings.trefi),
      allowed_((std::int64_t{postpone} + 1) * interval_ +
               (postpone >= most_postponed
                    ? 0
                    : std::int64_t{spec.timings.trfcab} + spec.timings.trcpb + spec.timings.trpab)),
      enabled_(mode != RefreshMode::none),
      ranks_(ranks) {
  reset(0);
}

void RefreshWatch::reset(DramClock clock) {
  for (Rank& rank : ranks_) {
    rank = Rank{};
    rank.paid = (static_cast<std::int64_t>(clock) + interval_) * parts_;
  }
  set_earliest();
}

std::int64_t RefreshWatch::deadline(unsigned rank) const {
  if (!enabled_ || ranks_[rank].refreshes_itself) return forever;
  return ranks_[rank].paid / parts_ + allowed_;
}

void RefreshWatch::set_earliest() {
  earliest_ = forever;
  for (unsigned rank = 0; rank < ranks_.size(); ++rank) {
    earliest_ = std::min(earliest_, deadline(rank));
  }
}

std::optional<std::int64_t> RefreshWatch::late(unsigned rank, DramClock clock) {
  const auto now = static_cast<std::int64_t>(clock);
  if (now <= deadline(rank)) return std::nullopt;
  const std::int64_t since = now - ranks_[rank].paid / parts_;
  ranks_[rank].paid = now * parts_;
  set_earliest();
  return since;
}

void RefreshWatch::pay(unsigned rank, DramClock clock, std::int64_t parts) {
  // What comes too early does not count later: the rule holds over any stretch.
  ranks_[rank].paid =
      std::min(ranks_[rank].paid + parts, static_cast<std::int64_t>(clock) * parts_);
}

void RefreshWatch::note(const DramCommandRecord& command) {
  switch (command.command) {
    case DramCommand::ref:
      pay(command.rank, command.clock, interval_ * parts_);
      break;
    case DramCommand::refpb:
      pay(command.rank, command.clock, interval_);
      break;
    case DramCommand::sre:
      ranks_[command.rank].refreshes_itself = true;
      break;
    case DramCommand::srx:
      ranks_[command.rank].refreshes_itself = false;
      ranks_[command.rank].paid = static_cast<std::int64_t>(command.clock) * parts_;
      break;
    default:
      return;
  }
  set_earliest();
}

}  // namespace tensordash
