#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/golden/schedule_record.h"

namespace tensordash::golden {

/// What is known about a place of a stream before and while a schedule is checked.
enum class PlaceState : std::uint8_t { not_a_candidate, candidate, taken };

/// Checks what one scheduler took in one pass against `places` (stream rows x lanes), which it
/// marks. Every candidate must be taken exactly once and nothing else; each step drains at least
/// one stream row, so step s takes nothing from a row before s and there are no more steps than
/// stream rows. Returns the first fault as a phrase that names step, lane and stream row, or an
/// empty string.
std::string fault_of_sparse_schedule(const std::vector<StreamPlace>& slots, std::size_t lanes,
                                     std::vector<PlaceState>& places);

/// The same for the dense baseline: lane l of step s takes place (s, l), zero or not, for all rows.
std::string fault_of_dense_schedule(const std::vector<StreamPlace>& slots, std::size_t lanes,
                                    std::size_t stream_rows);

}  // namespace tensordash::golden
