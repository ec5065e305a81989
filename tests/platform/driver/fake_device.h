#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "platform/driver/tensordash.h"

namespace tensordash::testing {

/// Registers and memory as a driver sees them, written from the documentation with offsets as
/// numbers: it shares neither names nor code with the driver.
class FakeDevice {
 public:
  FakeDevice();
  FakeDevice(const FakeDevice&) = delete;
  FakeDevice& operator=(const FakeDevice&) = delete;
  ~FakeDevice() = default;

  tensordash_bus bus();

  std::map<std::uint32_t, std::uint32_t> registers;  ///< by offset
  std::map<std::uint64_t, std::uint32_t> memory;     ///< words, by address
  std::vector<std::string> events;                   ///< "write 50 1", "store 1000 64", "barrier"
  std::function<void()> before_read = [] {};
  std::function<void(std::uint32_t offset)> after_write = [](std::uint32_t) {};

 private:
  std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);
};

/// A machine of 16 lanes that can do everything, with a ring of 4 at 0x10000.
struct DriverBench {
  DriverBench();

  FakeDevice fake;
  tensordash_device device{};
};

}  // namespace tensordash::testing
