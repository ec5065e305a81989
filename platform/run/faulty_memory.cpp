#include "platform/run/faulty_memory.h"

#include <fmt/format.h>

#include "hw/dma/dma_limits.h"

namespace tensordash {

DramRefusal::DramRefusal(std::uint64_t address, bool write)
    : std::runtime_error(
          fmt::format("address {:#x}: the DRAM answered a {} with TLM_GENERIC_ERROR_RESPONSE",
                      address, write ? "write" : "read")),
      address_(address) {}

void FaultyMemory::read(std::uint64_t address, void* to, std::size_t bytes) {
  const Range range = moved(address, bytes);
  refuse_errors(range, false);
  memory_.read(address, to, bytes);
  bytes_read_ += range.last - range.first;
  auto* const target = static_cast<std::uint8_t*>(to);
  for (const FaultPlace& fault : faults_) {
    if (fault.kind != FaultKind::flip || fault.address < address) continue;
    const std::uint64_t at = fault.address - address;
    if (at < bytes) target[at] ^= fault.mask;
  }
}

void FaultyMemory::write(std::uint64_t address, const void* from, std::size_t bytes) {
  const Range range = moved(address, bytes);
  refuse_errors(range, true);
  memory_.write(address, from, bytes);
  bytes_written_ += range.last - range.first;
}

FaultyMemory::Range FaultyMemory::moved(std::uint64_t address, std::size_t bytes) const {
  const bool directory = image_.compressed && address >= image_.directory_base &&
                         address - image_.directory_base < image_.directory_bytes();
  const std::uint64_t part = directory ? dma_request_bytes : burst_bytes_;
  return {address / part * part, (address + bytes + part - 1) / part * part};
}

void FaultyMemory::refuse_errors(const Range& range, bool write) const {
  for (const FaultPlace& fault : faults_) {
    if (fault.kind != FaultKind::error || fault.write != write) continue;
    if (fault.address < range.first || fault.address >= range.last) continue;
    // A request fails as a whole.
    throw DramRefusal(fault.address / dma_request_bytes * dma_request_bytes, write);
  }
}

}  // namespace tensordash
