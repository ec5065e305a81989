#pragma once

#include <array>
#include <memory>
#include <unordered_map>

#include "models/layout/byte_port.h"

namespace tensordash {

/// A memory of 2^64 bytes that keeps the pages which were written; all other bytes are 0. For
/// images where no DRAM is simulated. Not for several threads at once.
class ImageMemory : public BytePort {
 public:
  static constexpr std::size_t page_bytes = 4096;

  /// Throws std::out_of_range for a range beyond the last address.
  void read(std::uint64_t address, void* to, std::size_t bytes) override;
  void write(std::uint64_t address, const void* from, std::size_t bytes) override;

  /// Pages kept.
  std::size_t pages() const { return pages_.size(); }

 private:
  using Page = std::array<std::uint8_t, page_bytes>;
  std::unordered_map<std::uint64_t, std::unique_ptr<Page>> pages_;  ///< by address / page_bytes
};

}  // namespace tensordash
