#include "hw/pe/connectivity_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <set>

namespace tensordash {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw std::invalid_argument(fmt::format("connectivity file {}: {}", file.string(), why));
}

template <typename Number>
Number number(const YAML::Node& node, const std::filesystem::path& file, const std::string& what,
              Number low, Number high) {
  long long value = 0;
  try {
    if (!node.IsScalar()) throw YAML::BadConversion(node.Mark());
    value = node.as<long long>();
  } catch (const YAML::BadConversion&) {
    refuse(file, fmt::format("{} must be a whole number", what));
  }
  if (value < static_cast<long long>(low) || value > static_cast<long long>(high)) {
    refuse(file, fmt::format("{} is {}; allowed: {} to {}", what, value, low, high));
  }
  return static_cast<Number>(value);
}

std::vector<Movement> read_options(const YAML::Node& node, const std::filesystem::path& file) {
  if (!node || !node.IsSequence() || node.size() == 0) {
    refuse(file, "key 'options' must be a list of [step, offset]");
  }
  std::vector<Movement> options;
  for (std::size_t at = 0; at < node.size(); ++at) {
    if (!node[at].IsSequence() || node[at].size() != 2) {
      refuse(file, fmt::format("options[{}] must be [step, offset]", at));
    }
    options.push_back(
        {number<unsigned>(node[at][0], file, fmt::format("options[{}] step", at), 0, 1000),
         number<int>(node[at][1], file, fmt::format("options[{}] offset", at), -1000, 1000)});
  }
  return options;
}

Connectivity::Levels read_levels(const YAML::Node& node, const std::filesystem::path& file) {
  if (!node.IsSequence()) refuse(file, "key 'levels' must be a list of lists of lanes");
  Connectivity::Levels levels;
  for (std::size_t at = 0; at < node.size(); ++at) {
    if (!node[at].IsSequence()) refuse(file, fmt::format("levels[{}] must be a list of lanes", at));
    std::vector<unsigned> lanes;
    for (std::size_t lane = 0; lane < node[at].size(); ++lane) {
      lanes.push_back(number<unsigned>(node[at][lane], file,
                                       fmt::format("levels[{}][{}]", at, lane), 0, max_lanes - 1));
    }
    levels.push_back(std::move(lanes));
  }
  return levels;
}

}  // namespace

ConnectivityFile read_connectivity_file(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream || std::filesystem::is_directory(file)) refuse(file, "cannot be read");
  YAML::Node root;
  try {
    root = YAML::Load(stream);
  } catch (const YAML::Exception& problem) {
    refuse(file, fmt::format("is not YAML: line {}: {}", problem.mark.line + 1, problem.msg));
  }
  if (!root.IsMap()) refuse(file, "must hold the keys lanes, options and, if wanted, levels");
  std::set<std::string> seen;
  for (const auto& entry : root) {
    const std::string key = entry.first.Scalar();
    if (!seen.insert(key).second) refuse(file, fmt::format("key '{}' is given twice", key));
    if (key != "lanes" && key != "options" && key != "levels") {
      refuse(file, fmt::format("unknown key '{}'; allowed: lanes, options, levels", key));
    }
  }
  if (!root["lanes"]) refuse(file, "key 'lanes' is missing");
  ConnectivityFile table;
  table.lanes = number<unsigned>(root["lanes"], file, "lanes", 1, max_lanes);
  table.options = read_options(root["options"], file);
  if (root["levels"]) table.levels = read_levels(root["levels"], file);
  return table;
}

}  // namespace tensordash
