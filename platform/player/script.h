#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace tensordash {

/// A script that cannot be played; what() is one line: file, line, what is wrong, what is allowed.
class ScriptError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a line of a script does; README.md has the table.
enum class ScriptVerb {
  load,
  fill,
  store,  ///< of bytes that the script says: mem32, descriptor
  dump,
  expect_mem,
  expect32,
  write,
  read,
  expect,
  poll,
  wait_irq,
  expect_irq,
  wait,
  reset,
  print,
};

/// A line of a script. Which members count depends on the verb.
struct ScriptCommand {
  ScriptVerb verb = ScriptVerb::print;
  unsigned line = 0;
  std::string text;           ///< the line as written, without comment
  std::string name;           ///< of a register, as written; of print, what to print
  std::uint64_t address = 0;  ///< in memory, or offset of a register
  std::uint64_t bytes = 0;
  std::vector<std::uint8_t> data;  ///< of store
  std::filesystem::path file;
  bool dumped = false;       ///< the file is one that an earlier line dumps
  std::uint64_t offset = 0;  ///< in the file's data
  /// Of the file's data; the largest number: up to their end.
  std::uint64_t file_bytes = std::numeric_limits<std::uint64_t>::max();
  std::uint32_t value = 0, mask = ~std::uint32_t{0};
  std::uint64_t picoseconds = 0;
};

/// A script that was read and checked as far as it can be before it is played.
class Script {
 public:
  /// Reads a file. Relative names of data files in it are looked for beside it. Throws ScriptError
  /// for the first line that is wrong, also when a data file is missing or too short.
  explicit Script(const std::filesystem::path& file);
  /// A script that is not in a file: `name` stands for it in messages, data files are looked for in
  /// `folder`.
  Script(const std::string& text, const std::string& name, const std::filesystem::path& folder);

  const std::string& name() const { return name_; }
  const std::vector<ScriptCommand>& commands() const { return commands_; }

 private:
  std::string name_;
  std::vector<ScriptCommand> commands_;
};

}  // namespace tensordash
