#pragma once

#include "platform/ip/image_transfer.h"
#include "platform/ip/job.h"

namespace tensordash {

/// Runs a conversion: reads all of its source, then writes all of its result, as many requests
/// under way as the DMA has. Values that become bf16 are rounded to nearest even. Throws JobError,
/// JobStopped; then part of the result may have been written.
void run_conversion(const ConversionJob& job, MemoryAccess& access, const RequestLimits& limits);

}  // namespace tensordash
