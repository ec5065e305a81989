#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "hw/dram/command.h"
#include "hw/dram/spec.h"
#include "hw/dram/statistics/command_clocks.h"

namespace tensordash {

/// What a rank draws its background current for; the numbers are those in a waveform
/// (vcd/dram_rank_state.txt).
enum class RankState : std::uint8_t {
  precharged_standby = 0,
  active_standby = 1,  ///< a bank is open, or an all-bank refresh runs
  precharged_power_down = 2,
  active_power_down = 3,
  self_refresh = 4,
};

constexpr std::size_t rank_state_count = 5;

constexpr std::array<RankState, rank_state_count> all_rank_states = {
    RankState::precharged_standby, RankState::active_standby, RankState::precharged_power_down,
    RankState::active_power_down, RankState::self_refresh};

constexpr std::size_t index_of(RankState state) {
  return static_cast<std::size_t>(state);
}

/// precharged_standby, active_standby, precharged_power_down, active_power_down, self_refresh.
constexpr std::string_view name_of(RankState state) {
  constexpr std::array<std::string_view, rank_state_count> names = {
      "precharged_standby", "active_standby", "precharged_power_down", "active_power_down",
      "self_refresh"};
  return names[index_of(state)];
}

/// Clocks spent in each RankState, by index_of.
using RankResidency = std::array<DramClock, rank_state_count>;

/// Counts a rank's commands and the clocks that it spends in each state, from clock 0 on.
///
/// A bank is open from the first edge of ACT to that of its precharge; RDA and WRA close it when a
/// PRE could. A refresh of all banks counts as active standby for tRFCab from its first edge, since
/// the energy of REF is what I5 takes on top of that; one of a single bank leaves the state as it
/// is. CKE does not matter until these have ended.
class RankActivity {
 public:
  explicit RankActivity(const DramSpec& spec)
      : trfcab_(spec.timings.trfcab),
        act_to_pre_(spec.timings.tras + ca_clocks(DramCommand::act) - ca_clocks(DramCommand::pre)),
        rda_close_(rda_close_clocks(spec)),
        wra_close_(wra_close_clocks(spec)) {}

  /// A command at `clock`, never before that of the command before. `bank` matters when
  /// has_bank(command), and is below 32. Throws DramError when time runs backwards.
  void on_command(DramCommand command, unsigned bank, DramClock clock) {
    if (clock < last_command_) refuse_backwards(clock, last_command_);
    last_command_ = clock;
    ++counts_[index_of(command)];
    switch (command) {
      case DramCommand::rd:
      case DramCommand::wr:
      case DramCommand::mwr:
      case DramCommand::refpb:
        break;
      case DramCommand::act:
        settle(clock);
        open_ |= 1U << bank;
        activated_[bank % activated_.size()] = clock;
        break;
      case DramCommand::pre:
        settle(clock);
        close(open_ & (1U << bank));
        break;
      case DramCommand::rda:
        settle(clock);
        close(open_ & (1U << bank));
        close_later(bank, clock + rda_close_);
        break;
      case DramCommand::wra:
        settle(clock);
        close(open_ & (1U << bank));
        close_later(bank, clock + wra_close_);
        break;
      default:
        on_rank_command(command, clock);
    }
  }

  /// The rank was reset at `clock`, not before its last command: from then on it is in precharged
  /// standby.
  void reset(DramClock clock);

  std::uint64_t count(DramCommand command) const { return counts_[index_of(command)]; }

  /// Banks that a precharge of any kind (PRE, PREA, RDA, WRA) found open.
  std::uint64_t banks_closed() const { return banks_closed_; }

  /// Clock of the last command; 0 before any.
  DramClock last_command() const { return last_command_; }

  /// Clocks in each state before `until`; they sum to `until`. Throws DramError when that lies
  /// before last_command().
  RankResidency residency(DramClock until) const;

 private:
  [[noreturn]] static void refuse_backwards(DramClock clock, DramClock last);

  /// Books the clocks up to `clock` to the state that held.
  void settle(DramClock clock) {
    if (since_ < active_end_) {
      const DramClock end = active_end_ < clock ? active_end_ : clock;
      residency_[index_of(RankState::active_standby)] += end - since_;
      since_ = end;
    }
    residency_[index_of(state())] += clock - since_;
    since_ = clock;
  }

  void on_rank_command(DramCommand command, DramClock clock);
  void close(std::uint32_t banks);

  /// A bank closes itself at `clock`, or when tRAS is over.
  void close_later(unsigned bank, DramClock clock) {
    const DramClock row_end = activated_[bank % activated_.size()] + act_to_pre_;
    stay_active(clock > row_end ? clock : row_end);
  }

  void stay_active(DramClock end) {
    if (end > active_end_) active_end_ = end;
  }

  /// The state from active_end_ on.
  RankState state() const {
    if (self_refresh_) return RankState::self_refresh;
    if (power_down_) {
      return open_ != 0 ? RankState::active_power_down : RankState::precharged_power_down;
    }
    return open_ != 0 ? RankState::active_standby : RankState::precharged_standby;
  }

  DramClock trfcab_, act_to_pre_, rda_close_, wra_close_;
  std::array<DramClock, 32> activated_{};  ///< last ACT of each bank
  std::array<std::uint64_t, dram_command_count> counts_{};
  std::uint64_t banks_closed_ = 0;
  RankResidency residency_{};
  DramClock since_ = 0;       ///< clocks before this are in residency_
  DramClock active_end_ = 0;  ///< end of refreshes and auto-precharged accesses
  DramClock last_command_ = 0;
  std::uint32_t open_ = 0;  ///< a bit a bank that waits for its precharge
  bool power_down_ = false, self_refresh_ = false;
};

}  // namespace tensordash
