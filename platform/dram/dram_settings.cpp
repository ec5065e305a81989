#include "platform/dram/dram_settings.h"

#include "platform/config/dram_keys.h"

namespace tensordash {
namespace {

const std::vector<KeyRule>& rules() {
  static const std::vector<KeyRule> table = [] {
    std::vector<KeyRule> all = dram_rules();
    all.push_back({{"dram.in_flight", KeyKind::number, "128", "1 to 65536",
                    "bursts that the bench keeps outstanding a channel"},
                   {1, 65536}});
    return all;
  }();
  return table;
}

}  // namespace

const std::vector<KeyDescription>& dram_keys() {
  static const std::vector<KeyDescription> keys = descriptions_of(rules());
  return keys;
}

DramSettings::DramSettings() : Settings(rules()) {}

DramParameters DramSettings::parameters() const {
  return dram_parameters(*this);
}

}  // namespace tensordash
