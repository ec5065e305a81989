#pragma once

namespace tensordash {

/// Clocks around operations, at either level.
inline constexpr unsigned array_reset_clocks = 2;  ///< the array is held in its reset
inline constexpr unsigned array_wake_clocks = 1;   ///< from there to an operation's start
inline constexpr unsigned array_end_clocks = 2;    ///< from the last answer to the end that is seen

}  // namespace tensordash
