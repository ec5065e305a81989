#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tensordash::testing {

/// A signal of a GTKWave save file.
struct ShownSignal {
  std::string name;         ///< as in the dump, with its range: "SystemC.array.tile_0.state[2:0]"
  std::uint32_t flags = 0;  ///< how it is shown (the `@` line before it)
  std::string filter;       ///< translate filter file, or empty
};

/// What a GTKWave save file says, as far as tests care.
struct SaveFile {
  std::string dump_file;            ///< [dumpfile]
  std::int64_t start = 0;           ///< [timestart], left end of the view, in time units
  std::vector<std::int64_t> marks;  ///< primary and named markers, -1 for unused ones
  std::vector<ShownSignal> signals;
  /// Groups that end without having begun, or under another name, or that never end.
  std::vector<std::string> broken_groups;
};

/// Show as a decimal number, and replace the number by the text of a filter file.
inline constexpr std::uint32_t decimal_flag = 0x4, filter_flag = 0x2000;

/// Throws std::runtime_error when the file cannot be read.
SaveFile read_save_file(const std::filesystem::path& file);

/// A translate filter: the text for each value, colours left out. Throws std::runtime_error when
/// the file cannot be read, a value is given twice or a line has no text.
std::map<std::string, std::string> read_filter(const std::filesystem::path& file);

}  // namespace tensordash::testing
