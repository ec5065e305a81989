// An initiator of one's own on the LPDDR4 memory: loosely timed writes and reads back, then the
// same words by DMI.

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <cstring>
#include <iostream>

#include "hw/dram/lpddr4.h"

class Writer : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Writer> socket{"socket"};
  bool right = false;

  SC_HAS_PROCESS(Writer);
  explicit Writer(const sc_core::sc_module_name& name) : sc_module(name) { SC_THREAD(run); }

 private:
  static constexpr unsigned words = 1024;

  void run() {
    right = true;
    for (std::uint32_t at = 0; at < words; ++at) access(tlm::TLM_WRITE_COMMAND, at, at * at);
    for (std::uint32_t at = 0; at < words; ++at) {
      right = right && access(tlm::TLM_READ_COMMAND, at, 0) == at * at;
    }
    std::cout << words << " words written and read in " << sc_core::sc_time_stamp() << '\n';
    right = right && same_by_dmi();
  }

  /// One word of four bytes; tells what it is afterwards.
  std::uint32_t access(tlm::tlm_command command, std::uint32_t at, std::uint32_t word) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(std::uint64_t{at} * sizeof word);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&word));
    payload.set_data_length(sizeof word);
    payload.set_streaming_width(sizeof word);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
    wait(delay);
    if (payload.is_response_error()) right = false;
    return word;
  }

  bool same_by_dmi() {
    tlm::tlm_generic_payload payload;
    payload.set_read();
    tlm::tlm_dmi dmi;
    if (!socket->get_direct_mem_ptr(payload, dmi)) return false;
    for (std::uint32_t at = 0; at < words; ++at) {
      std::uint32_t word = 0;
      std::memcpy(&word, dmi.get_dmi_ptr() + at * sizeof word - dmi.get_start_address(),
                  sizeof word);
      if (word != at * at) return false;
    }
    return true;
  }
};

int sc_main(int, char**) {
  tensordash::DramParameters parameters;
  parameters.page_policy = tensordash::PagePolicy::adaptive;
  tensordash::Lpddr4<> memory("memory", tensordash::DramConfiguration(parameters));
  Writer writer("writer");
  writer.socket.bind(memory.socket);
  // Refreshes never end, so the simulation gets a time.
  sc_core::sc_start(1, sc_core::SC_MS);
  std::cout << memory.statistics().read_latency.max() << " clocks was the longest read\n";
  std::cout << (writer.right ? "all words right" : "WRONG") << '\n';
  return writer.right ? 0 : 1;
}
