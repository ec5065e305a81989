#include "platform/config/mapping_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "platform/config/memory_keys.h"

namespace tensordash {
namespace {

constexpr std::string_view prefix = "mapping.";

/// The words of a mapping: the keys mapping.* but the file's.
const std::vector<KeyRule>& rules() {
  static const std::vector<KeyRule> table = [] {
    std::vector<KeyRule> found;
    for (const KeyRule& rule : memory_rules()) {
      const std::string_view name = rule.description.name;
      if (name.substr(0, prefix.size()) == prefix && name != "mapping.file") found.push_back(rule);
    }
    return found;
  }();
  return table;
}

Settings chosen(const Settings& settings) {
  Settings keys(rules());
  for (const KeyRule& rule : rules()) {
    keys.set(rule.description.name, settings.text(rule.description.name));
  }
  return keys;
}

std::string words() {
  std::string list;
  for (const KeyRule& rule : rules()) {
    list +=
        fmt::format("{}{}", list.empty() ? "" : ", ", rule.description.name.substr(prefix.size()));
  }
  for (const Operation operation : all_operations) list += fmt::format(", {}", name_of(operation));
  return list;
}

void require_map(const YAML::Node& node, const std::string& where) {
  if (!node.IsMap()) throw ConfigError(fmt::format("{} must hold words and values", where));
}

}  // namespace

/// Reads entries; errors say where they stand.
class MappingTable::Reader {
 public:
  static Entry entry(const YAML::Node& node, const std::string& where) {
    Entry entry;
    require_map(node, where);
    std::set<std::string> seen;
    for (const auto& item : node) {
      const std::string word = item.first.Scalar();
      if (!seen.insert(word).second) throw ConfigError(fmt::format("{}: {} twice", where, word));
      if (const auto operation = operation_named(word)) {
        const std::string inside = fmt::format("{}, {}", where, word);
        require_map(item.second, inside);
        std::set<std::string> inner;
        for (const auto& special : item.second) {
          const std::string key = special.first.Scalar();
          if (!inner.insert(key).second)
            throw ConfigError(fmt::format("{}: {} twice", inside, key));
          entry.special[*operation].push_back(assignment(key, special.second, inside));
        }
      } else {
        entry.all.push_back(assignment(word, item.second, where));
      }
    }
    return entry;
  }

 private:
  static std::pair<std::string, std::string> assignment(const std::string& word,
                                                        const YAML::Node& value,
                                                        const std::string& where) {
    const std::string key = std::string(prefix) + word;
    const bool known = std::any_of(rules().begin(), rules().end(), [&](const KeyRule& rule) {
      return rule.description.name == key;
    });
    if (!known) {
      throw ConfigError(fmt::format("{}: unknown word '{}'; allowed: {}", where, word, words()));
    }
    try {
      Settings(rules()).set(key, value.IsScalar() ? value.Scalar() : "");
    } catch (const ConfigError& problem) {
      throw ConfigError(fmt::format("{}: {}", where, problem.what()));
    }
    return {key, value.Scalar()};
  }
};

MappingTable::MappingTable(const Settings& settings)
    : keys_(chosen(settings)), file_(settings.text("mapping.file")) {
  if (file_ == "none") {
    file_.clear();
    return;
  }
  try {
    read();
  } catch (const YAML::Exception& problem) {
    throw ConfigError(
        fmt::format("mapping file {}: line {}: {}", file_, problem.mark.line + 1, problem.msg));
  } catch (const ConfigError& problem) {
    throw ConfigError(fmt::format("mapping file {}: {}", file_, problem.what()));
  }
}

void MappingTable::read() {
  std::ifstream stream(file_);
  if (!stream || std::filesystem::is_directory(file_)) throw ConfigError("cannot be read");
  const YAML::Node root = YAML::Load(stream);
  if (root.IsNull()) return;
  require_map(root, "the file");
  std::set<std::string> seen;
  for (const auto& part : root) {
    const std::string name = part.first.Scalar();
    if (!seen.insert(name).second) throw ConfigError(fmt::format("{} is given twice", name));
    if (name == "default") {
      default_ = Reader::entry(part.second, "default");
    } else if (name == "layers") {
      require_map(part.second, "layers");
      for (const auto& layer : part.second) {
        const std::string layer_name = layer.first.Scalar();
        if (layers_.count(layer_name) != 0) {
          throw ConfigError(fmt::format("layer {} is given twice", layer_name));
        }
        layers_[layer_name] = Reader::entry(layer.second, fmt::format("layer {}", layer_name));
      }
    } else {
      throw ConfigError(fmt::format("unknown word '{}'; allowed: default, layers", name));
    }
  }
}

void MappingTable::apply(const Entry& entry, Operation operation, Settings& settings) {
  for (const auto& [key, value] : entry.all) settings.set(key, value);
  const auto special = entry.special.find(operation);
  if (special == entry.special.end()) return;
  for (const auto& [key, value] : special->second) settings.set(key, value);
}

OperationMapping MappingTable::of(const std::string& layer, Operation operation) const {
  Settings keys = keys_;
  apply(default_, operation, keys);
  if (const auto own = layers_.find(layer); own != layers_.end()) {
    apply(own->second, operation, keys);
  }
  return {mapping_choice(keys), keys.number("mapping.reduction_rows")};
}

void MappingTable::require_whole(const std::string& layer, Operation operation) const {
  const unsigned rows = of(layer, operation).reduction_rows;
  if (rows == 0) return;
  throw ConfigError(
      fmt::format("layer {}, {}: mapping.reduction_rows is {}; allowed with accumulate exact: 0",
                  layer, name_of(operation), rows));
}

std::set<std::string> MappingTable::layers() const {
  std::set<std::string> names;
  for (const auto& [name, entry] : layers_) names.insert(name);
  return names;
}

std::string MappingTable::text() const {
  std::string text;
  const auto add = [&](const std::string& where, const Entry& entry) {
    const auto line = [&](const std::string& inside, Assignments assignments) {
      std::sort(assignments.begin(), assignments.end());
      for (const auto& [key, value] : assignments) {
        text += fmt::format("{}{}: {}={}\n", where, inside, key, value);
      }
    };
    line("", entry.all);
    for (const auto& [operation, assignments] : entry.special) {
      line(fmt::format(" {}", name_of(operation)), assignments);
    }
  };
  add("default", default_);
  for (const auto& [name, entry] : layers_) add("layer " + name, entry);
  return text;
}

}  // namespace tensordash
