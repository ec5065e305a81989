#pragma once

#include <cstddef>
#include <cstdint>

namespace tensordash {

/// Bytes of a memory, by address, in no simulated time: the debug transport of a DRAM, or a plain
/// store.
class BytePort {
 public:
  BytePort() = default;
  virtual ~BytePort() = default;
  BytePort(const BytePort&) = delete;
  BytePort& operator=(const BytePort&) = delete;

  /// Copies the bytes at `address` and after to `to`. Throws where the memory has none.
  virtual void read(std::uint64_t address, void* to, std::size_t bytes) = 0;
  /// Copies `bytes` bytes from `from` to `address` and after. Throws where the memory has none.
  virtual void write(std::uint64_t address, const void* from, std::size_t bytes) = 0;
};

}  // namespace tensordash
