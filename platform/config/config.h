#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "hw/pe/connectivity.h"

namespace tensordash {

/// A configuration that cannot be; what() is one line that names the key and what is allowed.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a key's value looks like in a report.
enum class KeyKind { number, text };

/// A configuration key as documented to users.
struct KeyDescription {
  std::string_view name;  ///< dotted, e.g. "tile.rows"
  KeyKind kind;
  std::string_view initial;  ///< default value, as written by a user
  std::string_view allowed;  ///< in words
  std::string_view help;
};

/// All keys, in the order in which reports list them.
const std::vector<KeyDescription>& config_keys();

/// The machine's configuration: every key with a checked value.
class Config {
 public:
  /// All keys at their defaults.
  Config();

  /// Sets one key from text. Throws ConfigError: unknown key, wrong type, value out of range.
  void set(std::string_view key, std::string_view value);
  /// Sets one key from "key=value".
  void set_assignment(std::string_view assignment);
  /// Sets the keys of a YAML file, nested (`tile: {rows: 4}`) or dotted (`tile.rows: 4`). A
  /// relative connectivity file is looked for beside the YAML file first. Throws ConfigError naming
  /// file and key.
  void read_yaml(const std::filesystem::path& file);

  const std::string& text(std::string_view key) const;
  unsigned number(std::string_view key) const;

  /// The connectivity table that the keys describe. A table from a file sets pe.lanes unless the
  /// user has set it; then they must agree. Throws ConfigError.
  Connectivity connectivity();

 private:
  std::vector<std::string> values_;  ///< in the order of config_keys()
  std::vector<bool> given_;          ///< set by the user
};

}  // namespace tensordash
