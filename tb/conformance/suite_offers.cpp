// What a target offers, and what it may refuse.
#include <algorithm>

#include "tb/conformance/target_suite_core.h"

namespace tensordash::conformance {
namespace {

constexpr std::uint64_t longest_access = 4096;

bool is_power_of_two(unsigned number) {
  return number != 0 && (number & (number - 1)) == 0;
}

unsigned power_of_two_below(unsigned number) {
  while (!is_power_of_two(number)) number &= number - 1;
  return number;
}

}  // namespace

bool TargetSuiteCore::burst_offered(std::uint64_t address, unsigned bytes, unsigned width) const {
  const Offers& offers = description_.offers;
  const bool streams = width < bytes;
  if (streams && !offers.streaming) return false;
  if (offers.largest_access != 0 && bytes > offers.largest_access) return false;
  if (!offers.aligned_only) return true;
  return is_power_of_two(bytes) && address % bytes == 0 && (!streams || is_power_of_two(width));
}

bool TargetSuiteCore::refused(const tlm::tlm_generic_payload& payload,
                              std::uint64_t address) const {
  switch (payload.get_response_status()) {
    case tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE:
      return payload.get_byte_enable_ptr() != nullptr && !description_.offers.byte_enables;
    case tlm::TLM_BURST_ERROR_RESPONSE:
      return !burst_offered(address, payload.get_data_length(), payload.get_streaming_width());
    default:
      return false;
  }
}

unsigned TargetSuiteCore::offered_length(std::uint64_t address, std::uint64_t most) const {
  const Offers& offers = description_.offers;
  most = std::min(most, longest_access);
  if (offers.largest_access != 0) most = std::min<std::uint64_t>(most, offers.largest_access);
  if (!offers.aligned_only) return static_cast<unsigned>(most);
  unsigned bytes = 1;
  while (std::uint64_t{bytes} * 2 <= most && address % (std::uint64_t{bytes} * 2) == 0) bytes *= 2;
  return bytes;
}

void TargetSuiteCore::fit(std::uint64_t first, std::uint64_t& address, unsigned& bytes) const {
  if (description_.offers.aligned_only) {
    const std::uint64_t beyond = address % power_of_two_below(bytes);
    if (address - first >= beyond) address -= beyond;
  }
  bytes = offered_length(address, bytes);
}

unsigned TargetSuiteCore::fit_width(unsigned width) const {
  return description_.offers.aligned_only ? power_of_two_below(width) : width;
}

}  // namespace tensordash::conformance
