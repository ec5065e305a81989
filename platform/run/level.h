#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/run/operation_runner.h"
#include "platform/run/run_request.h"

namespace tensordash {

/// A level of the model as users choose it.
struct Level {
  std::string_view name;
  bool has_waves = false;
  std::unique_ptr<OperationRunner> (*make)(RunRequest& request) = nullptr;
};

/// All levels.
const std::vector<Level>& levels();

/// The level of that name. Throws RequestError listing those that there are.
const Level& level_named(std::string_view name);

/// Throws RequestError when the request wants something of `level` that it does not have.
void require_able(const Level& level, const RunRequest& request);

/// The request's level, ready to run. A connectivity file may set the pe.lanes of the request's
/// configuration, which must outlive the runner. Throws RequestError, ConfigError or WaveError.
std::unique_ptr<OperationRunner> make_runner(RunRequest& request);

}  // namespace tensordash
