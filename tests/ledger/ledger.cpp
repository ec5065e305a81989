#include "tests/ledger/ledger.h"

#include <yaml-cpp/yaml.h>

#include <set>
#include <stdexcept>

namespace tensordash::ledger {
namespace {

void check_keys(const YAML::Node& node, const std::string& name,
                const std::set<std::string>& allowed) {
  for (const auto& entry : node) {
    if (allowed.count(entry.first.Scalar()) == 0) {
      throw std::runtime_error("ledger entry " + name + ": unknown key " + entry.first.Scalar());
    }
  }
}

std::vector<Picture> read_streams(const YAML::Node& node) {
  std::vector<Picture> streams;
  for (const auto& stream : node) {
    if (stream.IsScalar() && stream.Scalar() == "missing") {
      streams.emplace_back();
    } else {
      streams.emplace_back(stream.as<std::vector<std::string>>());
    }
  }
  return streams;
}

Axes read_axes(const YAML::Node& node, Axes initial) {
  if (!node) return initial;
  return {node[0].as<std::int64_t>(), node[1].as<std::int64_t>()};
}

LayerShape read_layer(const YAML::Node& node, const std::string& name) {
  check_keys(node, name, {"N", "C", "M", "H", "W", "R", "S", "stride", "padding", "groups"});
  const auto size = [&](const char* key) {
    return node[key] ? node[key].as<std::int64_t>() : std::int64_t{1};
  };
  return conv2d_shape({size("N"), size("C"), size("H"), size("W")},
                      {size("M"), size("C") / size("groups"), size("R"), size("S")},
                      read_axes(node["stride"], {1, 1}), read_axes(node["padding"], {0, 0}), {1, 1},
                      size("groups"));
}

/// Categories that are left out are zero.
CycleLedger read_lane_cycles(const YAML::Node& node, const std::string& name) {
  CycleLedger ledger;
  std::set<std::string> names;
  for (const LedgerCategory& category : ledger_categories()) {
    const std::string key(category.name);
    names.insert(key);
    if (node[key]) ledger.*category.count = node[key].as<std::uint64_t>();
  }
  check_keys(node, name, names);
  return ledger;
}

Case read_case(const YAML::Node& node) {
  Case entry;
  entry.name = node["name"].as<std::string>();
  check_keys(node, entry.name,
             {"name", "because", "table", "depth", "rows", "columns", "tiles", "sync", "sparsity",
              "passes", "layer", "operation", "dilation_zeros", "steps", "dense", "ledger"});
  entry.because = node["because"].as<std::string>();
  entry.table = node["table"].as<std::string>("four");
  const bool four = entry.table == "four";
  entry.lanes = four ? 4 : 16;
  entry.depth = node["depth"].as<unsigned>(four ? 2 : 3);
  entry.machine.tiles = node["tiles"].as<unsigned>(1);
  entry.machine.tile.rows = node["rows"].as<unsigned>(1);
  entry.machine.tile.columns = node["columns"].as<unsigned>(1);
  if (node["sync"].as<std::string>("lockstep") == "elastic") {
    entry.machine.tile.sync = Sync::elastic;
  }
  const auto sparsity = node["sparsity"].as<std::string>("one_sided");
  if (sparsity == "two_sided") entry.machine.tile.sparsity = Sparsity::two_sided;
  if (sparsity == "none") entry.machine.tile.sparsity = Sparsity::none;
  for (const auto& pass : node["passes"]) {
    entry.passes.push_back({read_streams(pass["b"]), read_streams(pass["a"])});
  }
  if (node["layer"]) {
    entry.layer = read_layer(node["layer"], entry.name);
    entry.operation = operation_named(node["operation"].as<std::string>()).value();
    entry.dilation_zeros_removed = node["dilation_zeros"].as<std::string>("kept") == "removed";
  }
  entry.steps = node["steps"].as<std::uint64_t>();
  entry.dense = node["dense"].as<std::uint64_t>();
  if (node["ledger"]) entry.ledger = read_lane_cycles(node["ledger"], entry.name);
  return entry;
}

}  // namespace

std::vector<Case> read_ledger(const std::string& file) {
  std::vector<Case> cases;
  for (const auto& node : YAML::LoadFile(file)) cases.push_back(read_case(node));
  return cases;
}

}  // namespace tensordash::ledger
