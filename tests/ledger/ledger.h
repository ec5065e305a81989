#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "models/layer/layer_shape.h"
#include "models/layer/operation.h"
#include "models/ledger/cycle_ledger.h"
#include "platform/pin/pin_machine.h"

namespace tensordash::ledger {

/// A stream as drawn: rows of '#', '.' and '_'; nothing for a missing row or column of a tile.
using Picture = std::optional<std::vector<std::string>>;

struct PicturedPass {
  std::vector<Picture> b, a;
};

/// One entry of ledger.yaml.
struct Case {
  std::string name, because, table;
  unsigned depth = 0, lanes = 0;
  MachineParameters machine;
  std::vector<PicturedPass> passes;
  std::optional<LayerShape> layer;
  Operation operation = Operation::forward;
  bool dilation_zeros_removed = false;
  std::uint64_t steps = 0, dense = 0;
  std::optional<CycleLedger> ledger;
};

/// What GoogleTest prints of a case.
inline std::ostream& operator<<(std::ostream& stream, const Case& entry) {
  return stream << entry.because;
}

/// Reads the ledger. Throws std::runtime_error naming an entry with an unknown or missing key.
std::vector<Case> read_ledger(const std::string& file);

}  // namespace tensordash::ledger
