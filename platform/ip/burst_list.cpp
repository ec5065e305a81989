#include "platform/ip/burst_list.h"

#include <algorithm>

#include "hw/dma/dma_limits.h"

namespace tensordash {

void append_bursts(std::uint64_t address, std::uint64_t bytes, bool write,
                   std::vector<Burst>& bursts) {
  while (bytes != 0) {
    std::uint64_t size = dma_request_bytes;
    while (address % size != 0 || size > bytes) size /= 2;
    bursts.push_back({address, static_cast<unsigned>(size), write});
    address += size;
    bytes -= size;
  }
}

void BurstList::answered(std::uint32_t /*tag*/) {
  --outstanding_;
}

void BurstList::step(RequestPort& port) {
  for (unsigned count = 0; count < a_clock_; ++count) {
    if (next_ == bursts_.size() || outstanding_ == most_) break;
    const Burst& burst = bursts_[next_++];
    ++outstanding_;
    port.request(edge_, burst.address, burst.bytes, burst.write, 0);
  }
  ++edge_;
}

}  // namespace tensordash
