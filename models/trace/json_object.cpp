#include "models/trace/json_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "models/trace/trace.h"

namespace tensordash {

using nlohmann::json;

std::string json_text(const json& value) {
  constexpr std::size_t most = 80;
  // ASCII only, so that the cut cannot split a character.
  const std::string text = value.dump(-1, ' ', true);
  return text.size() > most ? text.substr(0, most) + "..." : text;
}

bool integer_within(const json& value, std::int64_t least, std::int64_t most,
                    std::int64_t& result) {
  if (!value.is_number_integer()) return false;
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > largest) return false;
  result = value.get<std::int64_t>();
  return result >= least && result <= most;
}

JsonObject::JsonObject(const json& value, std::string where)
    : value_(value), where_(std::move(where)) {
  if (value_.is_object()) return;
  throw TraceError(fmt::format("{} is {}; allowed: an object", where_, json_text(value_)));
}

const json& JsonObject::at(const char* key) const {
  if (!has(key)) throw TraceError(fmt::format("{}: key \"{}\" is missing", where_, key));
  return value_.at(key);
}

std::string JsonObject::string_at(const char* key) const {
  const json& value = at(key);
  if (!value.is_string()) refuse(key, fmt::format("is {}; allowed: a string", json_text(value)));
  return value.get<std::string>();
}

std::int64_t JsonObject::integer_at(const char* key, std::int64_t least, std::int64_t most) const {
  std::int64_t result = 0;
  if (!integer_within(at(key), least, most, result)) {
    refuse(key, fmt::format("is {}; allowed: an integer from {} to {}", json_text(at(key)), least,
                            most));
  }
  return result;
}

void JsonObject::require_only(std::initializer_list<std::string_view> allowed) const {
  for (const auto& item : value_.items()) {
    if (std::find(allowed.begin(), allowed.end(), item.key()) != allowed.end()) continue;
    throw TraceError(fmt::format("{}: unknown key {}; allowed: {}", where_, json_text(item.key()),
                                 fmt::join(allowed, ", ")));
  }
}

void JsonObject::refuse(const char* key, const std::string& what) const {
  throw TraceError(fmt::format("{}: key \"{}\" {}", where_, key, what));
}

}  // namespace tensordash
