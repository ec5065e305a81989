// A guest that accesses registers in every way there is, beside another initiator in the memory.
#include <gmock/gmock.h>

#include <cstring>

#include "platform/registers/register_map.h"
#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

constexpr std::uint64_t memory_bytes = std::uint64_t{9} << 20U;
constexpr std::uint64_t garbage_first = 0x2000, garbage_end = 0x8000;  ///< places of descriptors
constexpr std::uint64_t layer_base = 0x10000;
constexpr std::uint64_t scratch_first = 0x200000, scratch_end = 0x300000;  ///< of the other
constexpr std::uint64_t arena = std::uint64_t{4} << 20U;  ///< results of what is in the garbage
constexpr std::uint64_t arena_directory = std::uint64_t{8} << 20U;
constexpr std::uint32_t done = 1;

class Traffic : public GuestBench {
 public:
  Traffic(const Style& style, unsigned seed)
      : GuestBench("bench", small_machine(style), ram(seed)), random(seed) {
    for (std::uint64_t at = 0; at < scratch_end; at += 4) {
      const auto word = static_cast<std::uint32_t>(random());
      std::memcpy(memory.data() + at, &word, 4);
    }
    layer = std::make_unique<GuestLayer>(small_shape(), random, bytes, seed % 2 == 0, layer_base);
    for (std::uint64_t at = garbage_first; at < garbage_end; at += 256) {
      const HandDescriptor made = spoilt();
      bytes.write(at, made.words.data(), 256);
    }
    image.assign(memory.data(), memory.data() + arena);
  }

  /// Nearly a descriptor, whose result is in the arena.
  HandDescriptor spoilt() {
    HandDescriptor made = layer->descriptor(static_cast<Operation>(random() % 3),
                                            random() % 2 == 0 ? interrupt_flag : 0);
    if (random() % 4 == 0) {
      made.command(4 + random() % 2, (random() % 3) << 24U);
      made.words[1] = random() % 2 == 0 ? 0 : 0x800;
      for (unsigned word = 20; word < 32; ++word) made.words[word] = 0;
      made.address(32, layer_base + random() % 64 * 1024);
      if (made.words[1] != 0) made.address(34, layer_base + random() % 64 * 1024);
    }
    if ((made.words[0] & 0xff) == 4 && random() % 2 == 0) {
      made.words[1] = 0x1000;
      made.words[34] = 0;
      made.address(38, arena_directory);
    }
    for (unsigned times = random() % 3; times != 0; --times) {
      const unsigned word = random() % 36;
      made.words[word] =
          word < 18 && word > 3 ? random() % 8 : made.words[word] ^ 1U << random() % 32;
    }
    made.address(36, arena);
    return made;
  }

  std::uint32_t some_value(std::uint32_t offset) {
    switch (random() % 6) {
      case 0:
        return static_cast<std::uint32_t>(random());
      case 1:
        return 1U << random() % 32;
      case 2:
        return random() % 2 == 0 ? 0 : 0xffffffffU;
      default:
        break;
    }
    switch (offset & ~3U) {
      case 0x20:
        return random() % 4 | (random() % 16 == 0 ? 1U << (8 + random() % 2) : 0);
      case 0x40:
        return static_cast<std::uint32_t>(garbage_first + random() % 0x6000);
      case 0x44:
        return random() % 8 == 0 ? static_cast<std::uint32_t>(random()) : 0;
      case 0x48:
        return random() % 6;
      case 0x50:
        return read(0x4c) + random() % 5;
      default:
        return static_cast<std::uint32_t>(random() % 16);
    }
  }

  /// Any access that there can be. `tame`: none that changes what the host relies on.
  void access_somehow(bool tame) {
    ++accesses;
    std::array<unsigned char, 64> data{};
    std::array<unsigned char, 16> enables{};
    const std::array<std::uint64_t, 13> places = {0x20, 0x28, 0x2c, 0x30, 0x40,  0x44, 0x48,
                                                  0x50, 0x60, 0x64, 0x80, 0x100, 0xffc};
    std::uint64_t offset = places[random() % places.size()];
    const unsigned way = random() % 8;
    if (way == 0) offset = random() % 0x1100;
    if (way == 1) offset = std::uint64_t{random()} << random() % 33;
    tlm::tlm_generic_payload payload;
    const unsigned command = random() % 16;
    payload.set_command(command == 0  ? tlm::TLM_IGNORE_COMMAND
                        : command < 6 ? tlm::TLM_READ_COMMAND
                                      : tlm::TLM_WRITE_COMMAND);
    unsigned length = random() % 4 != 0 ? 4 : random() % 65;
    unsigned width = random() % 8 != 0 ? std::max(length, 1U) : random() % 70;
    if (tame && payload.is_write()) {
      // Registers that are read only or locked while ENABLE is 1, snapshots, events but DONE.
      const std::array<std::uint64_t, 9> harmless = {0x0,  0x24, 0x40, 0x44, 0x48,
                                                     0x4c, 0x64, 0x80, 0x30};
      offset = harmless[random() % harmless.size()] + (random() % 4 == 0 ? 0x200 : 0);
      length = width = 4;
    }
    for (unsigned word = 0; word < 16; ++word) {
      std::uint32_t value = some_value(static_cast<std::uint32_t>(offset + 4 * word));
      if (tame && offset == 0x30) value &= ~done;
      std::memcpy(data.data() + 4 * word, &value, 4);
    }
    payload.set_address(offset);
    payload.set_data_ptr(random() % 64 == 0 ? nullptr : data.data());
    payload.set_data_length(length);
    payload.set_streaming_width(width);
    if (random() % 8 == 0) {
      for (unsigned char& enable : enables) {
        enable = random() % 2 == 0 ? TLM_BYTE_ENABLED : TLM_BYTE_DISABLED;
      }
      if (random() % 8 == 0) enables[random() % 16] = 0x5a;
      payload.set_byte_enable_ptr(enables.data());
      payload.set_byte_enable_length(random() % 17);
    }
    if (random() % 8 == 0) {
      host->transport_dbg(payload);
      return;
    }
    sc_core::sc_time delay(random() % 8 == 0 ? static_cast<double>(random() % 50) : 0,
                           sc_core::SC_NS);
    const sc_core::sc_time before = delay;
    host->b_transport(payload, delay);
    EXPECT_GE(delay, before);
    EXPECT_NE(payload.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE);
    EXPECT_FALSE(payload.is_dmi_allowed());
    tlm::tlm_dmi dmi;
    if (random() % 64 == 0) {
      EXPECT_FALSE(host->get_direct_mem_ptr(payload, dmi));
    }
  }

  void disturb_memory() {
    std::array<unsigned char, 64> data{};
    for (unsigned char& byte : data) byte = static_cast<unsigned char>(random());
    tlm::tlm_generic_payload payload;
    const unsigned length = 1 + random() % 64;
    const std::uint64_t at = scratch_first + random() % (scratch_end - scratch_first - 64);
    payload.set_command(random() % 2 == 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    payload.set_address(at);
    payload.set_data_ptr(data.data());
    payload.set_data_length(length);
    payload.set_streaming_width(length);
    sc_core::sc_time delay;
    other->b_transport(payload, delay);
    if (payload.is_write()) std::memcpy(image.data() + at, data.data(), length);
  }

  void some_time() {
    sc_core::sc_start(sc_core::sc_time(
        static_cast<double>(1 + random() % (random() % 8 == 0 ? 900000 : 20000)), sc_core::SC_PS));
    settle();
    const std::uint32_t events = read(0x2c), enabled = read(0x28);
    // Wires follow at the host's local time, at most 50 ns later.
    EXPECT_EQ(irq.read(), (events & enabled) != 0);
  }

  bool unchanged() {
    for (const Operation operation : all_operations) {
      const TensorImage& result = layer->result(operation);
      std::memcpy(image.data() + result.data_base, memory.data() + result.data_base,
                  result.data_bytes());
    }
    std::memcpy(image.data() + ring_base, memory.data() + ring_base, 16 * 256);
    return std::memcmp(image.data(), memory.data(), image.size()) == 0;
  }

  static RamParameters ram(unsigned seed) {
    RamParameters made;
    made.bytes = memory_bytes;
    made.read_latency = made.write_latency = sc_core::sc_time(seed % 3 * 10, sc_core::SC_NS);
    made.stress.seed = seed;
    made.stress.any_order = made.stress.shortcuts = seed % 2 == 0;
    return made;
  }

  std::mt19937 random;
  std::unique_ptr<GuestLayer> layer;
  std::vector<unsigned char> image;  ///< of what lies before the arena
  std::uint64_t accesses = 0;
};

/// Chaos, then a host that does everything right while others go on with what does not touch it.
void traffic(const Style& style, std::uint64_t accesses, unsigned seed) {
  const differential::SystemCKernel kernel;
  {
    Traffic bench(style, seed);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    std::uint64_t submitted = 0;
    while (bench.accesses < accesses && !::testing::Test::HasFailure()) {
      for (unsigned step = 0; step < 25; ++step) {
        for (unsigned count = bench.random() % 60; count != 0; --count) bench.access_somehow(false);
        bench.disturb_memory();
        bench.some_time();
      }
      bench.write(0x20, 1U << 9U);
      ASSERT_TRUE(bench.wait_idle());
      bench.start(2);
      bench.write(0x28, done | 8U);
      for (unsigned number = 0; number < 3; ++number) {
        const auto operation = static_cast<Operation>(bench.random() % 3);
        bench.layer->spoil(operation, bench.bytes);
        bench.submit(bench.layer->descriptor(operation));
        ++submitted;
        for (unsigned step = 0; (bench.read(0x24) & 1U) == 0; ++step) {
          ASSERT_LT(step, 100000U);
          for (unsigned count = bench.random() % 8; count != 0; --count) {
            bench.access_somehow(true);
          }
          bench.disturb_memory();
          bench.some_time();
        }
        bench.settle();
        EXPECT_EQ(bench.read(0x2c) & done, done);
        EXPECT_EQ(bench.read(0x60), 0U);
        EXPECT_TRUE(bench.irq.read());
        EXPECT_TRUE(bench.layer->right(operation, bench.bytes));
        bench.write(0x2c, 0xf);
        bench.settle();
        EXPECT_FALSE(bench.irq.read());
      }
      EXPECT_EQ(bench.read(0x4c), 3U);
      ASSERT_TRUE(bench.unchanged()) << style.name << " " << seed;
    }
    EXPECT_GT(submitted, 5U);
    bench.write(0x20, 1U << 9U);
    ASSERT_TRUE(bench.wait_idle());
    EXPECT_EQ(bench.memory.in_flight(), 0U);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

class RegisterTraffic : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Styles, RegisterTraffic, ::testing::Range(0U, 4U));

TEST_P(RegisterTraffic, BreaksNothing) {
  const Style& style = all_styles[GetParam()];
  const std::uint64_t accesses = style.level == EngineLevel::pin ? 8000 : 35000;
  for (unsigned seed = 1; seed <= 2; ++seed) {
    traffic(style, accesses * TENSORDASH_ROUNDS / 2, seed);
  }
}

}  // namespace
}  // namespace tensordash::testing
