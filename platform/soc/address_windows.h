#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace tensordash {

/// An address map that cannot be.
struct AddressMapError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// Addresses of an interconnect that belong to one of its ports.
struct AddressWindow {
  std::uint64_t first = 0, last = 0;  ///< both included
  std::uint64_t offset = 0;           ///< what the target calls the first one
  unsigned port = 0;

  std::uint64_t to_target(std::uint64_t address) const { return address - first + offset; }
  std::uint64_t from_target(std::uint64_t address) const { return address - offset + first; }
  /// The target's name for the last address.
  std::uint64_t offset_last() const { return offset + (last - first); }
};

/// Which window an address lies in. Windows never overlap.
class AddressWindows {
 public:
  /// Throws AddressMapError when `size` is 0, when addresses of either side pass 2^64 - 1, or when
  /// the window overlaps another.
  void add(std::uint64_t base, std::uint64_t size, unsigned port, std::uint64_t offset = 0);

  /// nullptr when there is none.
  const AddressWindow* find(std::uint64_t address) const;

  /// The addresses around one that lies in no window, up to the next windows.
  AddressWindow hole_around(std::uint64_t address) const;

  /// By ascending address.
  const std::vector<AddressWindow>& all() const { return windows_; }

 private:
  std::vector<AddressWindow> windows_;
};

}  // namespace tensordash
