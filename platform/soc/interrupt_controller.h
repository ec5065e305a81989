#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>

#include "platform/soc/register_words.h"
#include "platform/soc/timed_queue.h"

namespace tensordash {

/// Offsets of an InterruptController's registers; bit n is line n. README.md says what they do.
struct InterruptRegisters {
  static constexpr std::uint64_t raw = 0x00, pending = 0x04, enable = 0x08, enable_set = 0x0c,
                                 enable_clear = 0x10, active = 0x14, set = 0x18, clear = 0x1c,
                                 edge = 0x20, next = 0x24;
  static constexpr std::uint64_t window_bytes = 0x1000;
  static constexpr std::uint32_t none = 0xffffffff;  ///< in `next`
};

/// The registers and wires of an interrupt controller, without its socket.
class InterruptControllerCore : public sc_core::sc_module, private RegisterWords {
 public:
  SC_HAS_PROCESS(InterruptControllerCore);

  sc_core::sc_vector<sc_core::sc_in<bool>> lines;
  sc_core::sc_out<bool> irq{"irq"};  ///< high while an enabled line is pending

  /// All lines disabled, nothing latched, levels not edges.
  void reset();

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);

 protected:
  /// An error under /tensordash/soc/interrupt_controller unless 1 to 32 lines are asked for.
  InterruptControllerCore(const sc_core::sc_module_name& name, unsigned lines);

 private:
  /// What decides about `irq`; bit n is line n.
  struct State {
    std::uint32_t raw = 0, latched = 0, enable = 0, edge = 0;

    std::uint32_t pending() const { return (raw & ~edge) | latched; }
    std::uint32_t active() const { return pending() & enable; }
    void sample(std::uint32_t now) {
      latched |= now & ~raw & edge;
      raw = now;
    }
  };
  struct Write {
    std::uint64_t offset;
    std::uint32_t value, mask;
  };

  std::uint32_t read_word(std::uint64_t offset, const sc_core::sc_time& time, bool debug) override;
  void write_word(std::uint64_t offset, std::uint32_t value, std::uint32_t mask,
                  const sc_core::sc_time& time) override;
  void sample();
  void drive();
  void apply(State& state, const Write& write) const;

  const std::uint32_t all_;  ///< bits of lines that exist
  State state_;              ///< as accesses see it: with every write that has been made
  State wire_;               ///< as `irq` shows it: with the writes whose local time has come
  TimedQueue<Write> writes_{"writes"};
  sc_core::sc_event changed_{"changed"};
};

/// Up to 32 level or edge interrupts behind a register target of 4 KiB.
template <unsigned BUSWIDTH = 32>
class InterruptController : public InterruptControllerCore {
 public:
  tlm_utils::simple_target_socket<InterruptController, BUSWIDTH> socket{"socket"};

  explicit InterruptController(const sc_core::sc_module_name& name, unsigned line_count = 32)
      : InterruptControllerCore(name, line_count) {
    socket.register_b_transport(this, &InterruptController::b_transport);
    socket.register_transport_dbg(this, &InterruptController::transport_dbg);
  }
};

}  // namespace tensordash
