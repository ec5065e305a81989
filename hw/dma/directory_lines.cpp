#include "hw/dma/directory_lines.h"

#include <algorithm>
#include <stdexcept>

namespace tensordash {

void DirectoryLines::clear() {
  for (auto& side : lines_) side.clear();
  came_.clear();
  complete_ = 0;
}

std::uint32_t DirectoryLines::ask(unsigned side) {
  const auto number = static_cast<std::uint32_t>(came_.size());
  came_.push_back(false);
  lines_[side].emplace_back();
  lines_[side].back().number = number;
  return number;
}

void DirectoryLines::came(std::uint32_t number, const std::uint8_t* bytes) {
  for (auto& side : lines_) {
    const auto found = std::find_if(side.begin(), side.end(),
                                    [number](const Line& line) { return line.number == number; });
    if (found == side.end()) continue;
    for (std::uint32_t at = 0; at < entries; ++at) {
      found->values[at] = static_cast<std::uint16_t>(bytes[2 * at] | bytes[2 * at + 1] << 8);
    }
  }
  came_.at(number) = true;
  while (complete_ < came_.size() && came_[complete_]) ++complete_;
}

std::uint16_t DirectoryLines::entry(unsigned side, std::uint32_t group, std::uint32_t needs) {
  auto& lines = lines_[side];
  if (needs > complete_) throw std::logic_error("a group whose directory line has not come");
  while (lines.size() > 1 && lines[1].number < needs) lines.pop_front();
  if (lines.empty() || lines.front().number >= needs) {
    throw std::logic_error("a group without a directory line");
  }
  return lines.front().values[group % entries];
}

}  // namespace tensordash
