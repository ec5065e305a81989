#include "platform/soc_run/soc_run.h"

#include <fmt/format.h>

#include <exception>

#include "platform/run/interrupt.h"
#include "platform/run/layer_images.h"
#include "platform/run/report_file.h"
#include "platform/run/source.h"
#include "platform/soc_run/soc_json.h"
#include "platform/soc_run/soc_program.h"

namespace tensordash {
namespace {

/// Simulated time between two looks for Ctrl-C.
const sc_core::sc_time slice(20, sc_core::SC_US);

SmallSocParameters soc_parameters(const SocRequest& request) {
  AcceleratorParameters accelerator;
  accelerator.machine = request.run.config;
  accelerator.transport = request.transport;
  accelerator.level = request.level;
  accelerator.use_dmi = request.dmi;
  SmallSocParameters parameters;
  parameters.accelerators = {accelerator};
  parameters.dram = modelled_dram(request.run.config, true);
  parameters.host.wait = request.wait;
  return parameters;
}

}  // namespace

SocReport run_soc(SocRequest request) {
  require_sensible(request);
  const std::unique_ptr<LayerSource> source = open_source(request.run);
  const RunPlan plan = plan_run(request.run, *source);
  const ReportFile json(request.run.json);
  // A connectivity file sets the lanes.
  request.run.config.connectivity();
  tlm::tlm_global_quantum::instance().set(
      sc_core::sc_time(static_cast<double>(request.quantum_ns), sc_core::SC_NS));
  SmallSocParameters parameters = soc_parameters(request);
  parameters.accelerators.front().still_computing = check_interrupted;
  SmallSoc soc("soc", parameters);
  SocProgram program(request, *source, plan, soc);
  std::exception_ptr failed;
  soc.host.set_program([&](HostCore& host) {
    try {
      program.run(host);
    } catch (...) {
      failed = std::current_exception();
    }
    sc_core::sc_pause();
  });
  while (!soc.host.finished() && !failed) {
    sc_core::sc_start(slice);
    check_interrupted();
  }
  if (failed) std::rethrow_exception(failed);
  SocReport report = program.finish();
  json.write_json(soc_json(report));
  return report;
}

}  // namespace tensordash
