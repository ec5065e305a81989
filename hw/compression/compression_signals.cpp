#include "hw/compression/compression_signals.h"

namespace tensordash {

void sc_trace(sc_core::sc_trace_file* file, const GroupTransfer& group, const std::string& name) {
  sc_core::sc_trace(file, group.entry, name + ".entry", 16);
  sc_core::sc_trace(file, group.count, name + ".count", 32);
}

void sc_trace(sc_core::sc_trace_file* file, const ScheduledRow& row, const std::string& name) {
  sc_trace(file, row.values, name + ".value");
  sc_trace(file, row.selects, name + ".select");
  sc_core::sc_trace(file, row.advance, name + ".advance", 4);
}

std::ostream& operator<<(std::ostream& stream, const GroupTransfer& group) {
  return stream << "entry " << group.entry << ", " << group.count << " values";
}

std::ostream& operator<<(std::ostream& stream, const ScheduledRow& row) {
  return stream << row.values << ", selects " << row.selects << ", advance " << row.advance;
}

}  // namespace tensordash
