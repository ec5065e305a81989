#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace sc_core {
class sc_trace_file;
}  // namespace sc_core

namespace tensordash {

/// What a buffet can be told (Sze et al., figure 5.30).
enum class BuffetAction : std::uint8_t {
  read = 0,         ///< give the value at an offset
  read_update = 1,  ///< give it, and wait for its update
  shrink = 2,       ///< remove a number of the oldest entries
};

/// A command on its link.
struct BuffetCommand {
  BuffetAction action = BuffetAction::read;
  unsigned operand = 0;  ///< read, read_update: offset from the head; shrink: number of entries

  bool operator==(const BuffetCommand& other) const {
    return action == other.action && operand == other.operand;
  }
};

void sc_trace(sc_core::sc_trace_file* file, const BuffetCommand& command, const std::string& name);
std::ostream& operator<<(std::ostream& stream, const BuffetCommand& command);

}  // namespace tensordash
