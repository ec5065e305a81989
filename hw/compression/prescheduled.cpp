#include "hw/compression/prescheduled.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "hw/numeric/exact_accumulator.h"

namespace tensordash {

unsigned window_rows_needed(const ScheduledRow& row, const Connectivity& table) {
  if (row.advance == 0 || row.advance > table.depth()) {
    throw CompressionError(
        fmt::format("weights advance by {}; allowed: 1 to {}", row.advance, table.depth()));
  }
  unsigned needed = row.advance;
  for (unsigned lane = 0; lane < table.lanes(); ++lane) {
    const unsigned select = row.selects[lane];
    if (select == idle_select) continue;
    if (select >= table.options().size()) {
      throw CompressionError(fmt::format("lane {} has select {}; allowed: 0 to {}, or {} (idle)",
                                         lane, select, table.options().size() - 1, idle_select));
    }
    needed = std::max(needed, table.place(lane, select).step + 1U);
  }
  return needed;
}

PrescheduledProduct prescheduled_product(const ScheduledBlock& weights,
                                         const std::vector<LaneRow>& activations,
                                         const Connectivity& table) {
  if (activations.size() != weights.dense_rows) {
    throw std::invalid_argument(fmt::format("{} rows of activations for weights of {}",
                                            activations.size(), weights.dense_rows));
  }
  const auto wrong_lanes = [&](const LaneRow& row) { return row.lanes() != table.lanes(); };
  if (std::any_of(activations.begin(), activations.end(), wrong_lanes)) {
    throw std::invalid_argument("activations with another lane count than the table's");
  }
  ExactAccumulator sum;
  PrescheduledProduct product;
  std::size_t base = 0;
  for (const ScheduledRow& row : weights.rows) {
    if (wrong_lanes(row.values)) {
      throw std::invalid_argument("weights with another lane count than the table's");
    }
    if (base + window_rows_needed(row, table) > activations.size()) {
      throw CompressionError(fmt::format("scheduled row {} reaches beyond the {} activation rows",
                                         product.steps, activations.size()));
    }
    for (unsigned lane = 0; lane < table.lanes(); ++lane) {
      if (row.selects[lane] == idle_select) continue;
      const WindowPlace place = table.place(lane, row.selects[lane]);
      sum.add_product(activations[base + place.step][place.lane], row.values[lane]);
    }
    base += row.advance;
    ++product.steps;
  }
  product.value = sum.round();
  return product;
}

}  // namespace tensordash
