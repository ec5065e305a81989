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
  bool fp32 = true, bf16 = true;   ///< operands
  unsigned rows = 4, columns = 4;  ///< of a tile
  bool exact = false;              ///< sums are exact, and so never blocked
  unsigned max_elements_log2 = 28;
  unsigned max_work_log2 = 37;
  AddressRange ring;  ///< which results may not overwrite
};

/// What the words ask for. Throws JobError for the first thing that it finds wrong.
Job decode_descriptor(const DescriptorWords& words, const JobLimits& limits);

}  // namespace tensordash
