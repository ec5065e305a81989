#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <tlm>
#include <vector>

namespace tensordash {

// A memory as simple as can be, byte after byte, sharing nothing with the one under test.
class ReferenceMemory {
 public:
  explicit ReferenceMemory(std::uint64_t bytes) : bytes_(bytes) {}

  std::uint64_t size() const { return bytes_; }
  unsigned char read(std::uint64_t address) const;
  void write(std::uint64_t address, unsigned char value);

  // What a payload is to be answered.
  tlm::tlm_response_status status(const tlm::tlm_generic_payload& payload) const;
  // Performs a legal payload here. Returns what its data buffer is to hold when it comes back.
  std::vector<unsigned char> perform(const tlm::tlm_generic_payload& payload);

 private:
  using Page = std::array<unsigned char, 256>;

  std::uint64_t bytes_;
  std::map<std::uint64_t, Page> pages_;
};

}  // namespace tensordash
