#include "hw/dram/monitor/command_bus_monitor.h"

namespace tensordash {

CommandBusMonitor::CommandBusMonitor(sc_core::sc_module_name name,
                                     const DramConfiguration& configuration,
                                     ViolationReports reports)
    : CommandBusMonitor(name, CommandChecker(configuration), reports) {}

CommandBusMonitor::CommandBusMonitor(sc_core::sc_module_name name, const CommandChecker& checker,
                                     ViolationReports reports)
    : sc_module(name), checker_(checker), reports_(reports) {}

void CommandBusMonitor::write(const DramCommandRecord& command) {
  report(checker_.check(command));
}

void CommandBusMonitor::write(const DramReset& reset) {
  report(checker_.reset(reset.clock));
}

void CommandBusMonitor::finish(DramClock clock) {
  report(checker_.finish(clock));
}

void CommandBusMonitor::report(const std::vector<BusViolation>& violations) const {
  if (reports_ == ViolationReports::none) return;
  for (const BusViolation& violation : violations) {
    SC_REPORT_ERROR(report_id, describe(violation).c_str());
  }
}

}  // namespace tensordash
