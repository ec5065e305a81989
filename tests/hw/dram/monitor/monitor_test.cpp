#include "tests/hw/dram/monitor/monitor_test.h"

namespace tensordash::testing {

const DramSpec& default_spec() {
  static const DramSpec spec = load_dram_spec("lpddr4-3200-16gb");
  return spec;
}

CommandChecker unrefreshed(unsigned ranks, const DramSpec& spec) {
  return {spec, ranks, RefreshMode::none, 0};
}

DramCommandRecord at(DramClock clock, DramCommand command, unsigned rank, unsigned bank) {
  DramCommandRecord record;
  record.clock = clock;
  record.command = command;
  record.rank = static_cast<std::uint8_t>(rank);
  record.bank = static_cast<std::uint8_t>(bank);
  return record;
}

std::vector<std::string> names(const std::vector<BusViolation>& violations) {
  std::vector<std::string> all;
  for (const BusViolation& violation : violations) all.emplace_back(violation.rule);
  return all;
}

std::vector<std::string> broken_by(CommandChecker checker,
                                   const std::vector<DramCommandRecord>& commands) {
  for (const DramCommandRecord& command : commands) checker.check(command);
  return names(checker.violations());
}

}  // namespace tensordash::testing
