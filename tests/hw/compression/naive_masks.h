#pragma once

#include <cstdint>
#include <vector>

/// The zero-compressed form once more, from its description alone: it includes nothing from hw/.
namespace tensordash::naive_masks {

template <typename Word>
std::vector<std::uint8_t> compressed(const std::vector<Word>& words) {
  std::vector<std::uint8_t> masks;
  std::vector<std::uint8_t> values;
  for (std::size_t block = 0; block < words.size(); block += 32) {
    std::uint64_t mask = 0;
    std::uint64_t weight = 1;
    for (std::size_t index = block; index < block + 32 && index < words.size(); ++index) {
      if (words[index] != 0) {
        mask += weight;
        std::uint64_t rest = words[index];
        for (unsigned byte = 0; byte < sizeof(Word); ++byte, rest /= 256) {
          values.push_back(static_cast<std::uint8_t>(rest % 256));
        }
      }
      weight *= 2;
    }
    for (unsigned byte = 0; byte < 4; ++byte, mask /= 256) {
      masks.push_back(static_cast<std::uint8_t>(mask % 256));
    }
  }
  masks.insert(masks.end(), values.begin(), values.end());
  return masks;
}

}  // namespace tensordash::naive_masks
