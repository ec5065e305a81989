// Two accelerators in one platform.
#include <gmock/gmock.h>

#include "hw/dram/lpddr4.h"
#include "platform/soc/bus.h"
#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

constexpr std::uint64_t dram_base = 0x80000000U;

DramConfiguration dram() {
  DramParameters parameters;
  parameters.queue = 256;
  return DramConfiguration(parameters);
}

/// The bytes of the DRAM, at the addresses of the bus.
class Shifted : public BytePort {
 public:
  explicit Shifted(BytePort& memory) : memory_(memory) {}
  void read(std::uint64_t address, void* to, std::size_t bytes) override {
    memory_.read(address - dram_base, to, bytes);
  }
  void write(std::uint64_t address, const void* from, std::size_t bytes) override {
    memory_.write(address - dram_base, from, bytes);
  }

 private:
  BytePort& memory_;
};

struct One {
  One(const char* name, const AcceleratorParameters& parameters) : accelerator(name, parameters) {}
  sc_core::sc_signal<bool> irq;
  Accelerator<> accelerator;
};

class Platform : public sc_core::sc_module {
 public:
  sc_core::sc_clock clk{"clk", sc_core::sc_time(2, sc_core::SC_NS)};
  sc_core::sc_signal<bool> rst_n{"rst_n", true};
  std::array<One, 2> ones;
  Bus<> bus{"bus"};
  Lpddr4<> memory{"memory", dram()};
  DramBytes raw{"raw"};
  Shifted bytes{raw};
  tlm_utils::simple_initiator_socket<Platform> host{"host"};

  Platform(const sc_core::sc_module_name& name, const AcceleratorParameters& first,
           const AcceleratorParameters& second)
      : sc_module(name), ones{One("first", first), One("second", second)} {
    for (unsigned at = 0; at < 2; ++at) {
      ones[at].accelerator.clk(clk);
      ones[at].accelerator.rst_n(rst_n);
      ones[at].accelerator.irq(ones[at].irq);
      ones[at].accelerator.memory.bind(bus.socket);
    }
    host.bind(bus.socket);
    bus.map(dram_base, std::uint64_t{1} << 30U, memory.socket);
    bus.map(0x1000, 0x1000, ones[0].accelerator.registers);
    bus.map(0x2000, 0x1000, ones[1].accelerator.registers);
    raw.socket.bind(memory.socket);
  }

  std::uint32_t access(bool write, unsigned which, std::uint32_t offset, std::uint32_t value = 0) {
    tlm::tlm_generic_payload payload;
    payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(0x1000 * (1 + which) + offset);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    sc_core::sc_time delay;
    host->b_transport(payload, delay);
    EXPECT_TRUE(payload.is_response_ok());
    return value;
  }
};

AcceleratorParameters first_machine(Transport transport) {
  AcceleratorParameters parameters = small_machine(all_styles[0]);
  parameters.transport = transport;
  parameters.use_dmi = true;
  return parameters;
}

AcceleratorParameters second_machine(Transport transport) {
  AcceleratorParameters parameters = small_machine(all_styles[0]);
  parameters.machine.set("tiles", "3");
  parameters.machine.set("pe.lanes", "8");
  parameters.machine.set("sparsity", "two_sided");
  parameters.machine.set("accumulate", "exact");
  parameters.transport = transport;
  return parameters;
}

void run_both(Transport first, Transport second) {
  const differential::SystemCKernel kernel;
  {
    Platform platform("platform", first_machine(first), second_machine(second));
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    std::mt19937 random(4);
    std::vector<GuestLayer> layers;
    layers.emplace_back(small_shape(), random, platform.bytes, true, dram_base + 0x10000);
    layers.emplace_back(small_shape(), random, platform.bytes, false, dram_base + 0x100000, 4, 8);
    for (unsigned which = 0; which < 2; ++which) {
      const std::uint64_t ring = dram_base + 0x1000 * (which + 1);
      platform.access(true, which, 0x40, static_cast<std::uint32_t>(ring));
      platform.access(true, which, 0x48, 2);
      platform.access(true, which, 0x20, 1);
      platform.access(true, which, 0x28, 1U << 2U * which);  // DONE, EMPTY
      for (unsigned number = 0; number < 3; ++number) {
        const HandDescriptor descriptor = layers[which].descriptor(static_cast<Operation>(number));
        platform.bytes.write(ring + 256 * number, descriptor.words.data(), 256);
      }
    }
    platform.access(true, 1, 0x50, 1);
    while ((platform.access(false, 1, 0x24) & 1U) == 0) {
      sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
    }
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
    EXPECT_FALSE(platform.ones[0].irq.read());
    EXPECT_TRUE(platform.ones[1].irq.read());
    platform.access(true, 1, 0x2c, 0xf);
    platform.access(true, 0, 0x50, 3);
    platform.access(true, 1, 0x50, 3);
    unsigned both = 0;
    for (unsigned step = 0; step < 100000; ++step) {
      const std::uint32_t one = platform.access(false, 0, 0x24);
      const std::uint32_t two = platform.access(false, 1, 0x24);
      if ((one & two & 1U) != 0) break;
      both += (one & two & 2U) != 0 ? 1 : 0;
      sc_core::sc_start(sc_core::sc_time(100, sc_core::SC_NS));
    }
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
    EXPECT_GT(both, 2U);
    for (unsigned which = 0; which < 2; ++which) {
      for (const Operation operation : all_operations) {
        EXPECT_TRUE(layers[which].right(operation, platform.bytes))
            << which << " " << name_of(operation);
      }
      EXPECT_TRUE(platform.ones[which].irq.read());
      EXPECT_EQ(platform.access(false, which, 0x60), 0U);
      EXPECT_EQ(platform.access(false, which, 0x4c), 3U);
      platform.access(true, which, 0x80, 1);
      EXPECT_EQ(platform.access(false, which, 0x108), 3U);
      std::uint64_t lane_cycles = 0;
      const auto counter = [&](unsigned at) {
        return platform.access(false, which, 0x100 + 8 * at) |
               std::uint64_t{platform.access(false, which, 0x104 + 8 * at)} << 32U;
      };
      for (unsigned at = 11; at < counter_count; ++at) lane_cycles += counter(at);
      EXPECT_EQ(lane_cycles, counter(2) * 4 * (which == 0 ? 2 * 16 : 3 * 8));
    }
    platform.access(true, 0, 0x2c, 0xf);
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
    EXPECT_FALSE(platform.ones[0].irq.read());
    EXPECT_TRUE(platform.ones[1].irq.read());
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

TEST(TwoAccelerators, WorkSideBySideInEveryMixOfTransports) {
  const std::array<Transport, 2> transports = {Transport::loosely_timed,
                                               Transport::approximately_timed};
  for (const Transport first : transports) {
    for (const Transport second : transports) run_both(first, second);
  }
}

}  // namespace
}  // namespace tensordash::testing
