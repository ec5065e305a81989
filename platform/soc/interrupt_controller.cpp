#include "platform/soc/interrupt_controller.h"

#include <algorithm>

namespace tensordash {
namespace {

using Registers = InterruptRegisters;

constexpr unsigned most_lines = 32;

}  // namespace

InterruptControllerCore::InterruptControllerCore(const sc_core::sc_module_name& name,
                                                 unsigned line_count)
    : sc_module(name),
      lines("lines", std::min(line_count, most_lines)),
      all_(line_count >= most_lines ? ~0U : (1U << line_count) - 1) {
  if (line_count == 0 || line_count > most_lines) {
    SC_REPORT_ERROR("/tensordash/soc/interrupt_controller", "lines; allowed: 1 to 32");
  }
  SC_METHOD(sample);
  for (auto& line : lines) sensitive << line;
  SC_METHOD(drive);
  sensitive << changed_ << writes_.event();
}

void InterruptControllerCore::reset() {
  state_.latched = state_.enable = state_.edge = 0;
  while (!writes_.empty()) writes_.pop();
  changed_.notify(sc_core::SC_ZERO_TIME);
}

void InterruptControllerCore::sample() {
  std::uint32_t now = 0;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    if (lines[line].read()) now |= 1U << line;
  }
  state_.sample(now);
  wire_.sample(now);
  changed_.notify(sc_core::SC_ZERO_TIME);
}

void InterruptControllerCore::drive() {
  while (writes_.due()) apply(wire_, writes_.pop());
  writes_.rearm();
  // Accesses have met in another order than their local times, or lines have changed behind them:
  // when nothing is to come any more, the wire shows what is read.
  if (writes_.empty()) wire_ = state_;
  irq.write(wire_.active() != 0);
}

void InterruptControllerCore::b_transport(tlm::tlm_generic_payload& payload,
                                          sc_core::sc_time& delay) {
  access_registers(*this, Registers::window_bytes, payload, sc_core::sc_time_stamp() + delay);
}

unsigned InterruptControllerCore::transport_dbg(tlm::tlm_generic_payload& payload) {
  return debug_registers(*this, Registers::window_bytes, payload);
}

std::uint32_t InterruptControllerCore::read_word(std::uint64_t offset,
                                                 const sc_core::sc_time& /*time*/, bool /*debug*/) {
  switch (offset) {
    case Registers::raw:
      return state_.raw;
    case Registers::pending:
      return state_.pending();
    case Registers::enable:
      return state_.enable;
    case Registers::active:
      return state_.active();
    case Registers::edge:
      return state_.edge;
    case Registers::next: {
      const std::uint32_t active = state_.active();
      for (unsigned line = 0; line < most_lines; ++line) {
        if ((active >> line & 1U) != 0) return line;
      }
      return Registers::none;
    }
    default:
      return 0;
  }
}

void InterruptControllerCore::apply(State& state, const Write& write) const {
  const std::uint32_t ones = write.value & write.mask & all_;
  switch (write.offset) {
    case Registers::enable:
      state.enable = merge_bits(state.enable, write.value, write.mask) & all_;
      break;
    case Registers::enable_set:
      state.enable |= ones;
      break;
    case Registers::enable_clear:
      state.enable &= ~ones;
      break;
    case Registers::set:
      state.latched |= ones;
      break;
    case Registers::clear:
      state.latched &= ~ones;
      break;
    case Registers::edge:
      state.edge = merge_bits(state.edge, write.value, write.mask) & all_;
      break;
    default:
      break;
  }
}

void InterruptControllerCore::write_word(std::uint64_t offset, std::uint32_t value,
                                         std::uint32_t mask, const sc_core::sc_time& time) {
  const Write write{offset, value, mask};
  apply(state_, write);
  writes_.push(time - sc_core::sc_time_stamp(), write);
}

}  // namespace tensordash
