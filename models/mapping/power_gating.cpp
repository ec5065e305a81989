#include "models/mapping/power_gating.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace tensordash {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint32_t million = 1'000'000;

constexpr std::array<std::pair<PowerGating, std::string_view>, 3> names = {{
    {PowerGating::off, "off"},
    {PowerGating::automatic, "auto"},
    {PowerGating::on, "on"},
}};

}  // namespace

std::string_view name_of(PowerGating mode) {
  for (const auto& [named, name] : names) {
    if (named == mode) return name;
  }
  throw std::invalid_argument("no mode of power gating");
}

std::optional<PowerGating> power_gating_named(std::string_view name) {
  for (const auto& [mode, its_name] : names) {
    if (its_name == name) return mode;
  }
  return std::nullopt;
}

std::uint32_t parts_per_million(double fraction) {
  if (!(fraction >= 0 && fraction <= 1)) {
    throw std::invalid_argument(fmt::format("a fraction of {}; allowed: 0 to 1", fraction));
  }
  return static_cast<std::uint32_t>(std::lround(fraction * million));
}

PowerGatingDecision decide_power_gating(const PowerGatingRule& rule, std::string_view tensor,
                                        std::uint64_t zeros, std::uint64_t values) {
  if (zeros > values) {
    throw std::invalid_argument(fmt::format("{} zeros in {} {}", zeros, values, tensor));
  }
  if (rule.threshold_ppm > million) {
    throw std::invalid_argument(fmt::format("a threshold of {} in a million", rule.threshold_ppm));
  }
  PowerGatingDecision decision;
  if (values > 0) decision.fraction = static_cast<double>(zeros) / static_cast<double>(values);
  if (rule.mode != PowerGating::automatic) {
    decision.gated = rule.mode == PowerGating::on;
    decision.reason = fmt::format("power gating is {}", name_of(rule.mode));
    return decision;
  }
  if (values == 0) {
    decision.reason = fmt::format("no {} to judge by", tensor);
    return decision;
  }
  decision.gated = Wide{zeros} * million < Wide{rule.threshold_ppm} * values;
  decision.reason = fmt::format("{} of {} {} are zero ({:.2f} %), {} the threshold of {:g} %",
                                zeros, values, tensor, decision.fraction * 100,
                                decision.gated ? "below" : "not below", rule.threshold_ppm / 1e4);
  return decision;
}

}  // namespace tensordash
