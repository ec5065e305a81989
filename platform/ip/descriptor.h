#pragma once

#include <array>
#include <cstdint>

#include "platform/ip/job.h"
#include "platform/ip/job_error.h"

namespace tensordash {

/// The words of a descriptor.
using DescriptorWords = std::array<std::uint32_t, descriptor_words>;

/// What a machine can do, as far as descriptors have to know.
struct JobLimits {
  unsigned lanes = 16;
  bool fp32 = true, bf16 = true;  ///< operands
  bool exact = false;             ///< sums are exact, and so never blocked
  unsigned max_elements_log2 = 28;
  AddressRange ring;  ///< which results may not overwrite
};

/// What the words ask for. Throws JobError for the first thing that is wrong, in the order of the
/// error codes: nothing of it has been done.
Job decode_descriptor(const DescriptorWords& words, const JobLimits& limits);

}  // namespace tensordash
