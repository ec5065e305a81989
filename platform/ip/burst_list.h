#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/memory/request_stream.h"

namespace tensordash {

/// A request of a BurstList.
struct Burst {
  std::uint64_t address = 0;
  unsigned bytes = 0;
  bool write = false;
};

/// Appends what `bytes` bytes from `address` on are read or written with: bursts of a power of two,
/// at multiples of their size, up to dma_request_bytes.
void append_bursts(std::uint64_t address, std::uint64_t bytes, bool write,
                   std::vector<Burst>& bursts);

/// Requests one after the other, as many as a DMA port issues.
class BurstList : public RequestStream {
 public:
  /// `outstanding` requests under way at most, `a_clock` issued at an edge.
  BurstList(std::vector<Burst> bursts, unsigned outstanding, unsigned a_clock)
      : bursts_(std::move(bursts)), most_(outstanding), a_clock_(a_clock) {}

  Edge edge() const override { return edge_; }
  void answered(std::uint32_t tag) override;
  void step(RequestPort& port) override;
  bool finished() const override { return next_ == bursts_.size() && outstanding_ == 0; }

 private:
  const std::vector<Burst> bursts_;
  const unsigned most_, a_clock_;
  std::size_t next_ = 0;
  unsigned outstanding_ = 0;
  Edge edge_ = 0;
};

}  // namespace tensordash
