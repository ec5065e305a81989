#include "platform/run/trace_run.h"

#include "platform/run/layer_run.h"
#include "platform/run/level.h"
#include "platform/run/source.h"

namespace tensordash {

RunReport run_trace(RunRequest request) {
  const std::unique_ptr<LayerSource> source = open_source(request);
  const std::unique_ptr<OperationRunner> runner = make_runner(request);
  return run_layers(request, *source, *runner);
}

}  // namespace tensordash
