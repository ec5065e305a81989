#include "platform/soc_run/soc_request.h"

#include <fmt/format.h>

namespace tensordash {

void require_sensible(const SocRequest& request) {
  if (request.level == EngineLevel::pin && request.transport != Transport::approximately_timed) {
    throw RequestError("--level pin needs --transport at");
  }
  if (request.dmi && request.transport != Transport::loosely_timed) {
    throw RequestError("--dmi on needs --transport lt");
  }
  const Config& config = request.run.config;
  if (request.plain && request.level == EngineLevel::pin && config.text("dtype") == "bf16") {
    throw RequestError("--plain needs fp32 banks at --level pin; allowed: --set dtype=fp32");
  }
  const auto require = [&](const char* key, const char* allowed) {
    if (config.text(key) == allowed) return;
    throw ConfigError(
        fmt::format("{} is {}; allowed on the SoC: {}", key, config.text(key), allowed));
  };
  require("sync", "lockstep");
  require("memory", "modelled");
  require("power_gating", "off");
  require("mapping.file", "none");
}

}  // namespace tensordash
