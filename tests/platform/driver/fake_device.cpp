#include "tests/platform/driver/fake_device.h"

#include <fmt/format.h>

#include <stdexcept>

namespace tensordash::testing {

FakeDevice::FakeDevice() {
  registers[0x000] = 0x54445348;
  registers[0x004] = 0x00010003;
  registers[0x008] = 0x04030010;  // 16 tiles of 3 rows, 4 columns
  registers[0x00c] = 0x00000310;  // 16 lanes, 3 deep
  registers[0x010] = 0x1c08033f;  // everything, 2^8 descriptors, 2^28 elements
  registers[0x014] = 2000;
  registers[0x024] = 1;
  for (const std::uint32_t offset : {0x020, 0x028, 0x02c, 0x030, 0x040, 0x044, 0x048, 0x04c, 0x050,
                                     0x060, 0x064, 0x068, 0x06c, 0x070, 0x080}) {
    registers[offset] = 0;
  }
}

std::uint32_t FakeDevice::read(std::uint32_t offset) {
  before_read();
  return registers.at(offset);  // a register that there is not throws
}

void FakeDevice::write(std::uint32_t offset, std::uint32_t value) {
  events.push_back(fmt::format("write {:x} {:x}", offset, value));
  std::uint32_t& target = registers.at(offset);
  if (offset == 0x02c) {
    target &= ~value;
  } else if (offset == 0x020) {
    target = value & 3;
  } else if (offset != 0x080 && offset != 0x060) {
    target = value;
  }
  after_write(offset);
}

tensordash_bus FakeDevice::bus() {
  tensordash_bus bus{};
  bus.context = this;
  bus.read = [](void* context, std::uint32_t offset) {
    return static_cast<FakeDevice*>(context)->read(offset);
  };
  bus.write = [](void* context, std::uint32_t offset, std::uint32_t value) {
    static_cast<FakeDevice*>(context)->write(offset, value);
  };
  bus.store = [](void* context, std::uint64_t address, const std::uint32_t* words,
                 std::size_t count) {
    auto& fake = *static_cast<FakeDevice*>(context);
    fake.events.push_back(fmt::format("store {:x} {}", address, count));
    for (std::size_t word = 0; word < count; ++word) fake.memory[address + 4 * word] = words[word];
  };
  bus.barrier = [](void* context) {
    static_cast<FakeDevice*>(context)->events.emplace_back("barrier");
  };
  return bus;
}

DriverBench::DriverBench() {
  const tensordash_bus bus = fake.bus();
  if (tensordash_init(&device, &bus) != TENSORDASH_OK ||
      tensordash_ring_start(&device, 0x10000, 2, false) != TENSORDASH_OK) {
    throw std::runtime_error("the driver does not know the fake device");
  }
  fake.events.clear();
}

}  // namespace tensordash::testing
