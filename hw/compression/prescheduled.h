#pragma once

#include <vector>

#include "hw/compression/scheduled_form.h"

namespace tensordash {

/// Result of one PE that is fed with scheduled weights.
struct PrescheduledProduct {
  float value = 0.0F;  ///< exact sum, rounded once to fp32
  unsigned steps = 0;  ///< scheduled rows
};

/// The product of pre-scheduled weights and dense activations (paper, section 3.6.1): the idx of a
/// weight drives the multiplexers of the activations' window, no scheduler and no staging buffer
/// stand on the weights' side. Weights that are zero contribute nothing, whatever they meet.
/// Throws std::invalid_argument for another number of activation rows than the weights' dense rows
/// or a wrong lane count, CompressionError for an advance or a select that the table does not have
/// or that leads beyond the activations.
PrescheduledProduct prescheduled_product(const ScheduledBlock& weights,
                                         const std::vector<LaneRow>& activations,
                                         const Connectivity& table);

/// Rows that a side-A window must hold for this scheduled row: as far as its selects reach and its
/// advance goes. Throws CompressionError as prescheduled_product() does for selects and advances.
unsigned window_rows_needed(const ScheduledRow& row, const Connectivity& table);

}  // namespace tensordash
