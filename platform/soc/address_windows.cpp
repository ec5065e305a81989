#include "platform/soc/address_windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace tensordash {
namespace {

constexpr std::uint64_t last_address = std::numeric_limits<std::uint64_t>::max();

std::string describe(std::uint64_t first, std::uint64_t last) {
  return fmt::format("{:#x} to {:#x}", first, last);
}

}  // namespace

void AddressWindows::add(std::uint64_t base, std::uint64_t size, unsigned port,
                         std::uint64_t offset) {
  if (size == 0) {
    throw AddressMapError(fmt::format("window at {:#x} of 0 bytes; allowed: 1 or more", base));
  }
  if (size - 1 > last_address - base || size - 1 > last_address - offset) {
    throw AddressMapError(
        fmt::format("window at {:#x} (target's {:#x}) of {:#x} bytes passes the last address {:#x}",
                    base, offset, size, last_address));
  }
  const AddressWindow window{base, base + (size - 1), offset, port};
  const auto next = std::find_if(windows_.begin(), windows_.end(),
                                 [base](const AddressWindow& each) { return each.last >= base; });
  if (next != windows_.end() && next->first <= window.last) {
    throw AddressMapError(fmt::format("window {} overlaps window {}",
                                      describe(window.first, window.last),
                                      describe(next->first, next->last)));
  }
  windows_.insert(next, window);
}

const AddressWindow* AddressWindows::find(std::uint64_t address) const {
  const auto window =
      std::lower_bound(windows_.begin(), windows_.end(), address,
                       [](const AddressWindow& each, std::uint64_t at) { return each.last < at; });
  return window == windows_.end() || window->first > address ? nullptr : &*window;
}

AddressWindow AddressWindows::hole_around(std::uint64_t address) const {
  AddressWindow hole{0, last_address, 0, 0};
  for (const AddressWindow& each : windows_) {
    if (each.last < address) hole.first = each.last + 1;
    if (each.first > address) {
      hole.last = each.first - 1;
      break;
    }
  }
  return hole;
}

}  // namespace tensordash
