#pragma once

#include <systemc>
#include <tlm>
#include <vector>

#include "hw/dram/monitor/command_checker.h"

namespace tensordash {

/// What a monitor does about a violation besides keeping it.
enum class ViolationReports {
  errors,  ///< an SC_ERROR under CommandBusMonitor::report_id each, which throws by default
  none
};

/// Watches the command bus of one channel: bind it to an analysis port that tells every command of
/// the channel in the order of their clocks, and to the one that tells its resets, if there are
/// any.
class CommandBusMonitor : public sc_core::sc_module,
                          public tlm::tlm_analysis_if<DramCommandRecord>,
                          public tlm::tlm_analysis_if<DramReset> {
 public:
  static constexpr const char* report_id = "/tensordash/dram/monitor";

  /// For a channel of `configuration`.
  CommandBusMonitor(sc_core::sc_module_name name, const DramConfiguration& configuration,
                    ViolationReports reports = ViolationReports::errors);
  /// Of another description than the channel's.
  CommandBusMonitor(sc_core::sc_module_name name, const CommandChecker& checker,
                    ViolationReports reports = ViolationReports::errors);

  void write(const DramCommandRecord& command) override;
  void write(const DramReset& reset) override;

  /// The run ended at `clock`: reports refreshes that are missing by then.
  void finish(DramClock clock);

  const CommandChecker& checker() const { return checker_; }
  const std::vector<BusRuleRecord>& rules() const { return checker_.rules(); }
  /// The first violations, CommandChecker::most_kept at most; violation_count() has them all.
  const std::vector<BusViolation>& violations() const { return checker_.violations(); }
  std::uint64_t violation_count() const { return checker_.violation_count(); }

 private:
  void report(const std::vector<BusViolation>& violations) const;

  CommandChecker checker_;
  const ViolationReports reports_;
};

}  // namespace tensordash
