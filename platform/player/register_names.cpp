#include "platform/player/register_names.h"

#include <map>

#include "platform/registers/register_map.h"

namespace tensordash {
namespace {

std::map<std::string, std::uint32_t> all_offsets() {
  std::map<std::string, std::uint32_t> offsets;
  for (const RegisterDescription& each : register_table) {
    offsets[each.name] = static_cast<std::uint32_t>(each.place);
  }
  for (const NamedValue<Counter>& each : counter_table) {
    const std::uint32_t low = counters_offset + 8 * static_cast<std::uint32_t>(each.value);
    const std::string name = std::string("COUNTER_") + each.name;
    offsets[name + "_LOW"] = low;
    offsets[name + "_HIGH"] = low + 4;
  }
  return offsets;
}

}  // namespace

std::optional<std::uint32_t> register_offset(const std::string& name) {
  static const std::map<std::string, std::uint32_t> offsets = all_offsets();
  const auto found = offsets.find(name);
  if (found == offsets.end()) return std::nullopt;
  return found->second;
}

std::string register_names() {
  std::string names;
  for (const RegisterDescription& each : register_table) names += std::string(each.name) + ", ";
  for (const NamedValue<Counter>& each : counter_table) {
    if (each.value != Counter{}) names += ", ";
    names += std::string("COUNTER_") + each.name + "_LOW/_HIGH";
  }
  return names;
}

}  // namespace tensordash
