#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tensordash {

/// The offset of a register of platform/registers; a counter's two words are COUNTER_NAME_LOW and
/// COUNTER_NAME_HIGH. Nothing when there is no such name.
std::optional<std::uint32_t> register_offset(const std::string& name);

/// All names that register_offset knows, in one line.
std::string register_names();

}  // namespace tensordash
