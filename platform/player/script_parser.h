#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "platform/player/script.h"
#include "platform/player/script_values.h"

namespace tensordash {

/// Reads a script line by line. What is wrong is thrown as std::runtime_error, without a place.
class ScriptParser {
 public:
  /// Data files with relative names are looked for in `folder`.
  explicit ScriptParser(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Takes the next line; an empty one and `set` add no command.
  void take(const std::string& line, unsigned number);

  std::vector<ScriptCommand> commands() && { return std::move(commands_); }

 private:
  using Words = std::vector<std::string>;
  struct Syntax;

  static const std::vector<Syntax>& syntax();
  static std::string command_names();

  void load(const Words& words, ScriptCommand& command);
  void fill(const Words& words, ScriptCommand& command);
  void mem32(const Words& words, ScriptCommand& command);
  void descriptor(const Words& words, ScriptCommand& command);
  void dump(const Words& words, ScriptCommand& command);
  void expect_mem(const Words& words, ScriptCommand& command);
  void expect32(const Words& words, ScriptCommand& command);
  void write(const Words& words, ScriptCommand& command);
  void read(const Words& words, ScriptCommand& command);
  void expect(const Words& words, ScriptCommand& command);
  void poll(const Words& words, ScriptCommand& command);
  void expect_irq(const Words& words, ScriptCommand& command);
  void time(const Words& words, ScriptCommand& command);
  void reset(const Words& words, ScriptCommand& command);
  void print(const Words& words, ScriptCommand& command);
  void set(const Words& words, ScriptCommand& command);

  void name_file(const Words& words, ScriptCommand& command);
  void name_register(const std::string& text, ScriptCommand& command) const;
  void expectation(const std::string& value, const std::string* mask, ScriptCommand& command) const;
  void memory(const std::string& address, std::uint64_t bytes, ScriptCommand& command) const;

  std::filesystem::path folder_;
  ScriptValues values_;
  std::set<std::filesystem::path> dumped_;
  std::vector<ScriptCommand> commands_;
};

}  // namespace tensordash
