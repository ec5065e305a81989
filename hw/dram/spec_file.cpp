#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "hw/dram/builtin_specs.h"
#include "hw/dram/spec.h"

namespace tensordash {
namespace {

/// One section of a description: every value has a `value`, a `source` and, when it is not a count
/// of clocks or milliamperes, a `unit`.
class Section {
 public:
  Section(const YAML::Node& parent, const std::string& name, const std::string& origin)
      : node_(parent[name]), name_(name), origin_(origin) {
    if (!node_) refuse(fmt::format("section '{}' is missing", name_));
    if (!node_.IsMap()) refuse(fmt::format("section '{}' must hold values by name", name_));
  }

  Section section(const std::string& name) {
    used_.insert(name);
    return {node_, name, origin_};
  }

  double number(const std::string& key, const std::string& unit = "") {
    used_.insert(key);
    const YAML::Node entry = node_[key];
    const std::string what = fmt::format("{}.{}", name_, key);
    if (!entry) refuse(what + " is missing");
    if (!entry.IsMap()) refuse(what + " must be {value: ..., source: \"...\"}");
    for (const auto& part : entry) {
      const std::string word = part.first.Scalar();
      if (word != "value" && word != "source" && (word != "unit" || unit.empty())) {
        refuse(fmt::format("{} has an unknown part '{}'", what, word));
      }
    }
    if (!entry["source"] || !entry["source"].IsScalar() || entry["source"].Scalar().empty()) {
      refuse(what + " has no source");
    }
    if (!unit.empty() && (!entry["unit"] || entry["unit"].Scalar() != unit)) {
      refuse(fmt::format("{} must have the unit {}", what, unit));
    }
    if (!entry["value"]) refuse(what + " has no value");
    double value = 0.0;
    try {
      value = entry["value"].as<double>();
    } catch (const YAML::Exception&) {
      refuse(fmt::format("{} must be a number", what));
    }
    if (!std::isfinite(value) || value < 0.0) {
      refuse(fmt::format("{} is {}; allowed: 0 or more", what, value));
    }
    return value;
  }

  unsigned count(const std::string& key) {
    const double value = number(key);
    if (value != std::floor(value) || value > 4e9) {
      refuse(fmt::format("{}.{} is {}; allowed: whole numbers", name_, key, value));
    }
    return static_cast<unsigned>(value);
  }

  /// Names a key that is not known, before another is missed in its place.
  template <typename Known>
  void refuse_others(Known known) const {
    for (const auto& entry : node_) {
      if (!known(entry.first.Scalar())) {
        refuse(fmt::format("unknown key '{}.{}'", name_, entry.first.Scalar()));
      }
    }
  }

  /// Everything has been read that may be here.
  void end() const {
    for (const auto& entry : node_) {
      if (used_.count(entry.first.Scalar()) == 0) {
        refuse(fmt::format("unknown key '{}.{}'", name_, entry.first.Scalar()));
      }
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw DramError(fmt::format("DRAM description {}: {}", origin_, why));
  }

  YAML::Node node_;
  std::string name_, origin_;
  std::set<std::string> used_;
};

DramSpec read_spec(const YAML::Node& root, const std::string& origin) {
  DramSpec spec;
  const std::set<std::string> allowed = {"name", "clock", "organisation", "timing", "currents"};
  for (const auto& entry : root) {
    if (allowed.count(entry.first.Scalar()) == 0) {
      throw DramError(
          fmt::format("DRAM description {}: unknown key '{}'; allowed: name, clock, "
                      "organisation, timing, currents",
                      origin, entry.first.Scalar()));
    }
  }
  if (!root["name"] || !root["name"].IsScalar()) {
    throw DramError(fmt::format("DRAM description {}: name is missing", origin));
  }
  spec.name = root["name"].Scalar();

  Section clock(root, "clock", origin);
  spec.tck_ps = static_cast<unsigned>(std::lround(clock.number("tCK", "ns") * 1000.0));
  clock.end();

  Section organisation(root, "organisation", origin);
  spec.device_width = organisation.count("width");
  spec.banks = organisation.count("banks");
  spec.rows = organisation.count("rows");
  spec.columns = organisation.count("columns");
  spec.burst_length = organisation.count("burst_length");
  organisation.end();

  Section timing(root, "timing", origin);
  timing.refuse_others([](const std::string& key) {
    const auto& fields = dram_timing_fields();
    return std::any_of(fields.begin(), fields.end(),
                       [&key](const DramTimingField& field) { return field.name == key; });
  });
  for (const DramTimingField& field : dram_timing_fields()) {
    spec.timings.*field.member = timing.count(std::string(field.name));
  }
  timing.end();

  Section currents(root, "currents", origin);
  constexpr std::array<const char*, 3> supplies = {"VDD1", "VDD2", "VDDQ"};
  for (std::size_t at = 0; at < supplies.size(); ++at) {
    Section supply = currents.section(supplies[at]);
    spec.supplies[at].name = supplies[at];
    spec.supplies[at].volts = supply.number("voltage", "V");
    for (const DramCurrentField& field : dram_current_fields()) {
      spec.supplies[at].*field.member = supply.number(std::string(field.name));
    }
    supply.end();
  }
  currents.end();
  try {
    check_dram_spec(spec);
  } catch (const DramError& problem) {
    throw DramError(fmt::format("DRAM description {}: {}", origin, problem.what()));
  }
  return spec;
}

}  // namespace

DramSpec parse_dram_spec(const std::string& text, const std::string& origin) {
  try {
    const YAML::Node root = YAML::Load(text);
    if (!root.IsMap()) {
      throw DramError(fmt::format("DRAM description {}: no keys in it", origin));
    }
    return read_spec(root, origin);
  } catch (const YAML::Exception& problem) {
    throw DramError(fmt::format("DRAM description {}: {}", origin, problem.what()));
  }
}

std::vector<std::string> dram_spec_names() {
  std::vector<std::string> names;
  for (const BuiltinDramSpec& spec : builtin_dram_specs()) names.emplace_back(spec.name);
  return names;
}

DramSpec load_dram_spec(const std::string& name_or_file) {
  std::string names;
  for (const BuiltinDramSpec& spec : builtin_dram_specs()) {
    if (spec.name == name_or_file) return parse_dram_spec(std::string(spec.text), name_or_file);
    names += std::string(spec.name) + ", ";
  }
  std::ifstream file(name_or_file);
  std::ostringstream text;
  if (!file || std::filesystem::is_directory(name_or_file) || !(text << file.rdbuf())) {
    throw DramError(fmt::format("DRAM description '{}': no such file or name; allowed: {}or a file",
                                name_or_file, names));
  }
  return parse_dram_spec(text.str(), name_or_file);
}

}  // namespace tensordash
