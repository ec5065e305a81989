#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tensordash {

/// Which outputs of every operation are compared with the golden.
struct VerifyRequest {
  enum class Kind {
    automatic,  ///< not said: as the level thinks fit
    all,
    sample,  ///< `count` outputs, chosen at random
    none,
  };
  Kind kind = Kind::automatic;
  std::uint64_t count = 0;  ///< with sample, at least 1

  /// How many of an operation's outputs are to be compared.
  std::uint64_t checks(std::uint64_t outputs) const;
};

/// Reads "all", "sample:N" or "none". Throws RequestError (platform/run/run_request.h) naming the
/// option.
VerifyRequest verify_request(std::string_view text);

/// As the user writes it; "automatic" when nothing was said.
std::string text_of(const VerifyRequest& request);

}  // namespace tensordash
