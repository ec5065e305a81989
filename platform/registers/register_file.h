#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <tlm>

#include "platform/registers/register_map.h"

namespace tensordash {

/// Values of all counters, by their number.
using CounterValues = std::array<std::uint64_t, counter_count>;

/// What lies behind the socket of registers: values, what a guest's accesses do to them, and hooks
/// for a device that has to act on them. It knows no time and no modules.
///
/// Of itself it does what the table says: access of every bit, locked registers, IRQ_RAISE,
/// clearing of errors, snapshots of counters. Hooks and guards are called in the middle of an
/// access and must not wait; they may set registers, reset() too.
class RegisterFile {
 public:
  /// Called after a guest's write to a register took effect, with those bits that the byte enables
  /// let through and that are not read only: of w1s bits what was asked for, of w1c bits what was
  /// cleared, of rw bits what was written (value() has what a guard made of it).
  using WriteHook = std::function<void(std::uint32_t written)>;

  /// Called before a guest's write to a register with rw bits, with the rw bits as they would be.
  /// Returns what is stored instead, or nothing: the write is refused, without effect and hook.
  using WriteGuard = std::function<std::optional<std::uint32_t>(std::uint32_t proposed)>;

  /// Registers as after a reset; those that the configuration decides are 0.
  RegisterFile();

  void on_write(Register place, WriteHook hook);
  void guard(Register place, WriteGuard guard);

  /// The value that a register of the configuration has from now on, after resets too. Throws
  /// std::invalid_argument for another register or a bit that is reserved.
  void set_configuration(Register place, std::uint32_t value);

  /// All registers, snapshots and counters as after a reset. Calls no hooks.
  void reset();

  /// What a guest reads.
  std::uint32_t value(Register place) const;
  std::uint32_t value(const RegisterField& field) const;

  /// Sets a register from the hardware's side: no hooks, no guards, no locks. Throws
  /// std::invalid_argument for a bit that always reads 0, or a value too large for the field.
  void set(Register place, std::uint32_t value);
  void set(const RegisterField& field, std::uint32_t value);

  /// Sets events, bits as in IRQ_STATUS (others are ignored).
  void raise(std::uint32_t events);
  /// The level of irq: an event is set and enabled.
  bool interrupt() const;

  /// Counts an error and, unless an earlier one has not been cleared, writes it down, with
  /// RING_HEAD as its descriptor. Raises no event.
  void record_error(ErrorCode code, std::uint8_t detail, std::uint64_t address);

  /// The counters as they run; a guest sees their last snapshot.
  std::uint64_t& counter(Counter counter) { return counters_[static_cast<unsigned>(counter)]; }
  CounterValues& counters() { return counters_; }

  /// An access with its effects; sets the response and takes back any hint of DMI. A payload that
  /// check_payload() (hw/dram/front) finds wrong gets its response and changes nothing;
  /// TLM_IGNORE_COMMAND does nothing and is answered with TLM_OK_RESPONSE.
  ///
  /// Any length and alignment. A word of which at least one byte is enabled is accessed once, lower
  /// words first. Bytes beyond the streaming width are further accesses at the same place, one
  /// after the other.
  void access(tlm::tlm_generic_payload& payload);

  /// Reads without effects, whatever the byte enables and the streaming width, and returns how many
  /// bytes lie in the window. Debug writes change nothing: half a write, without what the device
  /// does on it, would be a state that the device never has. They return 0.
  unsigned debug(tlm::tlm_generic_payload& payload) const;

 private:
  // A word of the window, as the table describes it; those of counters have values and no more.
  struct Word {
    std::uint32_t rw = 0, ro = 0, w1c = 0, w1s = 0;
    std::uint32_t reset = 0;
    bool configured = false, locked = false;
    std::uint32_t value = 0;

    std::uint32_t readable() const { return rw | ro | w1c; }
  };

  static constexpr unsigned word_bytes = 4;

  Word& word(Register place) { return words_[static_cast<std::uint32_t>(place) / word_bytes]; }
  const Word& word(Register place) const {
    return words_[static_cast<std::uint32_t>(place) / word_bytes];
  }
  void access_beat(tlm::tlm_generic_payload& payload, unsigned first, unsigned end);
  void write_word(unsigned index, std::uint32_t bits, std::uint32_t enabled);
  void act(Register place, std::uint32_t written);
  void take_snapshot();
  void clear_error();

  std::array<Word, register_window_bytes / word_bytes> words_{};
  CounterValues counters_{};
  std::map<Register, WriteHook> hooks_;
  std::map<Register, WriteGuard> guards_;
};

}  // namespace tensordash
