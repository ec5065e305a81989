#include "platform/player/script_parser.h"

#include <fmt/format.h>

#include <stdexcept>

#include "platform/player/data_file.h"
#include "platform/player/descriptor_text.h"
#include "platform/player/register_names.h"

namespace tensordash {
namespace {

constexpr std::size_t any_number = 1'000'000;

/// Of a fill or a dump: a typing error shall not fill a disk.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 32U;

void append_word(std::vector<std::uint8_t>& bytes, std::uint32_t word) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<std::uint8_t>(word >> shift));
  }
}

}  // namespace

/// A command: what it is called, what follows it, how many words those are, what reads them.
struct ScriptParser::Syntax {
  const char* name;
  const char* arguments;
  std::size_t least, most;
  ScriptVerb verb;
  void (ScriptParser::*read)(const Words&, ScriptCommand&);
};

const std::vector<ScriptParser::Syntax>& ScriptParser::syntax() {
  using Verb = ScriptVerb;
  using P = ScriptParser;
  static const std::vector<Syntax> all = {
      {"load", "ADDRESS FILE [OFFSET [BYTES]]", 2, 4, Verb::load, &P::load},
      {"fill", "ADDRESS BYTES VALUE", 3, 3, Verb::fill, &P::fill},
      {"mem32", "ADDRESS VALUE...", 2, any_number, Verb::store, &P::mem32},
      {"descriptor", "ADDRESS KEY=VALUE...", 2, any_number, Verb::store, &P::descriptor},
      {"dump", "ADDRESS BYTES FILE", 3, 3, Verb::dump, &P::dump},
      {"expect_mem", "ADDRESS FILE [OFFSET [BYTES]]", 2, 4, Verb::expect_mem, &P::expect_mem},
      {"expect32", "ADDRESS VALUE [MASK]", 2, 3, Verb::expect32, &P::expect32},
      {"write", "REGISTER VALUE", 2, 2, Verb::write, &P::write},
      {"read", "REGISTER", 1, 1, Verb::read, &P::read},
      {"expect", "REGISTER VALUE [MASK]", 2, 3, Verb::expect, &P::expect},
      {"poll", "REGISTER VALUE MASK TIMEOUT", 4, 4, Verb::poll, &P::poll},
      {"wait_irq", "TIMEOUT", 1, 1, Verb::wait_irq, &P::time},
      {"expect_irq", "0|1", 1, 1, Verb::expect_irq, &P::expect_irq},
      {"wait", "TIME", 1, 1, Verb::wait, &P::time},
      {"reset", "TIME", 1, 1, Verb::reset, &P::reset},
      {"print", "TEXT", 0, any_number, Verb::print, &P::print},
      {"set", "NAME VALUE", 2, 2, Verb::print, &P::set},
  };
  return all;
}

std::string ScriptParser::command_names() {
  std::string names;
  for (const Syntax& each : syntax()) names += (names.empty() ? "" : ", ") + std::string(each.name);
  return names;
}

void ScriptParser::take(const std::string& line, unsigned number) {
  Words words = script_words(line);
  if (words.empty()) return;
  const std::string name = words.front();
  words.erase(words.begin());
  for (const Syntax& each : syntax()) {
    if (name != each.name) continue;
    if (words.size() < each.least || words.size() > each.most) {
      throw std::runtime_error(fmt::format("{} has {} words behind it; allowed: {} {}", name,
                                           words.size(), name, each.arguments));
    }
    ScriptCommand command;
    command.verb = each.verb;
    command.line = number;
    command.text = name;
    for (const std::string& word : words) command.text += " " + word;
    (this->*each.read)(words, command);
    if (each.read != &ScriptParser::set) commands_.push_back(std::move(command));
    return;
  }
  throw std::runtime_error(fmt::format("no command '{}'; allowed: {}", name, command_names()));
}

void ScriptParser::load(const Words& words, ScriptCommand& command) {
  name_file(words, command);
}

void ScriptParser::fill(const Words& words, ScriptCommand& command) {
  memory(words[0], values_.number("BYTES", words[1], 1, most_bytes), command);
  command.value = static_cast<std::uint32_t>(values_.number("VALUE", words[2], 0, 255));
}

void ScriptParser::mem32(const Words& words, ScriptCommand& command) {
  for (std::size_t at = 1; at < words.size(); ++at) {
    append_word(command.data, values_.word("VALUE", words[at]));
  }
  memory(words[0], command.data.size(), command);
}

void ScriptParser::descriptor(const Words& words, ScriptCommand& command) {
  DescriptorText text;
  for (std::size_t at = 1; at < words.size(); ++at) text.assign(words[at], values_);
  command.data = text.bytes();
  memory(words[0], command.data.size(), command);
}

void ScriptParser::dump(const Words& words, ScriptCommand& command) {
  memory(words[0], values_.number("BYTES", words[1], 1, most_bytes), command);
  if (words[2].empty()) throw std::runtime_error("FILE is empty; allowed: the name of a file");
  command.file = words[2];
  dumped_.insert(command.file.lexically_normal());
}

void ScriptParser::expect_mem(const Words& words, ScriptCommand& command) {
  name_file(words, command);
}

void ScriptParser::expect32(const Words& words, ScriptCommand& command) {
  memory(words[0], 4, command);
  expectation(words[1], words.size() > 2 ? &words[2] : nullptr, command);
}

void ScriptParser::write(const Words& words, ScriptCommand& command) {
  name_register(words[0], command);
  command.value = values_.word("VALUE", words[1]);
}

void ScriptParser::read(const Words& words, ScriptCommand& command) {
  name_register(words[0], command);
}

void ScriptParser::expect(const Words& words, ScriptCommand& command) {
  name_register(words[0], command);
  expectation(words[1], words.size() > 2 ? &words[2] : nullptr, command);
}

void ScriptParser::poll(const Words& words, ScriptCommand& command) {
  name_register(words[0], command);
  expectation(words[1], &words[2], command);
  command.picoseconds = values_.picoseconds("TIMEOUT", words[3]);
}

void ScriptParser::expect_irq(const Words& words, ScriptCommand& command) {
  command.value = static_cast<std::uint32_t>(values_.number("the level", words[0], 0, 1));
}

void ScriptParser::time(const Words& words, ScriptCommand& command) {
  command.picoseconds = values_.picoseconds("the time", words[0]);
}

void ScriptParser::reset(const Words& words, ScriptCommand& command) {
  time(words, command);
  if (command.picoseconds == 0) {
    throw std::runtime_error(
        fmt::format("the time is '{}'; allowed: more than 0, or nobody sees the reset", words[0]));
  }
}

void ScriptParser::print(const Words& words, ScriptCommand& command) {
  for (const std::string& word : words) command.name += (&word == &words[0] ? "" : " ") + word;
}

void ScriptParser::set(const Words& words, ScriptCommand& /*command*/) {
  values_.set(words[0], values_.number("VALUE", words[1]));
}

void ScriptParser::name_file(const Words& words, ScriptCommand& command) {
  if (words.size() > 2) command.offset = values_.number("OFFSET", words[2]);
  if (words.size() > 3) command.file_bytes = values_.number("BYTES", words[3], 1);
  const std::filesystem::path name = words[1];
  command.dumped = dumped_.count(name.lexically_normal()) != 0;
  if (command.dumped) {  // it will be there, and as long as it will be
    command.file = name;
    memory(words[0], 1, command);
    return;
  }
  command.file = folder_ / name;
  const DataFile data(command.file);
  memory(words[0], data.bytes_from(command.offset, command.file_bytes), command);
}

void ScriptParser::name_register(const std::string& text, ScriptCommand& command) const {
  command.name = text;
  if (const auto offset = register_offset(text)) {
    command.address = *offset;
    return;
  }
  const bool number = !text.empty() && (text[0] == '$' || (text[0] >= '0' && text[0] <= '9'));
  if (!number) {
    throw std::runtime_error(
        fmt::format("no register '{}'; allowed: an offset, {}", text, register_names()));
  }
  // Other devices may have a longer window than ours.
  command.address = values_.number("REGISTER", text);
  if (command.address % 4 != 0) {
    throw std::runtime_error(
        fmt::format("REGISTER is {}; allowed: a name, or an offset that is a multiple of 4", text));
  }
}

void ScriptParser::expectation(const std::string& value, const std::string* mask,
                               ScriptCommand& command) const {
  command.value = values_.word("VALUE", value);
  if (mask == nullptr) return;
  command.mask = values_.word("MASK", *mask);
  if ((command.value & ~command.mask) != 0) {
    throw std::runtime_error(fmt::format(
        "VALUE is {:#x} and MASK {:#x}, so that it never fits; allowed: a VALUE within MASK",
        command.value, command.mask));
  }
}

void ScriptParser::memory(const std::string& address, std::uint64_t bytes,
                          ScriptCommand& command) const {
  command.address = values_.number("ADDRESS", address);
  command.bytes = bytes;
  if (bytes - 1 > ~std::uint64_t{0} - command.address) {
    throw std::runtime_error(
        fmt::format("{} bytes from {:#x} on reach beyond the last address; allowed: up to 2^64",
                    bytes, command.address));
  }
}

}  // namespace tensordash
