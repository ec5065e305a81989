#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tensordash {

/// Whether the parts that only TensorDash has (schedulers, staging buffers, operand multiplexers)
/// are power-gated and bypassed, which makes an operation dense (paper, section 3.5).
enum class PowerGating {
  off,        ///< never
  automatic,  ///< where the tensor on side B has few zeros
  on,         ///< always: it is known that the model has none
};

/// Name as settings and reports write it: "off", "auto" or "on".
std::string_view name_of(PowerGating mode);

/// The mode of that name, or nothing.
std::optional<PowerGating> power_gating_named(std::string_view name);

/// When to gate. Fractions of zeros are compared with the threshold as whole numbers, exactly.
struct PowerGatingRule {
  PowerGating mode = PowerGating::off;
  /// With `automatic`: gated below so many zeros in a million values. The paper gives no figure.
  std::uint32_t threshold_ppm = 50'000;
};

/// A fraction from 0 to 1 in millionths, rounded to the nearest.
/// Throws std::invalid_argument for others.
std::uint32_t parts_per_million(double fraction);

/// What was decided for one operation of one layer.
struct PowerGatingDecision {
  bool gated = false;
  double fraction = 0;  ///< of zeros in the tensor, 0 where there are no values
  std::string reason;   ///< one line, for a report
};

/// Decides for an operation that reads `tensor` ("activations", ...) on side B, of whose `values`
/// values `zeros` are zero: structural zeros, padding and dilation, do not count, since the monitor
/// at the outputs does not see them. A tensor without values gives no cause to gate.
/// Throws std::invalid_argument for more zeros than values, or a threshold beyond a million.
PowerGatingDecision decide_power_gating(const PowerGatingRule& rule, std::string_view tensor,
                                        std::uint64_t zeros, std::uint64_t values);

}  // namespace tensordash
