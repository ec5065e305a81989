#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "models/synthetic/network_source.h"

namespace tensordash {

/// Writes layers of a network with synthetic values as a trace (tensordash-trace/1), one after the
/// other, with no more than one in memory. trace.json says under "synthetic" how the values came
/// about. A failure leaves nothing behind.
///
/// `chosen` are numbers of layers of `source`; `before` is called with the place in `chosen` of
/// each before it is made. Throws TraceError for a folder that cannot be used, std::system_error
/// when a file cannot be written.
void generate_trace(const NetworkSource& source, const std::vector<std::size_t>& chosen,
                    const std::filesystem::path& folder,
                    const std::function<void(std::size_t)>& before);

}  // namespace tensordash
