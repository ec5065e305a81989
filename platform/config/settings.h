#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tensordash {

/// A configuration that cannot be; what() is one line that names the key and what is allowed.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a key's value looks like in a report.
enum class KeyKind { number, decimal, text };

/// A configuration key as documented to users.
struct KeyDescription {
  std::string_view name;  ///< dotted, e.g. "tile.rows"
  KeyKind kind;
  std::string_view initial;  ///< default value, as written by a user
  std::string_view allowed;  ///< in words
  std::string_view help;
};

class Settings;

/// The checks behind a key: a range for numbers, a list of words for text; neither for free text.
struct KeyRule {
  KeyDescription description;
  std::pair<unsigned, unsigned> range{0, 0};
  std::vector<std::string_view> words{};
  /// For text that may name a file: whether this value does. A relative file in a configuration
  /// file is looked for beside that first.
  bool (*names_file)(const std::string& value) = nullptr;
  bool may_be_empty = false;  ///< free text
  /// For a default that depends on other keys: what it is beside these.
  std::string_view (*initial_beside)(const Settings& others) = nullptr;
};

/// The keys of some rules.
std::vector<KeyDescription> descriptions_of(const std::vector<KeyRule>& rules);

/// A set of keys, every one with a checked value.
class Settings {
 public:
  /// All keys at their defaults. `rules` outlives the settings.
  explicit Settings(const std::vector<KeyRule>& rules);

  /// Sets one key from text. Throws ConfigError: unknown key, wrong type, value out of range.
  void set(std::string_view key, std::string_view value);
  /// Sets one key from "key=value".
  void set_assignment(std::string_view assignment);
  /// Sets the keys of a YAML file, nested (`tile: {rows: 4}`) or dotted (`tile.rows: 4`). Throws
  /// ConfigError naming file and key.
  void read_yaml(const std::filesystem::path& file);

  const std::string& text(std::string_view key) const;
  unsigned number(std::string_view key) const;
  double decimal(std::string_view key) const;
  /// The user has set the key.
  bool given(std::string_view key) const;

 protected:
  /// Gives a key that the user has not set another value than the default.
  void imply(std::string_view key, std::string value);
  const KeyDescription& description(std::string_view key) const;

 private:
  std::size_t index_of(std::string_view key) const;
  /// Defaults that depend on other keys, where the user has set no value.
  void follow_other_keys();

  const std::vector<KeyRule>* rules_;
  std::vector<std::string> values_;  ///< in the order of the rules
  std::vector<bool> given_;
};

}  // namespace tensordash
