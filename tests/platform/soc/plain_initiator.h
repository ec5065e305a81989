#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstring>
#include <functional>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

namespace tensordash {

// A loosely timed initiator that the test drives by hand.
template <unsigned BUSWIDTH = 32>
class PlainInitiator : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(PlainInitiator);
  explicit PlainInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &PlainInitiator::nb_transport_bw);
    socket.register_invalidate_direct_mem_ptr(this, &PlainInitiator::invalidate);
    SC_THREAD(run);
  }

  tlm_utils::simple_initiator_socket<PlainInitiator, BUSWIDTH> socket{"socket"};
  std::function<void()> work = [] {};
  sc_core::sc_time delay;  // local time of the next access
  std::vector<std::pair<std::uint64_t, std::uint64_t>> invalidated;
  bool dmi_hint = false;  // of the last access

  static void set_up(tlm::tlm_generic_payload& payload, tlm::tlm_command command,
                     std::uint64_t address, void* data, unsigned bytes) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    payload.set_dmi_allowed(false);
  }
  tlm::tlm_response_status access(tlm::tlm_command command, std::uint64_t address, void* data,
                                  unsigned bytes) {
    tlm::tlm_generic_payload transaction;
    set_up(transaction, command, address, data, bytes);
    socket->b_transport(transaction, delay);
    dmi_hint = transaction.is_dmi_allowed();
    EXPECT_EQ(transaction.get_address(), address);
    return transaction.get_response_status();
  }
  std::uint32_t read(std::uint64_t address) {
    std::uint32_t value = 0;
    EXPECT_EQ(access(tlm::TLM_READ_COMMAND, address, &value, 4), tlm::TLM_OK_RESPONSE);
    return value;
  }
  void write(std::uint64_t address, std::uint32_t value) {
    EXPECT_EQ(access(tlm::TLM_WRITE_COMMAND, address, &value, 4), tlm::TLM_OK_RESPONSE);
  }
  unsigned debug(tlm::tlm_command command, std::uint64_t address, void* data, unsigned bytes) {
    tlm::tlm_generic_payload transaction;
    set_up(transaction, command, address, data, bytes);
    const unsigned moved = socket->transport_dbg(transaction);
    EXPECT_EQ(transaction.get_address(), address);
    EXPECT_EQ(transaction.get_data_length(), bytes);
    return moved;
  }
  bool direct(std::uint64_t address, tlm::tlm_dmi& dmi) {
    tlm::tlm_generic_payload transaction;
    set_up(transaction, tlm::TLM_READ_COMMAND, address, nullptr, 0);
    const bool granted = socket->get_direct_mem_ptr(transaction, dmi);
    EXPECT_EQ(transaction.get_address(), address);
    return granted;
  }

 private:
  void run() { work(); }
  // Takes any phase, and never ends a response.
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& /*payload*/,
                                     tlm::tlm_phase& /*phase*/, sc_core::sc_time& /*delay*/) {
    return tlm::TLM_ACCEPTED;
  }
  void invalidate(sc_dt::uint64 first, sc_dt::uint64 last) {
    invalidated.emplace_back(first, last);
  }
};

}  // namespace tensordash
