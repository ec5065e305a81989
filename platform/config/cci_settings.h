#pragma once

// For those who have Accellera's CCI; without it this header is empty.
#if __has_include(<cci_configuration>)

#include <fmt/format.h>

#include <cci_configuration>
#include <list>
#include <set>
#include <string>
#include <string_view>

#include "platform/config/config.h"

namespace tensordash {

/// The keys of a Config as CCI parameters, PARENT.KEY ("soc.accelerator.tile.rows"), with their
/// descriptions: whole numbers as unsigned, decimals as double, the rest as std::string.
///
///     Config config;
///     CciSettings parameters(name(), config);  // in the constructor of a module
///
/// Presets are copied into the Config, which checks them, and count as set by the user. A key
/// without preset has the value of the Config as its default, so defaults that follow other keys
/// follow presets too. A machine is built once: the parameters are immutable, and live as long as
/// this object.
class CciSettings {
 public:
  /// `parent` is the full name of the sc_object to which the keys belong. Outside of the hierarchy
  /// (sc_main), give cci::cci_get_global_broker(originator). A preset out of range is an error
  /// /tensordash/config that names the parameter, and leaves the key as it was; one of another type
  /// is an error of CCI's own.
  CciSettings(const std::string& parent, Config& config,
              const cci::cci_broker_handle& broker = cci::cci_get_broker()) {
    const auto name_of = [&](const KeyDescription& key) {
      return fmt::format("{}.{}", parent, key.name);
    };
    for (const bool preset : {true, false}) {
      for (const KeyDescription& key : config_keys()) {
        if (made_.count(key.name) == 0 && broker.has_preset_value(name_of(key)) == preset) {
          // Making a parameter may consume its preset, so it would be asked for in vain later.
          made_.insert(key.name);
          const std::string value = make(key, name_of(key), config, broker);
          if (preset) copy(key, name_of(key), value, config);
        }
      }
    }
  }

 private:
  template <typename Value>
  using Parameters = std::list<cci::cci_param<Value, cci::CCI_IMMUTABLE_PARAM>>;

  /// Makes the parameter of a key and tells its value.
  std::string make(const KeyDescription& key, const std::string& name, const Config& config,
                   const cci::cci_broker_handle& broker) {
    switch (key.kind) {
      case KeyKind::number:
        return make(numbers_, config.number(key.name), key, name, broker);
      case KeyKind::decimal:
        return make(decimals_, config.decimal(key.name), key, name, broker);
      case KeyKind::text:
        break;
    }
    return make(texts_, config.text(key.name), key, name, broker);
  }

  template <typename Value>
  static std::string make(Parameters<Value>& parameters, const Value& initial,
                          const KeyDescription& key, const std::string& name,
                          const cci::cci_broker_handle& broker) {
    parameters.emplace_back(name, initial, broker, fmt::format("{} ({})", key.help, key.allowed),
                            cci::CCI_ABSOLUTE_NAME, broker.get_originator());
    return fmt::format("{}", parameters.back().get_value());
  }

  static void copy(const KeyDescription& key, const std::string& name, const std::string& value,
                   Config& config) {
    try {
      config.set(key.name, value);
    } catch (const ConfigError& error) {
      SC_REPORT_ERROR("/tensordash/config",
                      fmt::format("preset of parameter {}: {}", name, error.what()).c_str());
    }
  }

  Parameters<unsigned> numbers_;
  Parameters<double> decimals_;
  Parameters<std::string> texts_;
  std::set<std::string_view> made_;
};

}  // namespace tensordash

#endif
