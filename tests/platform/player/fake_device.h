#pragma once

#include <gtest/gtest.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstring>
#include <map>
#include <systemc>
#include <vector>

namespace tensordash::testing {

/// Registers without any meaning and a memory of 8 KiB at 0x1000, which write down what a player
/// does, and an irq and registers that change at times that the test says.
class FakeDevice : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(FakeDevice);

  struct Access {
    char kind;  ///< r, w: register; R, W: memory; d, D: memory by debug, read and write
    std::uint64_t address;
    unsigned bytes;
    double ns;

    bool operator==(const Access& other) const {
      return kind == other.kind && address == other.address && bytes == other.bytes &&
             ns == other.ns;
    }
  };

  static constexpr std::uint64_t base = 0x1000, size = 0x2000;

  tlm_utils::simple_target_socket<FakeDevice> registers{"registers"};
  tlm_utils::simple_target_socket<FakeDevice> memory{"memory"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_out<bool> irq{"irq"};

  std::map<std::uint64_t, std::uint32_t> values;
  std::array<std::uint8_t, size> bytes{};
  std::vector<Access> accesses;
  std::vector<std::pair<double, bool>> resets;  ///< changes of rst_n, in ns
  tlm::tlm_response_status register_response = tlm::TLM_OK_RESPONSE;
  sc_core::sc_time register_delay, memory_delay;
  unsigned debug_bytes = size;         ///< most that debug transport moves at once
  std::uint64_t irq_register = ~0ULL;  ///< a write to it sets irq to bit 0, two deltas later
  std::map<double, bool> irq_changes;  ///< at ns
  std::map<double, std::uint32_t> status_changes;  ///< of register 0x24, at ns

  explicit FakeDevice(const sc_core::sc_module_name& name) : sc_module(name) {
    registers.register_b_transport(this, &FakeDevice::access_register);
    memory.register_b_transport(this, &FakeDevice::access_memory);
    memory.register_transport_dbg(this, &FakeDevice::debug_memory);
    SC_THREAD(change_irq);
    SC_THREAD(change_status);
    SC_METHOD(note_reset);
    sensitive << rst_n;
    dont_initialize();
    SC_METHOD(later);
    sensitive << irq_event_;
    dont_initialize();
    SC_METHOD(drive);
    sensitive << drive_event_;
    dont_initialize();
  }

 private:
  static double now() { return sc_core::sc_time_stamp() / sc_core::sc_time(1, sc_core::SC_NS); }

  /// What any target may rely on.
  static void check(const tlm::tlm_generic_payload& payload) {
    EXPECT_EQ(payload.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE);
    EXPECT_EQ(payload.get_streaming_width(), payload.get_data_length());
    EXPECT_EQ(payload.get_byte_enable_ptr(), nullptr);
    EXPECT_FALSE(payload.is_dmi_allowed());
    EXPECT_NE(payload.get_data_ptr(), nullptr);
  }

  void note(char kind, const tlm::tlm_generic_payload& payload) {
    check(payload);
    accesses.push_back({kind, payload.get_address(), payload.get_data_length(), now()});
  }

  void access_register(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
    const bool write = payload.is_write();
    note(write ? 'w' : 'r', payload);
    delay += register_delay;
    payload.set_response_status(register_response);
    if (register_response != tlm::TLM_OK_RESPONSE) return;
    std::uint32_t& value = values[payload.get_address()];
    if (write) {
      std::memcpy(&value, payload.get_data_ptr(), 4);
      if (payload.get_address() == irq_register) irq_event_.notify(sc_core::SC_ZERO_TIME);
    } else {
      std::memcpy(payload.get_data_ptr(), &value, 4);
    }
  }

  bool inside(const tlm::tlm_generic_payload& payload) const {
    return payload.get_address() >= base &&
           payload.get_address() + payload.get_data_length() <= base + size;
  }

  void move(tlm::tlm_generic_payload& payload, unsigned count) {
    std::uint8_t* const held = bytes.data() + (payload.get_address() - base);
    if (payload.is_write()) {
      std::memcpy(held, payload.get_data_ptr(), count);
    } else {
      std::memcpy(payload.get_data_ptr(), held, count);
    }
  }

  void access_memory(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    note(payload.is_write() ? 'W' : 'R', payload);
    delay += memory_delay;
    payload.set_response_status(inside(payload) ? tlm::TLM_OK_RESPONSE
                                                : tlm::TLM_ADDRESS_ERROR_RESPONSE);
    if (inside(payload)) move(payload, payload.get_data_length());
  }

  unsigned debug_memory(tlm::tlm_generic_payload& payload) {
    note(payload.is_write() ? 'D' : 'd', payload);
    if (!inside(payload)) return 0;
    const unsigned count = std::min(debug_bytes, payload.get_data_length());
    move(payload, count);
    return count;
  }

  void change_irq() {
    for (const auto& [ns, level] : irq_changes) {
      wait(sc_core::sc_time(ns, sc_core::SC_NS) - sc_core::sc_time_stamp());
      irq.write(level);
    }
    wait(never_);
  }

  void change_status() {
    for (const auto& [ns, value] : status_changes) {
      wait(sc_core::sc_time(ns, sc_core::SC_NS) - sc_core::sc_time_stamp());
      values[0x24] = value;
    }
    wait(never_);
  }

  void note_reset() { resets.emplace_back(now(), rst_n.read()); }
  void later() { drive_event_.notify(sc_core::SC_ZERO_TIME); }
  void drive() { irq.write((values[irq_register] & 1U) != 0); }

  sc_core::sc_event irq_event_, drive_event_;
  /// Threads do not end: the sanitizer would not know the stack of a thread that follows one.
  sc_core::sc_event never_;
};

inline void PrintTo(const FakeDevice::Access& access, std::ostream* out) {
  *out << access.kind << " " << std::hex << access.address << std::dec << " " << access.bytes
       << " at " << access.ns << " ns";
}

}  // namespace tensordash::testing
