#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <systemc>
#include <tlm>
#include <unordered_map>
#include <vector>

#include "hw/dram/front/backing_store.h"
#include "hw/dram/front/dmi_regions.h"
#include "platform/soc/memory_parameters.h"
#include "platform/soc/timed_queue.h"

namespace tensordash {

/// A RAM without sockets: see Memory. Initiators that break the base protocol are errors under
/// /tensordash/soc/memory.
class MemoryCore : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(MemoryCore);

  const RamParameters& parameters() const { return parameters_; }
  unsigned char* data() { return store_.data(); }
  std::size_t in_flight() const { return transactions_.size(); }

  /// Takes all pointers back and forgets how long the memory is busy. Data stay, as in a RAM, and
  /// transactions in flight end as they would have.
  void reset();

  /// Gives pointers from now on, or takes them back and gives none.
  void set_dmi_allowed(bool allowed);

  tlm::tlm_sync_enum nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                     tlm::tlm_phase& phase, sc_core::sc_time& delay);
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);
  bool get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);

 protected:
  /// Throws DramError when the memory has no bytes or more than the host gives, or a refusal ends
  /// before it begins.
  MemoryCore(const sc_core::sc_module_name& name, const RamParameters& parameters);

  virtual int initiators() = 0;
  virtual tlm::tlm_bw_transport_if<>& backward(int initiator) = 0;

  void end_of_elaboration() override { elaborated_ = true; }

 private:
  struct Transaction {
    tlm::tlm_generic_payload* payload = nullptr;
    int initiator = 0;
    bool skips_end_request = false;
    bool holds_place = false;
  };

  struct Initiator {
    Transaction* request = nullptr;   ///< between BEGIN_REQ and END_REQ
    Transaction* response = nullptr;  ///< between BEGIN_RESP and END_RESP
    bool response_ending = false;     ///< END_RESP came with a delay that is not over
    bool answering = false;           ///< we are within its nb_transport_bw
    std::vector<Transaction*> ready;
    sc_core::sc_time last_response;
  };

  enum class Step { accept, response, free_response };
  struct Action {
    Step step;
    Transaction* transaction;
    int initiator;
  };

  void act();
  tlm::tlm_sync_enum begin_request(int initiator, tlm::tlm_generic_payload& payload,
                                   tlm::tlm_phase& phase, sc_core::sc_time& delay);
  bool answer_at_once(Transaction& transaction, tlm::tlm_sync_enum& answer, tlm::tlm_phase& phase,
                      sc_core::sc_time& delay);
  tlm::tlm_sync_enum end_response(int initiator, tlm::tlm_generic_payload& payload,
                                  const sc_core::sc_time& delay);
  bool accept(Transaction& transaction);
  void take_place(Transaction& transaction);
  void end_request(Transaction& transaction);
  void send_responses(int initiator);
  void close_response(int initiator, const sc_core::sc_time& delay);
  void finish(Transaction& transaction);
  sc_core::sc_time serve(tlm::tlm_generic_payload& payload, const sc_core::sc_time& arrival);
  tlm::tlm_response_status judge(const tlm::tlm_generic_payload& payload) const;
  void invalidate(const std::optional<DmiRange>& range);
  sc_core::sc_time random_delay(const sc_core::sc_time& largest);
  unsigned random_below(std::size_t bound);
  void breach(int initiator, const char* what) const;
  Initiator& initiator_at(int initiator);

  const RamParameters parameters_;
  BackingStore store_;
  DmiRegions dmi_;
  std::mt19937 random_;
  sc_core::sc_time busy_until_;
  std::unordered_map<tlm::tlm_generic_payload*, Transaction> transactions_;
  std::deque<Initiator> initiators_;
  std::deque<Transaction*> waiting_;  ///< for a place
  unsigned places_taken_ = 0;
  TimedQueue<Action> actions_{"actions"};
  bool elaborated_ = false;
};

}  // namespace tensordash
