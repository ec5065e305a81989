#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/trace/trace.h"
#include "platform/run/run_report.h"

namespace tensordash {

/// One level of the model, as a run uses it: operations of one layer after another.
class OperationRunner {
 public:
  /// Told how far the present operation is (0 to 1), with a few words on it ("1,234 clocks").
  using Progress = std::function<void(double fraction, const std::string& detail)>;

  OperationRunner() = default;
  OperationRunner(const OperationRunner&) = delete;
  OperationRunner& operator=(const OperationRunner&) = delete;
  virtual ~OperationRunner() = default;

  /// The layer that the next operations belong to. Throws RequestError
  /// (platform/run/run_request.h) when nonfinite is `refuse` and a tensor holds NaN or infinity.
  virtual void begin(TraceLayer layer) = 0;

  /// Lets go of the layer's tensors; begin() comes next, if anything.
  virtual void release() {}

  /// Runs one operation and its dense baseline. `outputs`, if given, receives the former's results
  /// in C order.
  virtual OperationReport run(Operation operation, std::vector<float>* outputs,
                              const Progress& progress) = 0;

  /// Where the level's clock, which counts over the whole run, stands between operations.
  virtual std::uint64_t clock() const { return 0; }
  /// An earlier run did the first operations: the clock goes on from where it stood then. To be
  /// called before the first operation.
  virtual void resume_at(std::uint64_t /*clock*/) {}

  /// Called once, after the last operation and when everything else is written: completes what the
  /// level leaves behind, such as waves.
  virtual void finish() {}
};

}  // namespace tensordash
