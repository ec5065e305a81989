#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/layer/operation.h"
#include "models/synthetic/network_source.h"
#include "platform/config/config.h"
#include "platform/pin/wave_dump.h"
#include "platform/run/fault_request.h"
#include "platform/run/verify_request.h"

namespace tensordash {

/// A run that cannot be done as asked; what() is one line that names the thing and what is allowed.
class RequestError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the user asks of `tensordash run`.
struct RunRequest {
  std::filesystem::path trace;        ///< a trace's path, or a network's name
  SyntheticParameters synthetic;      ///< values of a network
  std::vector<std::string> layers;    ///< names; none: all
  std::vector<Operation> operations;  ///< none: all
  std::string level = "fast";
  Config config;
  VerifyRequest verify;
  std::optional<std::filesystem::path> json;  ///< "-": standard output
  bool resume = false;                        ///< go on from the journal beside `json`
  std::optional<std::filesystem::path> outputs;
  std::optional<WaveRequest> waves;
  std::vector<FaultRequest> faults;  ///< in the modelled memory
};

}  // namespace tensordash
