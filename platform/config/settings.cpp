#include "platform/config/settings.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>

namespace tensordash {
namespace {

/// The value of a number as everybody writes it: 4 for "04".
std::string checked_number(const KeyRule& rule, std::string_view value) {
  unsigned long long parsed = 0;
  const auto* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, parsed);
  if (error == std::errc::invalid_argument || stop != end) {
    throw ConfigError(fmt::format("{} is '{}', not a whole number; allowed: {}",
                                  rule.description.name, value, rule.description.allowed));
  }
  if (error != std::errc{} || parsed < rule.range.first || parsed > rule.range.second) {
    throw ConfigError(fmt::format("{} is {}; allowed: {}", rule.description.name, value,
                                  rule.description.allowed));
  }
  return std::to_string(parsed);
}

void check_decimal(const KeyRule& rule, std::string_view value) {
  double parsed = 0.0;
  const auto* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, parsed);
  // The comparison is false for NaN.
  if (error != std::errc{} || stop != end ||
      !(parsed >= rule.range.first && parsed <= rule.range.second)) {
    throw ConfigError(fmt::format("{} is '{}'; allowed: {}", rule.description.name, value,
                                  rule.description.allowed));
  }
}

void check_text(const KeyRule& rule, std::string_view value) {
  const bool known = rule.words.empty() ? rule.may_be_empty || !value.empty()
                                        : std::find(rule.words.begin(), rule.words.end(), value) !=
                                              rule.words.end();
  if (!known) {
    throw ConfigError(fmt::format("{} is '{}'; allowed: {}", rule.description.name, value,
                                  rule.description.allowed));
  }
}

/// `allowed` tells what a key may be.
template <typename Allowed>
void flatten(const YAML::Node& node, const std::string& prefix, const Allowed& allowed,
             std::vector<std::pair<std::string, std::string>>& out) {
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) throw ConfigError("keys must be words");
    const std::string key =
        prefix.empty() ? entry.first.Scalar() : prefix + "." + entry.first.Scalar();
    if (entry.second.IsMap()) {
      flatten(entry.second, key, allowed, out);
    } else if (entry.second.IsScalar()) {
      out.emplace_back(key, entry.second.Scalar());
    } else {
      throw ConfigError(fmt::format("{} must be a single value; allowed: {}", key, allowed(key)));
    }
  }
}

}  // namespace

std::vector<KeyDescription> descriptions_of(const std::vector<KeyRule>& rules) {
  std::vector<KeyDescription> list;
  for (const KeyRule& rule : rules) list.push_back(rule.description);
  return list;
}

Settings::Settings(const std::vector<KeyRule>& rules)
    : rules_(&rules), given_(rules.size(), false) {
  for (const KeyRule& rule : rules) values_.emplace_back(rule.description.initial);
}

std::size_t Settings::index_of(std::string_view key) const {
  const auto found = std::find_if(rules_->begin(), rules_->end(), [&](const KeyRule& rule) {
    return rule.description.name == key;
  });
  if (found == rules_->end()) {
    std::string names;
    for (const KeyRule& rule : *rules_) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", rule.description.name);
    }
    throw ConfigError(fmt::format("unknown key '{}'; allowed: {}", key, names));
  }
  return static_cast<std::size_t>(found - rules_->begin());
}

const KeyDescription& Settings::description(std::string_view key) const {
  return (*rules_)[index_of(key)].description;
}

void Settings::set(std::string_view key, std::string_view value) {
  const std::size_t at = index_of(key);
  const KeyRule& rule = (*rules_)[at];
  switch (rule.description.kind) {
    case KeyKind::number:
      values_[at] = checked_number(rule, value);
      break;
    case KeyKind::decimal:
      check_decimal(rule, value);
      values_[at] = value;
      break;
    case KeyKind::text:
      check_text(rule, value);
      values_[at] = value;
      break;
  }
  given_[at] = true;
  follow_other_keys();
}

void Settings::follow_other_keys() {
  for (std::size_t at = 0; at < rules_->size(); ++at) {
    const auto initial = (*rules_)[at].initial_beside;
    if (initial != nullptr && !given_[at]) values_[at] = initial(*this);
  }
}

void Settings::set_assignment(std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    throw ConfigError(fmt::format("'{}' is no setting; write key=value", assignment));
  }
  set(assignment.substr(0, equals), assignment.substr(equals + 1));
}

void Settings::read_yaml(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream || std::filesystem::is_directory(file)) {
    throw ConfigError(fmt::format("configuration file {} cannot be read", file.string()));
  }
  try {
    const YAML::Node root = YAML::Load(stream);
    if (root.IsNull()) return;
    if (!root.IsMap()) throw ConfigError("must hold keys and values");
    std::vector<std::pair<std::string, std::string>> settings;
    flatten(
        root, "", [this](const std::string& key) { return description(key).allowed; }, settings);
    std::set<std::string> seen;
    for (const auto& [key, value] : settings) {
      if (!seen.insert(key).second) throw ConfigError(fmt::format("{} is given twice", key));
      const std::filesystem::path beside = file.parent_path() / value;
      const auto names_file = (*rules_)[index_of(key)].names_file;
      const bool is_file = names_file != nullptr && names_file(value);
      set(key, is_file && std::filesystem::exists(beside) ? beside.string() : value);
    }
  } catch (const YAML::Exception& problem) {
    throw ConfigError(fmt::format("configuration file {}: line {}: {}", file.string(),
                                  problem.mark.line + 1, problem.msg));
  } catch (const ConfigError& problem) {
    throw ConfigError(fmt::format("configuration file {}: {}", file.string(), problem.what()));
  }
}

const std::string& Settings::text(std::string_view key) const {
  return values_[index_of(key)];
}

unsigned Settings::number(std::string_view key) const {
  return static_cast<unsigned>(std::stoul(text(key)));
}

double Settings::decimal(std::string_view key) const {
  const std::string& value = text(key);
  double parsed = 0.0;
  std::from_chars(value.data(), value.data() + value.size(), parsed);
  return parsed;
}

bool Settings::given(std::string_view key) const {
  return given_[index_of(key)];
}

void Settings::imply(std::string_view key, std::string value) {
  values_[index_of(key)] = std::move(value);
}

}  // namespace tensordash
