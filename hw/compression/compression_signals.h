#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <systemc>
#include <vector>

#include "hw/compression/scheduled_form.h"
#include "hw/compression/zero_compression.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// A group on its way between memory and a codec: its units, as they are stored, on one signal.
/// Two of them are the same when they share their bytes.
struct GroupTransfer {
  std::shared_ptr<const std::vector<std::uint8_t>> bytes;  ///< whole units
  std::uint16_t entry = raw_entry;                         ///< of the group's directory
  std::uint32_t count = 0;                                 ///< values of the group

  bool operator==(const GroupTransfer& other) const {
    return bytes == other.bytes && entry == other.entry && count == other.count;
  }
};

// Waveforms: of a group its entry and count, of a scheduled row a value and a select a lane.
void sc_trace(sc_core::sc_trace_file* file, const GroupTransfer& group, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const ScheduledRow& row, const std::string& name);

std::ostream& operator<<(std::ostream& stream, const GroupTransfer& group);
std::ostream& operator<<(std::ostream& stream, const ScheduledRow& row);

}  // namespace tensordash
