#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <random>
#include <systemc>
#include <tlm>
#include <unordered_map>
#include <vector>

#include "hw/dram/front/payload_pool.h"

namespace tensordash {

// An approximately timed initiator: random reads and writes, several in flight, each in a slot of
// addresses of its own, so that a plain byte array knows what every read gives. Ends responses in
// all ways that the base protocol has.
class TimedTraffic : public sc_core::sc_module {
 public:
  struct Region {
    std::uint64_t base, bytes;          // of this initiator alone
    tlm::tlm_response_status response;  // of every access
  };

  SC_HAS_PROCESS(TimedTraffic);
  TimedTraffic(const sc_core::sc_module_name& name, unsigned seed, std::vector<Region> regions,
               unsigned accesses);

  tlm_utils::simple_initiator_socket<TimedTraffic> socket{"socket"};
  PayloadPool pool;
  unsigned done = 0, wrong_data = 0, wrong_response = 0, errors = 0, overtakes = 0;
  sc_core::sc_event finished;

 private:
  static constexpr unsigned slots = 6;
  struct Access {
    unsigned slot, number;
    const Region* region;
    std::uint64_t address;
    std::vector<unsigned char> expected;
  };

  void run();
  void start(unsigned slot);
  void take_answer(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                   const sc_core::sc_time& delay);
  void end_responses();
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void judge(tlm::tlm_generic_payload& payload);
  void finish(tlm::tlm_generic_payload& payload);
  unsigned below(unsigned bound) { return random_() % bound; }
  sc_core::sc_time some_time() { return {static_cast<double>(below(4)), sc_core::SC_NS}; }

  std::mt19937 random_;
  const std::vector<Region> regions_;
  const unsigned accesses_;
  std::vector<std::vector<unsigned char>> reference_;  // by region
  std::vector<bool> busy_ = std::vector<bool>(slots);
  std::unordered_map<tlm::tlm_generic_payload*, Access> in_flight_;
  unsigned started_ = 0, last_done_ = 0;
  tlm::tlm_generic_payload* request_ = nullptr;
  tlm::tlm_generic_payload* to_end_ = nullptr;
  sc_core::sc_event freed_{"freed"}, end_{"end"};
};

}  // namespace tensordash
