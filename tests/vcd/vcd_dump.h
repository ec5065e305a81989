#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

namespace tensordash::testing {

/// What a VCD file holds, as far as tests care.
struct VcdDump {
  /// Full names with ranges, as GTKWave writes them: "SystemC.array.tile_0.state[2:0]".
  std::set<std::string> signals;
  std::int64_t first = 0, last = 0;  ///< times of the first and last changes, in time units
};

/// Throws std::runtime_error when the file cannot be read or its header does not end.
VcdDump read_vcd(const std::filesystem::path& file);

}  // namespace tensordash::testing
