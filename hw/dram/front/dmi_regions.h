#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tensordash {

/// Addresses from the first to the last, both included.
struct DmiRange {
  std::uint64_t first = 0, last = 0;

  bool operator==(const DmiRange& other) const {
    return first == other.first && last == other.last;
  }
};

/// Which addresses of a memory may be reached by direct memory pointers. All, at first.
class DmiRegions {
 public:
  /// What a request for a pointer gets: the largest range around its address that is granted, or
  /// the largest that is not.
  struct Answer {
    bool granted = false;
    DmiRange range;
  };

  /// `size` is not 0.
  explicit DmiRegions(std::uint64_t size) : size_(size) {}

  Answer around(std::uint64_t address) const;

  /// Allows direct access at all, or not. Ranges that are withheld stay so. Returns the range of
  /// pointers that lose their validity.
  std::optional<DmiRange> set_allowed(bool allowed);

  /// Withholds addresses, so that accesses there are seen. What lies outside the memory is ignored.
  /// Returns the range of pointers that lose their validity. Throws DramError when `last` is before
  /// `first`.
  std::optional<DmiRange> withhold(std::uint64_t first, std::uint64_t last);

  /// Takes withhold() back for these addresses. Pointers that were given stay valid. Throws
  /// DramError when `last` is before `first`.
  void grant(std::uint64_t first, std::uint64_t last);

 private:
  std::uint64_t size_;
  bool allowed_ = true;
  std::vector<DmiRange> withheld_;  ///< ascending, none touching another
};

}  // namespace tensordash
