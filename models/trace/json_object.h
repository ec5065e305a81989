#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace tensordash {

/// An object of a JSON file, read key by key with checked types. `where` begins every message, for
/// example "shapes/trace.json: layer 'c1'". Every member throws TraceError (models/trace/trace.h).
class JsonObject {
 public:
  JsonObject(const nlohmann::json& value, std::string where);

  bool has(const char* key) const { return value_.contains(key); }

  /// The value of a key that must be there.
  const nlohmann::json& at(const char* key) const;

  std::string string_at(const char* key) const;

  /// An integer of `least` to `most`.
  std::int64_t integer_at(const char* key, std::int64_t least, std::int64_t most) const;

  /// Refuses every key that is not in `allowed`.
  void require_only(std::initializer_list<std::string_view> allowed) const;

  /// Throws TraceError: `where`, the key, what is wrong with it and what is allowed.
  [[noreturn]] void refuse(const char* key, const std::string& what) const;

 private:
  const nlohmann::json& value_;
  std::string where_;
};

/// True, and the number in `result`, if `value` is an integer from `least` to `most`.
bool integer_within(const nlohmann::json& value, std::int64_t least, std::int64_t most,
                    std::int64_t& result);

/// A JSON value as messages quote it: one line of bounded length.
std::string json_text(const nlohmann::json& value);

}  // namespace tensordash
