#include "platform/run/run_report.h"

#include "hw/array/operation_counter.h"

namespace tensordash {
namespace {

/// One verdict of two: what was not compared says nothing.
std::optional<bool> both(std::optional<bool> one, std::optional<bool> other) {
  if (!one || !other) return one ? one : other;
  return *one && *other;
}

std::string mode_of(const VerifyRequest& verify) {
  return verify.kind == VerifyRequest::Kind::sample ? "sample" : text_of(verify);
}

}  // namespace

std::uint64_t fill_cycles() {
  return OperationCounter::fill_cycles;
}

std::optional<bool> OperationReport::verified() const {
  std::optional<bool> right;
  for (const auto& part : {verdict, dense_verdict}) {
    if (!part) continue;
    right =
        right.value_or(true) && part->mismatches == 0 && part->checked == verify.checks(outputs);
  }
  return right;
}

std::optional<bool> RunReport::verified() const {
  std::optional<bool> right;
  for (const LayerReport& layer : layers) {
    for (const OperationReport& operation : layer.operations) {
      right = both(right, operation.verified());
    }
  }
  return right;
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
  passes += operation.passes;
  if (operation.verdict) {
    to_check += operation.verify.checks(operation.outputs);
    checked += operation.verdict->checked;
    mismatches += operation.verdict->mismatches;
  }
  if (operation.dense_verdict) {
    dense_to_check += operation.verify.checks(operation.outputs);
    dense_checked += operation.dense_verdict->checked;
    dense_mismatches = dense_mismatches.value_or(0) + operation.dense_verdict->mismatches;
  }
  verified = both(verified, operation.verified());
  with_memory = with_memory || operation.memory.has_value();
  const std::string mode = mode_of(operation.verify);
  verify_mode = verify_mode.empty() || verify_mode == mode ? mode : "mixed";
}

}  // namespace tensordash
