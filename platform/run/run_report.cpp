#include "platform/run/run_report.h"

#include <algorithm>

#include "hw/array/operation_counter.h"

namespace tensordash {

std::uint64_t fill_cycles() {
  return OperationCounter::fill_cycles;
}

bool RunReport::verified() const {
  return std::all_of(layers.begin(), layers.end(), [](const LayerReport& layer) {
    return std::all_of(layer.operations.begin(), layer.operations.end(),
                       [](const OperationReport& operation) { return operation.verified(); });
  });
}

std::uint64_t RunReport::multipliers() const {
  return std::uint64_t{config.number("tiles")} * config.number("tile.rows") *
         config.number("tile.columns") * config.number("pe.lanes");
}

void Totals::add(const OperationReport& operation) {
  steps += operation.run.steps;
  dense_steps += operation.dense.steps;
  cycles += operation.run.cycles;
  dense_cycles += operation.dense.cycles;
  fill_cycles += tensordash::fill_cycles();
  pairs.total += operation.pairs.total;
  pairs.effectual += operation.pairs.effectual;
  pairs.zeros.data += operation.pairs.zeros.data;
  pairs.zeros.spatial_padding += operation.pairs.zeros.spatial_padding;
  pairs.zeros.dilation += operation.pairs.zeros.dilation;
  pairs.zeros.lane_padding += operation.pairs.zeros.lane_padding;
  ledger += operation.ledger;
  issued += operation.issued;
  outputs += operation.outputs;
  checked += operation.verdict.checked;
  mismatches += operation.verdict.mismatches;
  dense_mismatches += operation.dense_verdict.mismatches;
  verified = verified && operation.verified();
}

}  // namespace tensordash
