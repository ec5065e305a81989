#include "platform/soc/timer.h"

#include <algorithm>
#include <limits>

namespace tensordash {
namespace {

using Registers = TimerRegisters;

constexpr std::uint32_t control_bits =
    Registers::enable | Registers::interrupt | Registers::periodic;
constexpr std::uint64_t forever = std::numeric_limits<std::uint64_t>::max();

std::uint32_t half(std::uint64_t value, bool high) {
  return static_cast<std::uint32_t>(high ? value >> 32 : value);
}

}  // namespace

TimerCore::TimerCore(const sc_core::sc_module_name& name, const sc_core::sc_time& tick)
    : sc_module(name), tick_(std::max<std::uint64_t>(tick.value(), 1)) {
  if (tick == sc_core::SC_ZERO_TIME) {
    SC_REPORT_ERROR("/tensordash/soc/timer", "a tick of 0; allowed: more");
  }
  SC_METHOD(expire);
  sensitive << expire_event_;
  dont_initialize();
  SC_METHOD(drive);
  sensitive << levels_.event();
}

void TimerCore::reset() {
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  start_ = reached_ = now;
  compare_ = period_ = 0;
  control_ = high_ = 0;
  expired_ = false;
  expire_event_.cancel();
  set_level(now);
}

std::uint64_t TimerCore::count_at(const sc_core::sc_time& time) const {
  return (time - start_).value() / tick_;
}

bool TimerCore::reachable(std::uint64_t count) const {
  return count <= (forever - start_.value()) / tick_;
}

sc_core::sc_time TimerCore::time_of(std::uint64_t count) const {
  return sc_core::sc_time::from_value(start_.value() + count * tick_);
}

/// Brings state up to the end of `time`. Accesses may come from a local time that is behind what
/// another initiator has already seen; these see the state that the other left.
void TimerCore::advance(const sc_core::sc_time& time) {
  const sc_core::sc_time before = reached_;
  reached_ = std::max(reached_, time);
  if ((control_ & Registers::enable) == 0) return;
  const std::uint64_t count = count_at(reached_);
  if (count < compare_) return;
  if (!expired_) {
    expired_ = true;
    // A compare value that had passed when it was written expires at that time.
    set_level(std::max(time_of(compare_), before));
  }
  if ((control_ & Registers::periodic) == 0 || period_ == 0) {
    control_ &= ~Registers::enable;
    return;
  }
  const std::uint64_t missed = (count - compare_) / period_ + 1;
  if (missed > (forever - compare_) / period_) {
    control_ &= ~Registers::enable;
  } else {
    compare_ += missed * period_;
  }
}

/// The wire takes its present level at `time`.
void TimerCore::set_level(const sc_core::sc_time& time) {
  const bool level = expired_ && (control_ & Registers::interrupt) != 0;
  if (level == level_) return;
  level_ = level;
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  levels_.push(time > now ? time - now : sc_core::SC_ZERO_TIME, level);
}

/// Wakes us at the next expiration that the wire would show.
void TimerCore::plan() {
  expire_event_.cancel();
  if ((control_ & Registers::enable) == 0 || expired_ || !reachable(compare_)) return;
  const sc_core::sc_time time = time_of(compare_);
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  expire_event_.notify(time > now ? time - now : sc_core::SC_ZERO_TIME);
}

void TimerCore::expire() {
  advance(sc_core::sc_time_stamp());
  plan();
}

void TimerCore::drive() {
  while (levels_.due()) irq.write(levels_.pop());
  levels_.rearm();
}

void TimerCore::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  access_registers(*this, Registers::window_bytes, payload, sc_core::sc_time_stamp() + delay);
}

unsigned TimerCore::transport_dbg(tlm::tlm_generic_payload& payload) {
  return debug_registers(*this, Registers::window_bytes, payload);
}

std::uint32_t TimerCore::read_word(std::uint64_t offset, const sc_core::sc_time& time, bool debug) {
  switch (offset) {
    case Registers::count_low: {
      const std::uint64_t count = count_at(std::max(time, start_));
      if (!debug) high_ = half(count, true);
      return half(count, false);
    }
    case Registers::count_high:
      return debug ? half(count_at(time), true) : high_;
    case Registers::compare_low:
    case Registers::compare_high:
      if (!debug) advance(time);
      return half(compare_, offset == Registers::compare_high);
    case Registers::period_low:
    case Registers::period_high:
      return half(period_, offset == Registers::period_high);
    case Registers::control:
      if (!debug) advance(time);
      return control_;
    case Registers::status:
      if (!debug) advance(time);
      return expired_ ? Registers::expired : 0;
    default:
      return 0;
  }
}

void TimerCore::write_word(std::uint64_t offset, std::uint32_t value, std::uint32_t mask,
                           const sc_core::sc_time& time) {
  advance(time);
  switch (offset) {
    case Registers::compare_low:
    case Registers::compare_high:
      compare_ = merge_half(compare_, offset == Registers::compare_high, value, mask);
      break;
    case Registers::period_low:
    case Registers::period_high:
      period_ = merge_half(period_, offset == Registers::period_high, value, mask);
      break;
    case Registers::control:
      control_ = merge_bits(control_, value, mask) & control_bits;
      break;
    case Registers::status:
      if ((value & mask & Registers::expired) != 0) expired_ = false;
      break;
    default:
      return;
  }
  set_level(reached_);
  advance(reached_);
  plan();
}

}  // namespace tensordash
