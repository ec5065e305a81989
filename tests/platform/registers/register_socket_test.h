#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <vector>

#include "platform/registers/register_file.h"
#include "tests/support/systemc_test.h"

namespace tensordash::testing {

/// Registers behind a socket, without a device, and a socket to reach them.
class RegisterTarget : public sc_core::sc_module {
 public:
  explicit RegisterTarget(sc_core::sc_module_name name) : sc_module(name) {
    initiator.bind(socket);
    socket.register_b_transport(this, &RegisterTarget::b_transport);
    socket.register_transport_dbg(this, &RegisterTarget::transport_dbg);
  }

  tlm_utils::simple_target_socket<RegisterTarget> socket{"socket"};
  tlm_utils::simple_initiator_socket<RegisterTarget> initiator{"initiator"};
  RegisterFile file;

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
    file.access(payload);
  }
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) { return file.debug(payload); }
};

/// Reads and writes through a real socket.
class RegisterSocketTest : public SystemCTest {
 protected:
  RegisterSocketTest() {
    // Sockets are bound when a simulation begins.
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
    finished();
  }

  static constexpr std::uint32_t at(Register place) { return static_cast<std::uint32_t>(place); }

  /// One access; the payload's fields may be changed before by `change`.
  template <typename Change>
  tlm::tlm_response_status transport(tlm::tlm_command command, std::uint64_t address,
                                     std::vector<unsigned char>& data, Change change) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data.data());
    payload.set_data_length(static_cast<unsigned>(data.size()));
    payload.set_streaming_width(static_cast<unsigned>(data.size()));
    payload.set_dmi_allowed(true);
    change(payload);
    sc_core::sc_time delay;
    initiator_->b_transport(payload, delay);
    EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
    EXPECT_FALSE(payload.is_dmi_allowed());
    return payload.get_response_status();
  }
  tlm::tlm_response_status transport(tlm::tlm_command command, std::uint64_t address,
                                     std::vector<unsigned char>& data) {
    return transport(command, address, data, [](tlm::tlm_generic_payload&) {});
  }

  std::uint32_t read(std::uint32_t offset) {
    std::vector<unsigned char> data(4, 0xee);
    EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, offset, data), tlm::TLM_OK_RESPONSE);
    return data[0] | data[1] << 8 | data[2] << 16 | std::uint32_t{data[3]} << 24;
  }
  std::uint32_t read(Register place) { return read(at(place)); }

  static std::vector<unsigned char> bytes_of(std::uint32_t value) {
    std::vector<unsigned char> data;
    for (int byte = 0; byte < 4; ++byte) {
      data.push_back(static_cast<unsigned char>(value >> 8 * byte));
    }
    return data;
  }
  void write(std::uint32_t offset, std::uint32_t value) {
    std::vector<unsigned char> data = bytes_of(value);
    EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, offset, data), tlm::TLM_OK_RESPONSE);
  }
  void write(Register place, std::uint32_t value) { write(at(place), value); }

  /// Writes the bytes whose enables are set, lowest first.
  void write_enabled(Register place, std::uint32_t value, std::vector<unsigned char> enables) {
    std::vector<unsigned char> data = bytes_of(value);
    const auto status =
        transport(tlm::TLM_WRITE_COMMAND, at(place), data, [&](tlm::tlm_generic_payload& payload) {
          payload.set_byte_enable_ptr(enables.data());
          payload.set_byte_enable_length(static_cast<unsigned>(enables.size()));
        });
    EXPECT_EQ(status, tlm::TLM_OK_RESPONSE);
  }

  RegisterTarget target_{"target"};
  tlm_utils::simple_initiator_socket<RegisterTarget>& initiator_ = target_.initiator;
  RegisterFile& file_ = target_.file;
};

}  // namespace tensordash::testing
