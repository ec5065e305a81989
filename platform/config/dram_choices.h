#pragma once

#include <string_view>

#include "hw/dram/parameters.h"

namespace tensordash {

// The words of configuration files and reports for the choices of DramParameters.
std::string_view name_of(PagePolicy policy);
std::string_view name_of(DramScheduling scheduling);
std::string_view name_of(RefreshMode mode);
std::string_view name_of(RefreshPhase phase);
std::string_view name_of(ResponseOrder order);

}  // namespace tensordash
