#pragma once

#include <cstdint>

namespace tensordash {

/// The bytes of a memory on the host. Only pages that were touched cost anything; untouched bytes
/// read 0.
class BackingStore {
 public:
  /// Throws DramError when `bytes` is 0 or more than the host gives.
  explicit BackingStore(std::uint64_t bytes);
  ~BackingStore();
  BackingStore(const BackingStore&) = delete;
  BackingStore& operator=(const BackingStore&) = delete;

  std::uint64_t size() const { return size_; }
  unsigned char* data() { return data_; }
  const unsigned char* data() const { return data_; }

 private:
  std::uint64_t size_;
  unsigned char* data_ = nullptr;
};

}  // namespace tensordash
