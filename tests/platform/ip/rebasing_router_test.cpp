// An interconnect that changes the address of a payload and does not put it back, which IEEE 1666
// (14.7) allows.
#include <gmock/gmock.h>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

constexpr std::uint64_t base = 0x80000000U, memory_bytes = 0x40000, outside = base + memory_bytes;

class Router : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Router> in{"in"};
  tlm_utils::simple_initiator_socket<Router> out{"out"};

  explicit Router(const sc_core::sc_module_name& name) : sc_module(name) {
    in.register_b_transport(this, &Router::b_transport);
    in.register_nb_transport_fw(this, &Router::forward);
    in.register_transport_dbg(this, &Router::debug);
    in.register_get_direct_mem_ptr(this, &Router::pointer);
    out.register_nb_transport_bw(this, &Router::backward);
    out.register_invalidate_direct_mem_ptr(this, &Router::invalidate);
  }

 private:
  static void rebase(tlm::tlm_generic_payload& payload) {
    payload.set_address(payload.get_address() - base);
  }
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    rebase(payload);
    out->b_transport(payload, delay);
  }
  tlm::tlm_sync_enum forward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                             sc_core::sc_time& delay) {
    if (phase == tlm::BEGIN_REQ) rebase(payload);
    return out->nb_transport_fw(payload, phase, delay);
  }
  tlm::tlm_sync_enum backward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& delay) {
    return in->nb_transport_bw(payload, phase, delay);
  }
  unsigned debug(tlm::tlm_generic_payload& payload) {
    rebase(payload);
    return out->transport_dbg(payload);
  }
  bool pointer(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
    rebase(payload);
    const bool given = out->get_direct_mem_ptr(payload, dmi);
    dmi.set_start_address(dmi.get_start_address() + base);
    dmi.set_end_address(dmi.get_end_address() + base);
    return given;
  }
  void invalidate(sc_dt::uint64 first, sc_dt::uint64 last) {
    in->invalidate_direct_mem_ptr(first + base, last + base);
  }
};

/// The memory's bytes where the accelerator sees them.
class Rebased : public BytePort {
 public:
  explicit Rebased(MemoryCore& memory) : raw_(memory) {}
  void read(std::uint64_t address, void* to, std::size_t bytes) override {
    raw_.read(address - base, to, bytes);
  }
  void write(std::uint64_t address, const void* from, std::size_t bytes) override {
    raw_.write(address - base, from, bytes);
  }

 private:
  RawBytes raw_;
};

RamParameters ram(unsigned seed) {
  RamParameters made;
  made.bytes = memory_bytes;
  made.read_latency = sc_core::sc_time(seed % 2 * 20, sc_core::SC_NS);
  made.stress.seed = seed;
  made.stress.shortcuts = made.stress.any_order = seed != 0;
  made.stress.deny_debug = seed == 2;
  return made;
}

struct Platform {
  Platform(const Style& style, unsigned seed)
      : memory("memory", ram(seed)), bench("bench", small_machine(style), bytes) {
    bench.accelerator.memory.bind(router.in);
    router.out.bind(memory.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start(3, 1, base + 0x1000);
  }
  Memory<> memory;
  Router router{"router"};
  Rebased bytes{memory};
  HostBench bench;
};

class Routers : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Styles, Routers, ::testing::Range(0U, 4U));

/// A of FORWARD into C order, and back.
HandDescriptor conversion(const HandDescriptor& forward, bool to_plain, std::uint64_t from,
                          std::uint64_t to) {
  HandDescriptor made = forward;
  made.command(to_plain ? 5 : 4);
  for (unsigned word = 20; word < 40; ++word) made.words[word] = 0;
  made.words[1] = 0;
  made.address(32, from);
  made.address(36, to);
  return made;
}

TEST_P(Routers, DescriptorsOperationsAndConversions) {
  const Style& style = all_styles[GetParam()];
  for (unsigned seed = 0; seed < 3; ++seed) {
    const differential::SystemCKernel kernel;
    {
      Platform platform(style, seed);
      HostBench& bench = platform.bench;
      std::mt19937 random(seed);
      const GuestLayer layer(small_shape(), random, platform.bytes, seed == 1, base + 0x4000);
      ASSERT_LT(layer.end(), base + 0x30000);
      for (const Operation operation : all_operations) {
        bench.run(layer.descriptor(operation));
        EXPECT_EQ(bench.syndrome().code, 0U) << style.name << " " << bench.syndrome().address;
        EXPECT_TRUE(layer.right(operation, platform.bytes)) << style.name << name_of(operation);
      }
      if (seed == 1) continue;  // its groups are compressed
      const HandDescriptor forward = layer.descriptor(Operation::forward);
      const std::uint64_t groups = address_in(forward, 20), there = base + 0x30000,
                          back = base + 0x38000;
      constexpr std::size_t bytes = std::size_t{10} * 1024;  // of A in groups
      for (const auto& [to_plain, from, to] :
           {std::tuple(true, groups, there), std::tuple(false, there, back)}) {
        bench.run(conversion(forward, to_plain, from, to));
        EXPECT_EQ(bench.syndrome().code, 0U) << style.name;
      }
      std::vector<std::uint8_t> before(bytes), after(bytes);
      platform.bytes.read(groups, before.data(), bytes);
      platform.bytes.read(back, after.data(), bytes);
      EXPECT_EQ(before, after) << style.name;
    }
    EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty()) << style.name;
  }
}

TEST_P(Routers, ErrorsTellTheAddressThatWasSent) {
  const Style& style = all_styles[GetParam()];
  for (unsigned seed = 0; seed < 3; ++seed) {
    const differential::SystemCKernel kernel;
    {
      Platform platform(style, seed);
      HostBench& bench = platform.bench;
      const LayerShape one = linear_shape({1, 1}, {1, 1});
      HandDescriptor plain;
      plain.shape(one);
      const auto expect = [&](unsigned code, std::uint64_t address) {
        EXPECT_EQ(bench.syndrome().code, code) << style.name;
        EXPECT_EQ(bench.syndrome().address, address) << style.name;
      };
      bench.run(conversion(plain, false, outside + 0x1c0, base + 0x8000));
      expect(11, outside + 0x1c0);
      // The first line of the group is the last of the memory.
      bench.run(conversion(plain, true, outside - 64, base + 0x8000));
      EXPECT_EQ(bench.syndrome().code, 11U);
      EXPECT_GE(bench.syndrome().address, outside);
      EXPECT_LT(bench.syndrome().address, outside + 1024 - 64);
      bench.run(conversion(plain, true, base + 0x8000, outside + 0x2c0));
      expect(12, outside + 0x2c0);
      HandDescriptor forward;
      forward.command(1);
      forward.shape(one);
      forward.address(20, base + 0x8000);
      forward.address(24, base + 0xa000);
      forward.address(36, outside + 0x10000);
      bench.run(forward);
      EXPECT_EQ(bench.syndrome().code, 12U) << style.name;
      EXPECT_GE(bench.syndrome().address, outside + 0x10000) << style.name;
      EXPECT_LT(bench.syndrome().address, outside + 0x10400) << style.name;
      forward.address(24, outside + 0x20000);
      bench.run(forward);
      EXPECT_EQ(bench.syndrome().code, 11U) << style.name;
      EXPECT_GE(bench.syndrome().address, outside + 0x20000) << style.name;
      EXPECT_LT(bench.syndrome().address, outside + 0x20400) << style.name;
      // Descriptors that cannot be read.
      bench.write(0x20, 0);
      bench.clear();
      bench.write(0x20, 1U << 9U);
      bench.settle();
      bench.write(0x40, static_cast<std::uint32_t>(outside + 0x40000));
      bench.write(0x44, static_cast<std::uint32_t>(outside >> 32U));
      bench.write(0x20, 1);
      bench.write(0x50, 1);
      ASSERT_TRUE(bench.wait_idle());
      EXPECT_EQ(bench.syndrome().code, 10U) << style.name;
      EXPECT_GE(bench.syndrome().address, outside + 0x40000) << style.name;
      EXPECT_LT(bench.syndrome().address, outside + 0x40100) << style.name;
    }
    EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty()) << style.name;
  }
}

}  // namespace
}  // namespace tensordash::testing
