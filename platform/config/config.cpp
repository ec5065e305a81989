#include "platform/config/config.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>

#include "hw/pe/connectivity_file.h"

namespace tensordash {
namespace {

struct Range {
  unsigned low, high;
};

/// The checks behind a key: a range for numbers, a list of words for text; neither for free text.
struct KeyRule {
  KeyDescription description;
  Range range{0, 0};
  std::vector<std::string_view> words;
};

const std::vector<KeyRule>& rules() {
  static const std::vector<KeyRule> table = {
      {{"tile.rows", KeyKind::number, "4", "1 to 64", "PE rows of a tile; a row shares side B"},
       {1, 64},
       {}},
      {{"tile.columns", KeyKind::number, "4", "1 to 64",
        "PE columns of a tile; a column shares side A"},
       {1, 64},
       {}},
      {{"tiles", KeyKind::number, "16", "1 to 1024", "tiles of the accelerator"}, {1, 1024}, {}},
      {{"pe.lanes", KeyKind::number, "16", "1 to 64", "multipliers of a PE"}, {1, max_lanes}, {}},
      {{"staging.depth", KeyKind::number, "3", "1 to 8",
        "stream rows in a staging buffer (lookahead + 1)"},
       {1, max_depth},
       {}},
      {{"connectivity", KeyKind::text, "paper", "paper, dnnsim or a YAML file",
        "movement options and levels of the scheduler"},
       {},
       {}},
      {{"sync", KeyKind::text, "lockstep", "lockstep, elastic",
        "rows of a tile advance together, or each by its own AS"},
       {},
       {"lockstep", "elastic"}},
      {{"sparsity", KeyKind::text, "one_sided", "none, one_sided, two_sided",
        "whose zeros the schedulers skip"},
       {},
       {"none", "one_sided", "two_sided"}},
      {{"dilation_zeros", KeyKind::text, "kept", "kept, removed",
        "zeros between strided gradients in backward_data"},
       {},
       {"kept", "removed"}},
      {{"dtype", KeyKind::text, "fp32", "fp32, bf16", "type of the operands"},
       {},
       {"fp32", "bf16"}},
      {{"accumulate", KeyKind::text, "fp32", "fp32, exact",
        "round every sum in hardware order, or once at the end"},
       {},
       {"fp32", "exact"}},
      {{"nonfinite", KeyKind::text, "refuse", "refuse, allow", "NaN and infinity in operands"},
       {},
       {"refuse", "allow"}},
      {{"memory", KeyKind::text, "ideal", "ideal", "what stands behind the staging buffers"},
       {},
       {"ideal"}},
  };
  return table;
}

std::size_t index_of(std::string_view key) {
  const auto& table = rules();
  const auto found = std::find_if(table.begin(), table.end(), [&](const KeyRule& rule) {
    return rule.description.name == key;
  });
  if (found == table.end()) {
    std::string names;
    for (const KeyRule& rule : table) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", rule.description.name);
    }
    throw ConfigError(fmt::format("unknown key '{}'; allowed: {}", key, names));
  }
  return static_cast<std::size_t>(found - table.begin());
}

/// The value of a number as everybody writes it: 4 for "04".
std::string checked_number(const KeyRule& rule, std::string_view value) {
  unsigned long long parsed = 0;
  const auto* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, parsed);
  if (error == std::errc::invalid_argument || stop != end) {
    throw ConfigError(fmt::format("{} is '{}', not a whole number; allowed: {}",
                                  rule.description.name, value, rule.description.allowed));
  }
  if (error != std::errc{} || parsed < rule.range.low || parsed > rule.range.high) {
    throw ConfigError(fmt::format("{} is {}; allowed: {}", rule.description.name, value,
                                  rule.description.allowed));
  }
  return std::to_string(parsed);
}

void check_text(const KeyRule& rule, std::string_view value) {
  const bool known = rule.words.empty() ? !value.empty()
                                        : std::find(rule.words.begin(), rule.words.end(), value) !=
                                              rule.words.end();
  if (!known) {
    throw ConfigError(fmt::format("{} is '{}'; allowed: {}", rule.description.name, value,
                                  rule.description.allowed));
  }
}

void flatten(const YAML::Node& node, const std::string& prefix,
             std::vector<std::pair<std::string, std::string>>& out) {
  for (const auto& entry : node) {
    const std::string key =
        prefix.empty() ? entry.first.Scalar() : prefix + "." + entry.first.Scalar();
    if (entry.second.IsMap()) {
      flatten(entry.second, key, out);
    } else if (entry.second.IsScalar()) {
      out.emplace_back(key, entry.second.Scalar());
    } else {
      throw ConfigError(fmt::format("{} must be a single value; allowed: {}", key,
                                    rules()[index_of(key)].description.allowed));
    }
  }
}

}  // namespace

const std::vector<KeyDescription>& config_keys() {
  static const std::vector<KeyDescription> keys = [] {
    std::vector<KeyDescription> list;
    for (const KeyRule& rule : rules()) list.push_back(rule.description);
    return list;
  }();
  return keys;
}

Config::Config() : given_(rules().size(), false) {
  for (const KeyRule& rule : rules()) values_.emplace_back(rule.description.initial);
}

void Config::set(std::string_view key, std::string_view value) {
  const std::size_t at = index_of(key);
  const KeyRule& rule = rules()[at];
  if (rule.description.kind == KeyKind::number) {
    values_[at] = checked_number(rule, value);
  } else {
    check_text(rule, value);
    values_[at] = value;
  }
  given_[at] = true;
}

void Config::set_assignment(std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    throw ConfigError(fmt::format("'{}' is no setting; write key=value", assignment));
  }
  set(assignment.substr(0, equals), assignment.substr(equals + 1));
}

void Config::read_yaml(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream || std::filesystem::is_directory(file)) {
    throw ConfigError(fmt::format("configuration file {} cannot be read", file.string()));
  }
  try {
    const YAML::Node root = YAML::Load(stream);
    if (root.IsNull()) return;
    if (!root.IsMap()) throw ConfigError("must hold keys and values");
    std::vector<std::pair<std::string, std::string>> settings;
    flatten(root, "", settings);
    std::set<std::string> seen;
    for (const auto& [key, value] : settings) {
      if (!seen.insert(key).second) throw ConfigError(fmt::format("{} is given twice", key));
      const std::filesystem::path beside = file.parent_path() / value;
      const bool is_file = key == "connectivity" && !Connectivity::is_name(value);
      set(key, is_file && std::filesystem::exists(beside) ? beside.string() : value);
    }
  } catch (const YAML::Exception& problem) {
    throw ConfigError(fmt::format("configuration file {}: line {}: {}", file.string(),
                                  problem.mark.line + 1, problem.msg));
  } catch (const ConfigError& problem) {
    throw ConfigError(fmt::format("configuration file {}: {}", file.string(), problem.what()));
  }
}

const std::string& Config::text(std::string_view key) const {
  return values_[index_of(key)];
}

unsigned Config::number(std::string_view key) const {
  return static_cast<unsigned>(std::stoul(text(key)));
}

Connectivity Config::connectivity() {
  const std::string& name = text("connectivity");
  try {
    if (Connectivity::is_name(name)) {
      return Connectivity::named(name, number("pe.lanes"), number("staging.depth"));
    }
    if (!std::filesystem::exists(name)) {
      throw ConfigError(
          fmt::format("connectivity is '{}', neither a known table nor a file; allowed: {}", name,
                      rules()[index_of("connectivity")].description.allowed));
    }
    ConnectivityFile file = read_connectivity_file(name);
    if (!given_[index_of("pe.lanes")]) {
      values_[index_of("pe.lanes")] = std::to_string(file.lanes);
    } else if (file.lanes != number("pe.lanes")) {
      throw ConfigError(fmt::format("connectivity file {} is for {} lanes, but pe.lanes is {}",
                                    name, file.lanes, number("pe.lanes")));
    }
    return {fmt::format("connectivity file {}", name), file.lanes, number("staging.depth"),
            file.options, std::move(file.levels)};
  } catch (const std::invalid_argument& problem) {
    throw ConfigError(problem.what());
  }
}

}  // namespace tensordash
