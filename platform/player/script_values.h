#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace tensordash {

/// The words of a line: separated by blanks, up to a word that begins with `#`. A word in double
/// quotes may hold blanks and `#`; in it `\"` and `\\` stand for `"` and `\`. Throws
/// std::runtime_error when a quote does not end.
std::vector<std::string> script_words(const std::string& line);

/// Numbers and times as scripts write them, and the names that `set` gave to numbers. Everything
/// throws std::runtime_error that says what is wrong and what is allowed, without a place; `what`
/// names the value in it.
class ScriptValues {
 public:
  /// Gives a number a name, a new one or in place of the number that it had.
  void set(const std::string& name, std::uint64_t value);

  /// Decimal, 0x... or $NAME, or several of them with + between.
  std::uint64_t number(const std::string& what, const std::string& text, std::uint64_t least = 0,
                       std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) const;
  /// A number of 32 bits.
  std::uint32_t word(const std::string& what, const std::string& text) const;
  /// A number and its unit, such as 10us, in picoseconds; at most 1000 s.
  std::uint64_t picoseconds(const std::string& what, const std::string& text) const;

 private:
  std::uint64_t term(const std::string& what, const std::string& whole,
                     const std::string& text) const;

  std::map<std::string, std::uint64_t> names_;
};

}  // namespace tensordash
