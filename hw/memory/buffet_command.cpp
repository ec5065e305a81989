#include "hw/memory/buffet_command.h"

#include <fmt/format.h>

#include <systemc>

namespace tensordash {

void sc_trace(sc_core::sc_trace_file* file, const BuffetCommand& command, const std::string& name) {
  sc_core::sc_trace(file, reinterpret_cast<const std::uint8_t&>(command.action), name + ".action",
                    2);
  sc_core::sc_trace(file, command.operand, name + ".operand");
}

std::ostream& operator<<(std::ostream& stream, const BuffetCommand& command) {
  constexpr const char* names[] = {"read", "read+update", "shrink"};
  return stream << fmt::format("{} {}", names[static_cast<unsigned>(command.action)],
                               command.operand);
}

}  // namespace tensordash
