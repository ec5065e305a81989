#include "platform/player/descriptor_text.h"

#include <fmt/format.h>

#include <stdexcept>

namespace tensordash {
namespace {

struct NamedField {
  const char* name;
  DescriptorField field;
};

namespace fields = descriptor_field;

constexpr std::array<NamedField, 13> field_names = {
    NamedField{"OPCODE", fields::command_opcode},
    NamedField{"VERSION", fields::command_version},
    NamedField{"INTERRUPT", fields::command_interrupt},
    NamedField{"DENSE", fields::command_dense},
    NamedField{"SPARSE_ACTIVATIONS", fields::command_sparse_activations},
    NamedField{"DILATION_REMOVED", fields::command_dilation_removed},
    NamedField{"TENSOR", fields::command_tensor},
    NamedField{"OPERANDS", fields::types_operands},
    NamedField{"A_COMPRESSED", fields::types_a_compressed},
    NamedField{"W_COMPRESSED", fields::types_w_compressed},
    NamedField{"GO_COMPRESSED", fields::types_go_compressed},
    NamedField{"SOURCE_COMPRESSED", fields::types_source_compressed},
    NamedField{"RESULT_COMPRESSED", fields::types_result_compressed}};

std::string all_keys() {
  std::string keys;
  for (const NamedField& each : field_names) keys += std::string(each.name) + ", ";
  for (const WordDescription& each : word_table) {
    if (each.place != word_table.front().place) keys += ", ";
    keys += each.name;
  }
  return keys;
}

/// An opcode by name or number.
std::uint64_t opcode(const std::string& text, const ScriptValues& values, std::uint32_t most) {
  std::string names;
  for (const NamedValue<DescriptorOpcode>& each : opcode_table) {
    if (text == each.name) return static_cast<std::uint64_t>(each.value);
    names += std::string(each.name) + ", ";
  }
  const bool number = !text.empty() && (text[0] == '$' || (text[0] >= '0' && text[0] <= '9'));
  if (number) return values.number("OPCODE", text, 0, most);
  throw std::runtime_error(
      fmt::format("OPCODE is '{}'; allowed: {}or a number up to {}", text, names, most));
}

}  // namespace

void DescriptorText::put(const std::string& key, std::size_t word, std::uint32_t mask,
                         std::uint32_t bits) {
  if ((said_[word] & mask) != 0) {
    throw std::runtime_error(fmt::format(
        "{} has bits that the line sets before; allowed: each once, a word or fields of it", key));
  }
  said_[word] |= mask;
  words_[word] |= bits;
}

void DescriptorText::assign(const std::string& assignment, const ScriptValues& values) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos) {
    throw std::runtime_error(
        fmt::format("'{}' is no KEY=VALUE; allowed: such as OPCODE=FORWARD "
                    "A_DATA=0x10000",
                    assignment));
  }
  const std::string key = assignment.substr(0, equals);
  const std::string value = assignment.substr(equals + 1);
  for (const NamedField& each : field_names) {
    if (key != each.name) continue;
    const std::uint32_t most = each.field.mask >> each.field.shift;
    const std::uint64_t number = each.field.mask == fields::command_opcode.mask &&
                                         each.field.place == DescriptorWord::command
                                     ? opcode(value, values, most)
                                     : values.number(key, value, 0, most);
    put(key, static_cast<std::size_t>(each.field.place), each.field.mask,
        static_cast<std::uint32_t>(number) << each.field.shift);
    return;
  }
  for (const WordDescription& each : word_table) {
    if (key != each.name) continue;
    const auto word = static_cast<std::size_t>(each.place);
    constexpr std::uint32_t all = ~std::uint32_t{0};
    if (each.align == 0) {
      put(key, word, all, values.word(key, value));
      return;
    }
    const std::uint64_t address = values.number(key, value);
    put(key, word, all, static_cast<std::uint32_t>(address));
    put(key, word + 1, all, static_cast<std::uint32_t>(address >> 32U));
    return;
  }
  throw std::runtime_error(fmt::format("a descriptor has no '{}'; allowed: {}", key, all_keys()));
}

std::vector<std::uint8_t> DescriptorText::bytes() const {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(descriptor_bytes);
  for (const std::uint32_t word : words_) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  return bytes;
}

}  // namespace tensordash
