#include "platform/run/settings_json.h"

#include <nlohmann/json.hpp>
#include <string>

namespace tensordash {

nlohmann::ordered_json settings_json(const Settings& settings,
                                     const std::vector<KeyDescription>& keys) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const KeyDescription& key : keys) {
    const std::string name(key.name);
    switch (key.kind) {
      case KeyKind::number:
        json[name] = settings.number(key.name);
        break;
      case KeyKind::decimal:
        json[name] = settings.decimal(key.name);
        break;
      case KeyKind::text:
        json[name] = settings.text(key.name);
        break;
    }
  }
  return json;
}

}  // namespace tensordash
