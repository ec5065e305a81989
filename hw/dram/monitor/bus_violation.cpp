#include "hw/dram/monitor/bus_violation.h"

#include <fmt/format.h>

namespace tensordash {
namespace {

std::string describe(const DramCommandRecord& record) {
  std::string text = fmt::format("{} rank {}", name_of(record.command), record.rank);
  if (has_bank(record.command)) text += fmt::format(" bank {}", record.bank);
  return text + fmt::format(" at {}", record.clock);
}

}  // namespace

std::string describe(const BusViolation& violation) {
  std::string text = fmt::format("{}: {}", violation.rule, describe(violation.command));
  if (violation.earlier) text += " after " + describe(*violation.earlier);
  if (violation.required && violation.seen) {
    text += fmt::format(": {} clocks, {} {}", *violation.seen,
                        *violation.seen < *violation.required ? "required" : "allowed",
                        *violation.required);
  }
  return text;
}

}  // namespace tensordash
