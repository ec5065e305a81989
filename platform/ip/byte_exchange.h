#pragma once

#include <cstdint>

namespace tensordash {

/// Where the bytes of requests come from and go to.
class ByteExchange {
 public:
  ByteExchange() = default;
  virtual ~ByteExchange() = default;
  ByteExchange(const ByteExchange&) = delete;
  ByteExchange& operator=(const ByteExchange&) = delete;

  /// The memory has these bytes at `address`. Throws JobError when they cannot be.
  virtual void came(std::uint64_t address, const std::uint8_t* data, unsigned bytes) = 0;
  /// Bytes to write at `address`.
  virtual void give(std::uint64_t address, std::uint8_t* data, unsigned bytes) = 0;
};

}  // namespace tensordash
