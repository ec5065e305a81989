#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/dram/front/payload_pool.h"
#include "tests/hw/dram/traffic/reference_memory.h"

namespace tensordash {

struct RandomTrafficParameters {
  std::uint64_t seed = 1;
  std::uint64_t count = 1000;         // transactions
  std::uint64_t memory_bytes = 0;     // of the memory, which holds zeros at first
  std::uint64_t first = 0, last = 0;  // addresses that nobody else writes; 8 KiB or more
  bool loosely_timed = false;
  unsigned in_flight = 8;  // approximately timed: transactions at once
  unsigned pause_ns = 20;  // longest pause between transactions
  unsigned burst_bytes = 32;
};

// Sends random transactions, legal and illegal, to a memory that stores data in the order in which
// requests arrive, with debug and direct accesses in between, and checks every byte, every response
// and the order of phases. Stops by itself.
class RandomTraffic : public sc_core::sc_module {
 public:
  struct Moved {
    std::uint64_t transactions = 0, bytes = 0, bursts = 0;
    std::uint64_t torn_bursts = 0;  // with bytes that do not move
  };
  struct Counts {
    std::uint64_t answered = 0, legal = 0, debug = 0, direct = 0;
    std::map<tlm::tlm_response_status, std::uint64_t> statuses;
    // What the legal ones that have an enabled byte are made of.
    Moved reads, writes;
  };

  SC_HAS_PROCESS(RandomTraffic);
  RandomTraffic(const sc_core::sc_module_name& name, const RandomTrafficParameters& parameters);

  tlm_utils::simple_initiator_socket<RandomTraffic> socket{"socket"};
  // Called when the last response has ended.
  std::function<void()> on_done = [] {};

  bool done() const { return done_; }
  const Counts& counts() const { return counts_; }
  // The first that went wrong; empty if nothing.
  const std::vector<std::string>& failures() const { return failures_; }

 private:
  struct Expected {
    tlm::tlm_response_status status;
    std::vector<unsigned char> data;
  };

  void run();
  void end_late_response();
  void send_loosely_timed();
  void send_approximately_timed();
  void access_by_debug();
  void access_directly();
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);

  tlm::tlm_generic_payload& make();
  void spoil(tlm::tlm_generic_payload& payload);
  void expect(const tlm::tlm_generic_payload& payload);
  void count_moved(const tlm::tlm_generic_payload& payload);
  void check(const tlm::tlm_generic_payload& payload);
  void retire(tlm::tlm_generic_payload& payload);
  void fail(const std::string& what);
  std::uint64_t up_to(std::uint64_t bound) {
    return bound + 1 == 0 ? random_() : random_() % (bound + 1);
  }
  std::uint64_t address_for(std::uint64_t bytes);
  sc_core::sc_time pause();

  const RandomTrafficParameters parameters_;
  std::mt19937_64 random_;
  PayloadPool pool_;
  ReferenceMemory reference_;
  std::map<const tlm::tlm_generic_payload*, Expected> expected_;
  tlm::tlm_generic_payload* request_ = nullptr;   // waits for END_REQ
  tlm::tlm_generic_payload* response_ = nullptr;  // waits for our END_RESP
  sc_core::sc_time response_free_;                // no BEGIN_RESP before
  sc_core::sc_time local_time_;                   // loosely timed, ahead of the simulation
  unsigned in_flight_ = 0;
  bool done_ = false;
  Counts counts_;
  std::vector<std::string> failures_;
  sc_core::sc_event request_event_, response_event_, late_event_;
};

}  // namespace tensordash
