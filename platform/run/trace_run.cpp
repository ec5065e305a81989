#include "platform/run/trace_run.h"

#include "models/trace/trace_source.h"
#include "platform/run/layer_run.h"
#include "platform/run/level.h"

namespace tensordash {

RunReport run_trace(RunRequest request) {
  const TraceSource source(request.trace, {request.layers.begin(), request.layers.end()});
  const std::unique_ptr<OperationRunner> runner = make_runner(request);
  return run_layers(request, source, *runner);
}

}  // namespace tensordash
