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
  sensitive << changed_;
}

void InterruptControllerCore::reset() {
  latched_ = enable_ = edge_ = 0;
  changed_.notify(sc_core::SC_ZERO_TIME);
}

void InterruptControllerCore::sample() {
  std::uint32_t now = 0;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    if (lines[line].read()) now |= 1U << line;
  }
  latched_ |= now & ~raw_ & edge_;
  raw_ = now;
  changed_.notify(sc_core::SC_ZERO_TIME);
}

void InterruptControllerCore::drive() {
  irq.write((pending() & enable_) != 0);
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
      return raw_;
    case Registers::pending:
      return pending();
    case Registers::enable:
      return enable_;
    case Registers::active:
      return pending() & enable_;
    case Registers::edge:
      return edge_;
    case Registers::next: {
      const std::uint32_t active = pending() & enable_;
      for (unsigned line = 0; line < most_lines; ++line) {
        if ((active >> line & 1U) != 0) return line;
      }
      return Registers::none;
    }
    default:
      return 0;
  }
}

void InterruptControllerCore::write_word(std::uint64_t offset, std::uint32_t value,
                                         std::uint32_t mask, const sc_core::sc_time& time) {
  const std::uint32_t ones = value & mask & all_;
  switch (offset) {
    case Registers::enable:
      enable_ = merge_bits(enable_, value, mask) & all_;
      break;
    case Registers::enable_set:
      enable_ |= ones;
      break;
    case Registers::enable_clear:
      enable_ &= ~ones;
      break;
    case Registers::set:
      latched_ |= ones;
      break;
    case Registers::clear:
      latched_ &= ~ones;
      break;
    case Registers::edge:
      edge_ = merge_bits(edge_, value, mask) & all_;
      break;
    default:
      return;
  }
  changed_.notify(time - sc_core::sc_time_stamp());
}

}  // namespace tensordash
