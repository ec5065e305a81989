// Pointers that a memory hints at and does not give, gives wrongly, or takes back at any moment.
#include <gmock/gmock.h>

#include <cstring>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

constexpr std::size_t memory_bytes = 0x20000;
constexpr unsigned char gone = 0xa5;

enum class Grant { refused, null, elsewhere, no_right, reads_only, writes_only, one_line, good };

const char* name_of(Grant grant) {
  constexpr std::array<const char*, 8> names = {
      "refused", "null", "elsewhere", "no right", "reads only", "writes only", "one line", "good"};
  return names[static_cast<unsigned>(grant)];
}

/// A memory with pointers of all kinds. When it takes them back its bytes move, and what they leave
/// behind is worth nothing.
class PointerMemory : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(PointerMemory);

  tlm_utils::simple_target_socket<PointerMemory> socket{"socket"};
  unsigned asked = 0, transported = 0, moved = 0;
  bool moves = false;

  PointerMemory(const sc_core::sc_module_name& name, Grant grant)
      : sc_module(name), grant_(grant), buffers_(1, Buffer(memory_bytes)) {
    socket.register_b_transport(this, &PointerMemory::b_transport);
    socket.register_get_direct_mem_ptr(this, &PointerMemory::get_direct_mem_ptr);
    SC_THREAD(move_now_and_then);
  }

  unsigned char* data() { return buffers_.back().data(); }

  bool nobody_wrote_behind() const {
    for (std::size_t at = 0; at + 1 < buffers_.size(); ++at) {
      for (const unsigned char byte : buffers_[at]) {
        if (byte != gone) return false;
      }
    }
    return true;
  }

 private:
  using Buffer = std::vector<unsigned char>;

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    ++transported;
    if (moves && random_() % 16 == 0) move();
    unsigned char* const at = data() + payload.get_address();
    if (payload.is_write()) {
      std::memcpy(at, payload.get_data_ptr(), payload.get_data_length());
    } else {
      std::memcpy(payload.get_data_ptr(), at, payload.get_data_length());
    }
    if (moves && random_() % 16 == 0) move();
    delay += sc_core::sc_time(8, sc_core::SC_NS);
    payload.set_dmi_allowed(true);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
    ++asked;
    dmi.init();
    const std::uint64_t address = payload.get_address();
    std::uint64_t first = 0, last = memory_bytes - 1;
    dmi.allow_read_write();
    switch (grant_) {
      case Grant::refused:
      case Grant::no_right:
        dmi.allow_none();
        break;
      case Grant::reads_only:
        dmi.allow_read();
        break;
      case Grant::writes_only:
        dmi.allow_write();
        break;
      case Grant::elsewhere:
        first = address < memory_bytes / 2 ? memory_bytes / 2 : 0;
        last = first + memory_bytes / 2 - 1;
        break;
      case Grant::one_line:
        first = address / 64 * 64;
        last = first + 63;
        break;
      case Grant::null:
      case Grant::good:
        break;
    }
    dmi.set_start_address(first);
    dmi.set_end_address(last);
    dmi.set_dmi_ptr(grant_ == Grant::null ? nullptr : data() + first);
    // A pointer that does not have these bytes leads to others.
    if (grant_ == Grant::elsewhere || grant_ == Grant::no_right) dmi.set_dmi_ptr(wrong_.data());
    return grant_ != Grant::refused;
  }

  void move() {
    ++moved;
    buffers_.push_back(buffers_.back());
    std::memset(buffers_[buffers_.size() - 2].data(), gone, memory_bytes);
    socket->invalidate_direct_mem_ptr(0, memory_bytes - 1);
  }

  void move_now_and_then() {
    for (;;) {
      sc_core::wait(sc_core::sc_time(static_cast<double>(1 + random_() % 200), sc_core::SC_NS));
      if (moves) move();
    }
  }

  const Grant grant_;
  std::mt19937 random_{11};
  std::vector<Buffer> buffers_;
  Buffer wrong_ = Buffer(memory_bytes, gone);
};

class Bytes : public BytePort {
 public:
  explicit Bytes(PointerMemory& memory) : memory_(memory) {}
  void read(std::uint64_t address, void* to, std::size_t bytes) override {
    if (address + bytes > memory_bytes) throw std::out_of_range("no such bytes");
    std::memcpy(to, memory_.data() + address, bytes);
  }
  void write(std::uint64_t address, const void* from, std::size_t bytes) override {
    if (address + bytes > memory_bytes) throw std::out_of_range("no such bytes");
    std::memcpy(memory_.data() + address, from, bytes);
  }

 private:
  PointerMemory& memory_;
};

struct Platform {
  explicit Platform(Grant grant)
      : memory("memory", grant), bench("bench", small_machine(all_styles[1]), bytes) {
    bench.accelerator.memory.bind(memory.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
  }
  PointerMemory memory;
  Bytes bytes{memory};
  HostBench bench;
};

void run_all(HostBench& bench, const GuestLayer& layer, BytePort& bytes, const char* what) {
  for (const Operation operation : all_operations) {
    layer.spoil(operation, bytes);
    bench.run(layer.descriptor(operation));
    EXPECT_EQ(bench.syndrome().code, 0U) << what << " " << name_of(operation);
    EXPECT_TRUE(layer.right(operation, bytes)) << what << " " << name_of(operation);
  }
}

class Pointers : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Grants, Pointers, ::testing::Range(0U, 8U));

TEST_P(Pointers, GiveTheRightBytesAndAreNotAskedForAgainAndAgain) {
  const auto grant = static_cast<Grant>(GetParam());
  const differential::SystemCKernel kernel;
  {
    Platform platform(grant);
    std::mt19937 random(9);
    const GuestLayer layer(small_shape(), random, platform.bytes, true, 0x4000);
    ASSERT_LT(layer.end(), memory_bytes);
    for (unsigned round = 0; round < 3; ++round) {
      run_all(platform.bench, layer, platform.bytes, name_of(grant));
    }
    EXPECT_GT(platform.memory.asked, 0U);
    if (grant == Grant::good) {
      EXPECT_EQ(platform.memory.asked, 1U);
      EXPECT_LT(platform.memory.transported, 3U);
    } else if (grant != Grant::one_line) {
      EXPECT_GT(platform.memory.transported, 500U) << name_of(grant);
      EXPECT_LE(platform.memory.asked, 32U) << name_of(grant);
    }
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

TEST_P(Pointers, AreNotUsedAfterTheyWereTakenBack) {
  const auto grant = static_cast<Grant>(GetParam());
  const differential::SystemCKernel kernel;
  {
    Platform platform(grant);
    std::mt19937 random(9);
    const GuestLayer layer(small_shape(), random, platform.bytes, true, 0x4000);
    platform.memory.moves = true;
    run_all(platform.bench, layer, platform.bytes, name_of(grant));
    EXPECT_GT(platform.memory.moved, 10U);
    EXPECT_TRUE(platform.memory.nobody_wrote_behind()) << name_of(grant);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

TEST(PointersOfTheRam, MayComeAndGo) {
  const differential::SystemCKernel kernel;
  {
    RamParameters ram;
    ram.read_latency = ram.write_latency = sc_core::sc_time(10, sc_core::SC_NS);
    GuestBench bench("bench", small_machine(all_styles[1]), ram);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    std::mt19937 random(2);
    const GuestLayer layer(small_shape(), random, bench.bytes, true);
    for (unsigned round = 0; round < 12; ++round) {
      const auto operation = static_cast<Operation>(round % 3);
      layer.spoil(operation, bench.bytes);
      bench.clear();
      bench.submit(layer.descriptor(operation));
      while ((bench.read(0x24) & 1U) == 0) {
        sc_core::sc_start(
            sc_core::sc_time(static_cast<double>(1 + random() % 300), sc_core::SC_NS));
        if (random() % 3 == 0) {
          bench.memory.reset();
        } else {
          bench.memory.set_dmi_allowed(random() % 2 == 0);
        }
      }
      EXPECT_EQ(bench.syndrome().code, 0U);
      EXPECT_TRUE(layer.right(operation, bench.bytes)) << name_of(operation);
    }
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
