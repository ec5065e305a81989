#include "models/layout/image_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace tensordash {
namespace {

/// Calls visit(page, first byte in it, bytes of it, bytes before it) for each page of a range.
template <typename Visit>
void for_each_page(std::uint64_t address, std::size_t bytes, const Visit& visit) {
  if (bytes == 0) return;
  if (bytes - 1 > std::numeric_limits<std::uint64_t>::max() - address) {
    throw std::out_of_range(
        fmt::format("{} bytes at {:#x} reach beyond the last address", bytes, address));
  }
  for (std::size_t done = 0; done < bytes;) {
    const std::size_t first = (address + done) % ImageMemory::page_bytes;
    const std::size_t part = std::min(bytes - done, ImageMemory::page_bytes - first);
    visit((address + done) / ImageMemory::page_bytes, first, part, done);
    done += part;
  }
}

}  // namespace

void ImageMemory::read(std::uint64_t address, void* to, std::size_t bytes) {
  auto* const target = static_cast<std::uint8_t*>(to);
  for_each_page(address, bytes,
                [&](std::uint64_t page, std::size_t first, std::size_t part, std::size_t done) {
                  const auto kept = pages_.find(page);
                  if (kept == pages_.end()) {
                    std::memset(target + done, 0, part);
                  } else {
                    std::memcpy(target + done, kept->second->data() + first, part);
                  }
                });
}

void ImageMemory::write(std::uint64_t address, const void* from, std::size_t bytes) {
  const auto* const source = static_cast<const std::uint8_t*>(from);
  for_each_page(address, bytes,
                [&](std::uint64_t page, std::size_t first, std::size_t part, std::size_t done) {
                  std::unique_ptr<Page>& kept = pages_[page];
                  if (!kept) kept = std::make_unique<Page>();
                  std::memcpy(kept->data() + first, source + done, part);
                });
}

}  // namespace tensordash
