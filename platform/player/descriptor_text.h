#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "platform/player/script_values.h"
#include "platform/registers/register_map.h"

namespace tensordash {

/// A descriptor written as words `KEY=VALUE`. A key is a word of platform/registers (of an address
/// both halves at once) or a field of one, such as OPCODE, whose value may be an opcode's name.
/// What is not said is 0. Values need not be sensible: a device is to refuse what is not.
class DescriptorText {
 public:
  /// Throws std::runtime_error, without a place: no KEY=VALUE, no such key, bits that were said
  /// before, a value that does not fit.
  void assign(const std::string& assignment, const ScriptValues& values);

  /// Little endian.
  std::vector<std::uint8_t> bytes() const;

 private:
  void put(const std::string& key, std::size_t word, std::uint32_t mask, std::uint32_t bits);

  std::array<std::uint32_t, descriptor_words> words_{}, said_{};
};

}  // namespace tensordash
