// Memories that answer at clock edges, in the same moment in which the accelerator looks: whichever
// process runs first, the fast engine takes the clocks that the pins take.
#include <gmock/gmock.h>

#include <deque>
#include <optional>

#include "models/layout/image_memory.h"
#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

struct Variant {
  bool thread, first, by_time, falling;
};

std::string name_of(const Variant& variant) {
  return std::string(variant.thread ? "thread" : "method") +
         (variant.first ? " before" : " after") + (variant.by_time ? " by time" : " by edges") +
         (variant.falling ? " falling" : " rising");
}

class ClockedMemory : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(ClockedMemory);

  tlm_utils::simple_target_socket<ClockedMemory> socket{"socket"};
  sc_core::sc_in<bool> clk{"clk"};

  ClockedMemory(const sc_core::sc_module_name& name, const Variant& variant, ImageMemory& bytes)
      : sc_module(name), by_time_(variant.by_time), bytes_(bytes) {
    socket.register_nb_transport_fw(this, &ClockedMemory::forward);
    socket.register_transport_dbg(this, &ClockedMemory::debug);
    if (variant.thread) {
      SC_THREAD(loop);
    } else {
      SC_METHOD(edge);
    }
    dont_initialize();
    sensitive << (variant.falling ? clk.neg() : clk.pos());
  }

 private:
  struct Request {
    tlm::tlm_generic_payload* payload;
    sc_core::sc_time at;
    unsigned age;
  };

  tlm::tlm_sync_enum forward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                             sc_core::sc_time& delay) {
    if (phase != tlm::BEGIN_REQ) return tlm::TLM_COMPLETED;
    EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
    payload.acquire();
    requests_.push_back({&payload, sc_core::sc_time_stamp(), 0});
    phase = tlm::END_REQ;
    return tlm::TLM_UPDATED;
  }

  unsigned debug(tlm::tlm_generic_payload& payload) {
    if (payload.is_write()) {
      bytes_.write(payload.get_address(), payload.get_data_ptr(), payload.get_data_length());
    } else {
      bytes_.read(payload.get_address(), payload.get_data_ptr(), payload.get_data_length());
    }
    return payload.get_data_length();
  }

  bool due(const Request& request) const {
    constexpr unsigned edges = 5;
    return by_time_ ? sc_core::sc_time_stamp() >= request.at + sc_core::sc_time(10, sc_core::SC_NS)
                    : request.age >= edges;
  }

  void edge() {
    for (Request& request : requests_) ++request.age;
    while (!requests_.empty() && due(requests_.front())) {
      tlm::tlm_generic_payload& payload = *requests_.front().payload;
      requests_.pop_front();
      debug(payload);
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
      tlm::tlm_phase phase = tlm::BEGIN_RESP;
      sc_core::sc_time delay;
      EXPECT_EQ(socket->nb_transport_bw(payload, phase, delay), tlm::TLM_COMPLETED);
      payload.release();
    }
  }

  void loop() {
    for (;;) {
      edge();
      wait();
    }
  }

  const bool by_time_;
  ImageMemory& bytes_;
  std::deque<Request> requests_;
};

using Counters = std::array<std::uint64_t, counter_count>;

Counters counters_of(const Style& style, const Variant& variant) {
  const differential::SystemCKernel kernel;
  Counters counters{};
  {
    ImageMemory bytes;
    std::optional<ClockedMemory> memory;
    if (variant.first) memory.emplace("memory", variant, bytes);
    HostBench bench("bench", small_machine(style), bytes);
    if (!variant.first) memory.emplace("memory", variant, bytes);
    memory->clk(bench.clk);
    bench.accelerator.memory.bind(memory->socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bench.start();
    std::mt19937 random(6);
    const GuestLayer layer(small_shape(), random, bytes, true);
    for (const Operation operation : all_operations) {
      for (const std::uint32_t flags : {0U, dense_flag}) {
        bench.submit(layer.descriptor(operation, flags));
      }
    }
    EXPECT_TRUE(bench.wait_idle());
    for (const Operation operation : all_operations) {
      EXPECT_TRUE(layer.right(operation, bytes)) << style.name << " " << name_of(variant);
    }
    EXPECT_EQ(bench.syndrome().code, 0U);
    bench.write(0x80, 1);
    for (unsigned number = 0; number < counter_count; ++number) {
      counters[number] = bench.counter(number);
    }
    EXPECT_EQ(counters[1], 6U);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
  return counters;
}

TEST(ClockedMemories, AllCountersOfTheFastEngineAreThoseOfThePins) {
  for (unsigned number = 0; number < 16; ++number) {
    const Variant variant{(number & 1U) != 0, (number & 2U) != 0, (number & 4U) != 0,
                          (number & 8U) != 0};
    EXPECT_EQ(counters_of(all_styles[2], variant), counters_of(all_styles[3], variant))
        << name_of(variant);
  }
}

}  // namespace
}  // namespace tensordash::testing
