// Registers through nb_transport.
#include <gmock/gmock.h>

#include <cstring>
#include <deque>

#include "tests/differential/systemc_kernel.h"
#include "tests/platform/ip/guest_bench.h"

namespace tensordash::testing {
namespace {

/// A host of the base protocol: requests one after the other, responses when they come.
class PhaseBench : public GuestBench {
 public:
  explicit PhaseBench(const Style& style) : GuestBench("bench", small_machine(style), {}) {
    // The socket is the base's, and so are the functions that it takes.
    using Backward = tlm::tlm_sync_enum (HostBench::*)(tlm::tlm_generic_payload&, tlm::tlm_phase&,
                                                       sc_core::sc_time&);
    host.register_nb_transport_bw(this, static_cast<Backward>(&PhaseBench::backward));
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  /// Returns when the request is over; the answer may still be to come.
  void begin(tlm::tlm_generic_payload& payload) {
    requested_ = false;
    ++under_way;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay;
    const tlm::tlm_sync_enum answer = host->nb_transport_fw(payload, phase, delay);
    if (answer == tlm::TLM_COMPLETED) {
      requested_ = true;
      --under_way;
    } else if (answer == tlm::TLM_UPDATED) {
      take(payload, phase);
    }
    for (unsigned step = 0; !requested_ && step < 100; ++step) settle();
    EXPECT_TRUE(requested_);
  }

  void finish() {
    for (unsigned step = 0; under_way != 0 && step < 1000; ++step) settle();
    EXPECT_EQ(under_way, 0U);
  }

  static void prepare(tlm::tlm_generic_payload& payload, bool write, std::uint32_t offset,
                      std::uint32_t& value) {
    payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(offset);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  }

  std::uint32_t exchange(bool write, std::uint32_t offset, std::uint32_t value = 0) {
    tlm::tlm_generic_payload payload;
    prepare(payload, write, offset, value);
    begin(payload);
    finish();
    EXPECT_TRUE(payload.is_response_ok()) << offset;
    return value;
  }

  unsigned under_way = 0;

 private:
  void take(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase) {
    requested_ = true;
    if (phase != tlm::BEGIN_RESP) return;
    EXPECT_NE(payload.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE);
    --under_way;
  }

  tlm::tlm_sync_enum backward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& /*delay*/) {
    take(payload, phase);
    return phase == tlm::BEGIN_RESP ? tlm::TLM_COMPLETED : tlm::TLM_ACCEPTED;
  }

  bool requested_ = false;
};

class RegisterPhases : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Styles, RegisterPhases, ::testing::Range(0U, 4U));

TEST_P(RegisterPhases, RunDescriptors) {
  const differential::SystemCKernel kernel;
  {
    PhaseBench bench(all_styles[GetParam()]);
    std::mt19937 random(3);
    const GuestLayer layer(small_shape(), random, bench.bytes, true);
    EXPECT_EQ(bench.exchange(false, 0), 0x54445348U);
    bench.exchange(true, 0x40, 0x1000);
    bench.exchange(true, 0x48, 2);
    bench.exchange(true, 0x28, 1);
    bench.exchange(true, 0x20, 1);
    EXPECT_EQ(bench.exchange(false, 0x40), 0x1000U);
    std::uint32_t tail = 0;
    for (const Operation operation : all_operations) {
      const HandDescriptor descriptor = layer.descriptor(operation);
      bench.bytes.write(0x1000 + 256 * tail, descriptor.words.data(), 256);
      bench.exchange(true, 0x50, ++tail);
      EXPECT_EQ(bench.exchange(false, 0x24) & 1U, 0U);
      for (unsigned step = 0; !bench.irq.read() && step < 10000; ++step) {
        sc_core::sc_start(sc_core::sc_time(100, sc_core::SC_NS));
      }
      EXPECT_EQ(bench.exchange(false, 0x4c), tail);
      EXPECT_TRUE(layer.right(operation, bench.bytes));
      bench.exchange(true, 0x2c, 0xf);
      bench.settle();
      EXPECT_FALSE(bench.irq.read());
    }
    EXPECT_EQ(bench.exchange(false, 0x60), 0U);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

TEST_P(RegisterPhases, SeveralUnderWayTakeEffectInTheirOrder) {
  const differential::SystemCKernel kernel;
  {
    PhaseBench bench(all_styles[GetParam()]);
    std::array<tlm::tlm_generic_payload, 8> payloads;
    std::array<std::uint32_t, 8> values{};
    for (unsigned number = 0; number < 8; ++number) {
      values[number] = number % 2 == 0 ? 0x100 * (number + 1) : 0;
      PhaseBench::prepare(payloads[number], number % 2 == 0, 0x40, values[number]);
      bench.begin(payloads[number]);
    }
    bench.finish();
    for (unsigned number = 1; number < 8; number += 2) {
      EXPECT_TRUE(payloads[number].is_response_ok());
      EXPECT_EQ(values[number], 0x100 * number);
    }
    // Half of a word, and what cannot be.
    std::uint32_t value = 0xffffffff;
    std::array<unsigned char, 4> enables = {0xff, 0, 0xff, 0};
    tlm::tlm_generic_payload half;
    PhaseBench::prepare(half, true, 0x44, value);
    half.set_byte_enable_ptr(enables.data());
    half.set_byte_enable_length(4);
    bench.begin(half);
    bench.finish();
    EXPECT_TRUE(half.is_response_ok());
    EXPECT_EQ(bench.exchange(false, 0x44), 0x00ff00ffU);
    tlm::tlm_generic_payload beyond;
    PhaseBench::prepare(beyond, false, 0x1000, value);
    bench.begin(beyond);
    bench.finish();
    EXPECT_EQ(beyond.get_response_status(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(bench.exchange(false, 0), 0x54445348U);
  }
  EXPECT_THAT(kernel.complaints(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tensordash::testing
