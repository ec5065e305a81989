// Two accelerators whose descriptors fail, or are aborted, in an order other than that in which
// they began: what each tells is its own.
#include <gmock/gmock.h>

#include "models/layout/image_memory.h"
#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

/// Takes its time, annotated or waited for, and refuses addresses from 2^32 on.
class SlowMemory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<SlowMemory> socket{"socket"};
  ImageMemory bytes;
  sc_core::sc_time latency;
  bool waits = false;

  explicit SlowMemory(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_b_transport(this, &SlowMemory::b_transport);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const bool there = payload.get_address() >> 32U == 0;
    if (there && payload.is_write()) {
      bytes.write(payload.get_address(), payload.get_data_ptr(), payload.get_data_length());
    } else if (there) {
      bytes.read(payload.get_address(), payload.get_data_ptr(), payload.get_data_length());
    }
    payload.set_response_status(there ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
    delay += latency;
    if (!waits) return;
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
};

struct Quantum {
  explicit Quantum(const sc_core::sc_time& time) { tlm::tlm_global_quantum::instance().set(time); }
  ~Quantum() { tlm::tlm_global_quantum::instance().set(sc_core::SC_ZERO_TIME); }
  Quantum(const Quantum&) = delete;
  Quantum& operator=(const Quantum&) = delete;
};

struct Side {
  explicit Side(const std::string& name)
      : memory(("memory_" + name).c_str()),
        bench(("bench_" + name).c_str(), small_machine(all_styles[0]), memory.bytes) {
    bench.accelerator.memory.bind(memory.socket);
  }
  SlowMemory memory;
  HostBench bench;
};

struct Failure {
  HandDescriptor descriptor;
  Syndrome told;
};

/// A failure that nothing of the other's looks like.
Failure failure(unsigned kind, unsigned number) {
  Failure made;
  switch (kind) {
    case 0:
      made.descriptor.command(99);
      made.told = {1, 0, 0, 0};
      break;
    case 1:
      made.descriptor.command(0);
      made.descriptor.words[40 + number] = 1;
      made.told = {2, 40 + number, 0, 0};
      break;
    default: {  // refused by the memory, when the operation has begun
      const std::uint64_t address = (std::uint64_t{1 + number} << 40U) + 64 * number;
      made.descriptor.command(4);
      made.descriptor.shape(linear_shape({1, 1}, {1, 1}));
      made.descriptor.address(32, address);
      made.descriptor.address(36, 0x10000);
      made.told = {11, 2, 0, address};
      break;
    }
  }
  return made;
}

TEST(TwoFailures, EachTellsItsOwnWhicheverEndsFirst) {
  const Quantum quantum(sc_core::sc_time(100, sc_core::SC_US));
  const differential::SystemCKernel kernel;
  {
    std::array<Side, 2> sides{Side("a"), Side("b")};
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    for (Side& side : sides) side.bench.start();
    for (unsigned round = 0; round < 72; ++round) {
      SCOPED_TRACE(round);
      const std::array<Failure, 2> failures = {failure(round % 3, 1 + round % 5),
                                               failure(round / 3 % 3, 7 + round % 5)};
      const unsigned slower = round / 9 % 2;
      for (unsigned which = 0; which < 2; ++which) {
        Side& side = sides[which];
        side.memory.latency = sc_core::sc_time(which == slower ? 5 : 2, sc_core::SC_US);
        side.memory.waits = (round / 18 >> which & 1U) != 0;
        side.bench.clear();
      }
      for (unsigned which = 0; which < 2; ++which) {
        sides[which].bench.submit(failures[which].descriptor);
      }
      for (Side& side : sides) ASSERT_TRUE(side.bench.wait_idle());
      for (unsigned which = 0; which < 2; ++which) {
        const Syndrome told = sides[which].bench.syndrome();
        EXPECT_EQ(told.code, failures[which].told.code) << which;
        EXPECT_EQ(told.detail, failures[which].told.detail) << which;
        EXPECT_EQ(told.address, failures[which].told.address) << which;
        EXPECT_EQ(told.descriptor, round) << which;
        EXPECT_EQ(sides[which].bench.read(0x4c), round + 1) << which;
      }
    }
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

TEST(TwoFailures, AbortsInAnyOrder) {
  const Quantum quantum(sc_core::sc_time(1, sc_core::SC_US));
  const differential::SystemCKernel kernel;
  {
    std::array<Side, 2> sides{Side("a"), Side("b")};
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    std::mt19937 random(8);
    std::vector<GuestLayer> layers;
    for (Side& side : sides) {
      layers.emplace_back(small_shape(), random, side.memory.bytes, true);
    }
    for (unsigned round = 0; round < 40; ++round) {
      SCOPED_TRACE(round);
      for (unsigned which = 0; which < 2; ++which) {
        Side& side = sides[which];
        side.memory.latency = sc_core::sc_time(random() % 2 == 0 ? 7 : 3, sc_core::SC_US);
        side.memory.waits = random() % 2 == 0;
        side.bench.write(0x20, 0x200);
        ASSERT_TRUE(side.bench.wait_idle());
        side.bench.start();
        layers[which].spoil(Operation::forward, side.memory.bytes);
      }
      const unsigned begins = random() % 2, aborted = random() % 2;
      HandDescriptor bad = failure(2, 3).descriptor;
      for (const unsigned which : {begins, 1 - begins}) {
        sides[which].bench.submit(layers[which].descriptor(Operation::forward));
        sc_core::sc_start(sc_core::sc_time(1 + random() % 4, sc_core::SC_US));
      }
      for (const unsigned which : {aborted, 1 - aborted}) {
        EXPECT_EQ(sides[which].bench.read(0x24) & 2U, 2U);
        sides[which].bench.write(0x20, 0x101);
        sc_core::sc_start(sc_core::sc_time(random() % 3, sc_core::SC_US));
      }
      for (unsigned which = 0; which < 2; ++which) {
        HostBench& bench = sides[which].bench;
        ASSERT_TRUE(bench.wait_idle());
        EXPECT_EQ(bench.syndrome().code, 17U);
        EXPECT_EQ(bench.read(0x2c) & 8U, 8U);
        EXPECT_EQ(bench.read(0x20), 0U);
        EXPECT_EQ(bench.read(0x4c), 1U);
        sides[which].memory.waits = false;
        sides[which].memory.latency = sc_core::SC_ZERO_TIME;
        bench.start();
        bench.run(bad);
        EXPECT_EQ(bench.syndrome().address, failure(2, 3).told.address);
        bench.run(layers[which].descriptor(Operation::forward));
        EXPECT_EQ(bench.syndrome().code, 0U);
        EXPECT_TRUE(layers[which].right(Operation::forward, sides[which].memory.bytes));
      }
    }
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
