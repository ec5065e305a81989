#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "models/layout/byte_port.h"
#include "platform/run/fault_request.h"

namespace tensordash {

/// A request that the memory answers with an error.
class DramRefusal : public std::runtime_error {
 public:
  DramRefusal(std::uint64_t address, bool write);

  /// Of the DMA's request: a multiple of 64.
  std::uint64_t address() const { return address_; }

 private:
  std::uint64_t address_;
};

/// What a DMA sees of a memory with the image of a tensor: whole bursts, of a directory whole lines
/// of 64 bytes, counted, with the faults that were asked for.
class FaultyMemory : public BytePort {
 public:
  /// `memory` and `image` outlive this.
  FaultyMemory(BytePort& memory, const TensorImage& image, unsigned burst_bytes,
               std::vector<FaultPlace> faults = {})
      : memory_(memory), image_(image), burst_bytes_(burst_bytes), faults_(std::move(faults)) {}

  /// Bytes that are read have the bits of flips inverted; the memory keeps its own. Throw
  /// DramRefusal where a fault says so.
  void read(std::uint64_t address, void* to, std::size_t bytes) override;
  void write(std::uint64_t address, const void* from, std::size_t bytes) override;

  /// In whole bursts and lines.
  std::uint64_t bytes_read() const { return bytes_read_; }
  std::uint64_t bytes_written() const { return bytes_written_; }

 private:
  /// What moves for some bytes: from `first` up to, not including, `last`.
  struct Range {
    std::uint64_t first = 0, last = 0;
  };
  Range moved(std::uint64_t address, std::size_t bytes) const;
  void refuse_errors(const Range& range, bool write) const;

  BytePort& memory_;
  const TensorImage& image_;
  unsigned burst_bytes_;
  std::vector<FaultPlace> faults_;
  std::uint64_t bytes_read_ = 0, bytes_written_ = 0;
};

}  // namespace tensordash
