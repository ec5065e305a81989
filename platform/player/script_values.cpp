#include "platform/player/script_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace tensordash {
namespace {

constexpr const char* blanks = " \t\r\v\f";

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error(what);
}

/// A word in quotes, which begin at `at`; leaves `at` behind them.
std::string quoted_word(const std::string& line, std::size_t& at) {
  std::string word;
  for (++at; at < line.size(); ++at) {
    if (line[at] == '"') {
      ++at;
      return word;
    }
    const bool escape =
        line[at] == '\\' && at + 1 < line.size() && (line[at + 1] == '"' || line[at + 1] == '\\');
    if (escape) ++at;
    word += line[at];
  }
  refuse("a quote does not end; allowed: \"...\" on one line, \\\" for a quote within");
}

bool is_name(const std::string& text) {
  const auto letter = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || digit(c); });
}

std::optional<std::uint64_t> plain_number(const std::string& text) {
  const bool hexadecimal = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  const char* const first = text.data() + (hexadecimal ? 2 : 0);
  const char* const last = text.data() + text.size();
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(first, last, value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || stop != last || first == last) return std::nullopt;
  return value;
}

struct TimeUnit {
  const char* name;
  std::uint64_t picoseconds;
};

constexpr std::array<TimeUnit, 5> time_units = {
    TimeUnit{"ps", 1}, TimeUnit{"ns", 1000}, TimeUnit{"us", 1'000'000},
    TimeUnit{"ms", 1'000'000'000}, TimeUnit{"s", 1'000'000'000'000}};
constexpr std::uint64_t most_picoseconds = 1000 * time_units.back().picoseconds;

}  // namespace

std::vector<std::string> script_words(const std::string& line) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(blanks, at)) != std::string::npos) {
    if (line[at] == '#') break;
    if (line[at] == '"') {
      words.push_back(quoted_word(line, at));
      if (at < line.size() && std::string(blanks).find(line[at]) == std::string::npos) {
        refuse("something follows a quote's end; allowed: a blank behind it");
      }
      continue;
    }
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

void ScriptValues::set(const std::string& name, std::uint64_t value) {
  if (!is_name(name)) {
    refuse(fmt::format("NAME is '{}'; allowed: letters, digits and _, not a digit first", name));
  }
  names_[name] = value;
}

std::uint64_t ScriptValues::term(const std::string& what, const std::string& whole,
                                 const std::string& text) const {
  if (!text.empty() && text[0] == '$') {
    const auto found = names_.find(text.substr(1));
    if (found != names_.end()) return found->second;
    std::string known;
    for (const auto& [name, value] : names_) known += (known.empty() ? "$" : ", $") + name;
    refuse(fmt::format("{} is '{}', and no line above sets {}; allowed: {}", what, whole, text,
                       known.empty() ? "none, nothing is set" : known));
  }
  if (const auto value = plain_number(text)) return *value;
  refuse(fmt::format(
      "{} is '{}'; allowed: numbers below 2^64, decimal or 0x, and $NAME, with + between", what,
      whole));
}

std::uint64_t ScriptValues::number(const std::string& what, const std::string& text,
                                   std::uint64_t least, std::uint64_t most) const {
  std::uint64_t sum = 0;
  for (std::size_t first = 0; first <= text.size();) {
    const std::size_t end = std::min(text.find('+', first), text.size());
    const std::uint64_t value = term(what, text, text.substr(first, end - first));
    if (__builtin_add_overflow(sum, value, &sum)) {
      refuse(fmt::format("{} is '{}', 2^64 or more; allowed: numbers below", what, text));
    }
    first = end + 1;
  }
  if (sum < least || sum > most) {
    refuse(fmt::format("{} is {}; allowed: {} to {}", what, sum, least, most));
  }
  return sum;
}

std::uint32_t ScriptValues::word(const std::string& what, const std::string& text) const {
  return static_cast<std::uint32_t>(
      number(what, text, 0, std::numeric_limits<std::uint32_t>::max()));
}

std::uint64_t ScriptValues::picoseconds(const std::string& what, const std::string& text) const {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string unit = text.substr(digits);
  const auto value = plain_number(text.substr(0, digits));
  for (const TimeUnit& each : time_units) {
    std::uint64_t time = 0;
    if (!value || unit != each.name) continue;
    if (__builtin_mul_overflow(*value, each.picoseconds, &time) || time > most_picoseconds) break;
    return time;
  }
  refuse(fmt::format("{} is '{}'; allowed: a whole number and ps, ns, us, ms or s, at most 1000s",
                     what, text));
}

}  // namespace tensordash
