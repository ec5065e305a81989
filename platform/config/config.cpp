#include "platform/config/config.h"

#include <fmt/format.h>

#include <filesystem>

#include "hw/pe/connectivity_file.h"
#include "platform/config/dram_keys.h"
#include "platform/config/memory_keys.h"

namespace tensordash {
namespace {

const std::vector<KeyRule>& machine_rules() {
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
       {},
       [](const std::string& value) { return !Connectivity::is_name(value); }},
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
  };
  return table;
}

const std::vector<KeyRule>& rules() {
  static const std::vector<KeyRule> table = [] {
    std::vector<KeyRule> all = machine_rules();
    all.insert(all.end(), memory_rules().begin(), memory_rules().end());
    all.insert(all.end(), dram_rules().begin(), dram_rules().end());
    return all;
  }();
  return table;
}

}  // namespace

const std::vector<KeyDescription>& config_keys() {
  static const std::vector<KeyDescription> keys = descriptions_of(rules());
  return keys;
}

Config::Config() : Settings(rules()) {}

Connectivity Config::connectivity() {
  const std::string& name = text("connectivity");
  try {
    if (Connectivity::is_name(name)) {
      return Connectivity::named(name, number("pe.lanes"), number("staging.depth"));
    }
    if (!std::filesystem::exists(name)) {
      throw ConfigError(
          fmt::format("connectivity is '{}', neither a known table nor a file; allowed: {}", name,
                      description("connectivity").allowed));
    }
    ConnectivityFile file = read_connectivity_file(name);
    if (!given("pe.lanes")) {
      imply("pe.lanes", std::to_string(file.lanes));
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
