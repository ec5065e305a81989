#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "platform/config/settings.h"

namespace tensordash {

/// The choice of that name, or nothing.
template <typename Choice>
std::optional<Choice> choice(const std::string& name, std::initializer_list<Choice> all) {
  for (const Choice each : all) {
    if (name_of(each) == name) return each;
  }
  return std::nullopt;
}

/// The choice that a key says. Throws ConfigError (platform/config/settings.h) for none.
template <typename Choice>
Choice choice(const Settings& settings, const char* key, std::initializer_list<Choice> all) {
  if (const auto found = choice(settings.text(key), all)) return *found;
  throw ConfigError(std::string(key) + " is " + settings.text(key) + ", which is no choice");
}

}  // namespace tensordash
