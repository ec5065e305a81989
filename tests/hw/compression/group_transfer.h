#pragma once

#include <memory>
#include <vector>

#include "hw/compression/compression_signals.h"
#include "hw/compression/group_rows.h"

namespace tensordash {

/// A group of these rows as memory holds it.
inline GroupTransfer transfer_of(const std::vector<LaneRow>& rows, unsigned value_bytes) {
  const std::vector<std::uint8_t> values = values_of_rows(rows, value_bytes);
  GroupTransfer transfer;
  transfer.count = static_cast<std::uint32_t>(values.size() / value_bytes);
  const StoredGroup stored = encode_group(values.data(), transfer.count, value_bytes);
  transfer.entry = entry(stored);
  transfer.bytes = std::make_shared<const std::vector<std::uint8_t>>(stored.bytes);
  return transfer;
}

}  // namespace tensordash
