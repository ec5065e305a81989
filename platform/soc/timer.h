#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>

#include "platform/soc/register_words.h"
#include "platform/soc/timed_queue.h"

namespace tensordash {

/// Offsets of a Timer's registers and bits; README.md says what they do.
struct TimerRegisters {
  static constexpr std::uint64_t count_low = 0x00, count_high = 0x04, compare_low = 0x08,
                                 compare_high = 0x0c, period_low = 0x10, period_high = 0x14,
                                 control = 0x18, status = 0x1c;
  static constexpr std::uint32_t enable = 1, interrupt = 2, periodic = 4;  ///< of `control`
  static constexpr std::uint32_t expired = 1;                              ///< of `status`
  static constexpr std::uint64_t window_bytes = 0x1000;
};

/// A timer without its socket.
class TimerCore : public sc_core::sc_module, private RegisterWords {
 public:
  SC_HAS_PROCESS(TimerCore);

  sc_core::sc_out<bool> irq{"irq"};  ///< high while expired and `interrupt` is set

  /// The counter starts at 0 now; everything else is 0.
  void reset();

  /// The counter at this time, which is not before the last reset.
  std::uint64_t count_at(const sc_core::sc_time& time) const;

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);

 protected:
  /// An error under /tensordash/soc/timer when the tick is 0.
  TimerCore(const sc_core::sc_module_name& name, const sc_core::sc_time& tick);

 private:
  std::uint32_t read_word(std::uint64_t offset, const sc_core::sc_time& time, bool debug) override;
  void write_word(std::uint64_t offset, std::uint32_t value, std::uint32_t mask,
                  const sc_core::sc_time& time) override;
  void expire();
  void drive();
  void advance(const sc_core::sc_time& time);
  void set_level(const sc_core::sc_time& time);
  void plan();
  sc_core::sc_time time_of(std::uint64_t count) const;
  bool reachable(std::uint64_t count) const;

  const std::uint64_t tick_;  ///< in units of the time resolution
  sc_core::sc_time start_;    ///< when the counter was 0
  sc_core::sc_time reached_;  ///< up to which expirations are known
  std::uint64_t compare_ = 0, period_ = 0;
  std::uint32_t control_ = 0, high_ = 0;
  bool expired_ = false, level_ = false;
  sc_core::sc_event expire_event_{"expire_event"};
  TimedQueue<bool> levels_{"levels"};
};

/// A 64-bit counter that never stops, with an interrupt at a count, once or periodically, behind a
/// register target of 4 KiB. Correct under temporal decoupling: an access sees the counter at the
/// initiator's local time.
template <unsigned BUSWIDTH = 32>
class Timer : public TimerCore {
 public:
  tlm_utils::simple_target_socket<Timer, BUSWIDTH> socket{"socket"};

  explicit Timer(const sc_core::sc_module_name& name,
                 const sc_core::sc_time& tick = sc_core::sc_time(1, sc_core::SC_NS))
      : TimerCore(name, tick) {
    socket.register_b_transport(this, &Timer::b_transport);
    socket.register_transport_dbg(this, &Timer::transport_dbg);
  }
};

}  // namespace tensordash
