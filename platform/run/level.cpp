#include "platform/run/level.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/run/fast_runner.h"
#include "platform/run/pin_runner.h"

namespace tensordash {
namespace {

std::unique_ptr<OperationRunner> make_pin(RunRequest& request) {
  return std::make_unique<PinRunner>(request.config, request.waves, request.verify, request.faults);
}

std::unique_ptr<OperationRunner> make_fast(RunRequest& request) {
  return std::make_unique<FastRunner>(request.config, request.verify, request.faults);
}

std::string names_of(bool (*having)(const Level&)) {
  std::string names;
  for (const Level& level : levels()) {
    if (having(level)) names += fmt::format("{}{}", names.empty() ? "" : ", ", level.name);
  }
  return names;
}

}  // namespace

const std::vector<Level>& levels() {
  static const std::vector<Level> all = {{"fast", false, make_fast}, {"pin", true, make_pin}};
  return all;
}

const Level& level_named(std::string_view name) {
  const auto found = std::find_if(levels().begin(), levels().end(),
                                  [&](const Level& level) { return level.name == name; });
  if (found != levels().end()) return *found;
  throw RequestError(
      fmt::format("no level '{}'; allowed: {}", name, names_of([](const Level&) { return true; })));
}

void require_able(const Level& level, const RunRequest& request) {
  if (request.waves && !level.has_waves) {
    throw RequestError(fmt::format("--vcd needs signals, which --level {} has not; allowed: {}",
                                   level.name,
                                   names_of([](const Level& other) { return other.has_waves; })));
  }
}

std::unique_ptr<OperationRunner> make_runner(RunRequest& request) {
  const Level& level = level_named(request.level);
  require_able(level, request);
  return level.make(request);
}

}  // namespace tensordash
