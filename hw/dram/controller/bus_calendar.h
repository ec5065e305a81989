#pragma once

#include <vector>

#include "hw/dram/command.h"

namespace tensordash {

/// Who uses a bus when, for users that come in any order: each takes the first gap that is long
/// enough for the least distances to the users before and after it.
class BusCalendar {
 public:
  /// distances[a][b] clocks lie between a user of kind a and a later one of kind b at least.
  explicit BusCalendar(std::vector<std::vector<unsigned>> distances);

  /// The first free clock from `from` on.
  DramClock first_free(unsigned kind, DramClock from) const;
  /// Takes a free clock.
  void take(unsigned kind, DramClock clock);

 private:
  struct User {
    DramClock clock;
    unsigned kind;
  };

  /// Users remembered; no gap between those that were forgotten is used any more.
  static constexpr std::size_t most_users = 1024;

  std::vector<User>::const_iterator first_near(DramClock clock) const;
  DramClock after_stream(unsigned kind, DramClock clock) const;

  std::vector<std::vector<unsigned>> distances_;
  DramClock longest_ = 0;
  DramClock forgotten_ = 0;  ///< gaps before this are not looked for
  /// The last users, all of one kind and so close that nobody fits between: streams are skipped.
  DramClock stream_from_ = 0, stream_until_ = 0;
  unsigned stream_kind_ = 0;
  std::vector<DramClock> tight_;  ///< by kind: the least distance of two users that leaves a gap
  std::vector<User> users_;       ///< by clock
};

}  // namespace tensordash
