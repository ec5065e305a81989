#pragma once

#include <cstdint>
#include <deque>
#include <systemc>
#include <tlm>
#include <unordered_map>

#include "platform/soc/address_windows.h"
#include "platform/soc/timed_queue.h"

namespace tensordash {

struct BusParameters {
  /// From an initiator's request to the target, and from the target's response to the initiator.
  /// Added to the delay (LT), and to BEGIN_REQ and BEGIN_RESP (AT); END_REQ and END_RESP take none.
  sc_core::sc_time request_latency, response_latency;
};

/// What the interconnect does, without sockets: see Bus. Neighbours that break the base protocol
/// are errors under /tensordash/soc/bus.
class BusCore : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(BusCore);

  const AddressWindows& windows() const { return windows_; }
  /// Transactions between BEGIN_REQ and END_RESP.
  std::size_t in_flight() const { return transactions_.size(); }

  tlm::tlm_sync_enum nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                     tlm::tlm_phase& phase, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_bw(int port, tlm::tlm_generic_payload& payload,
                                     tlm::tlm_phase& phase, sc_core::sc_time& delay);
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);
  bool get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  void invalidate_direct_mem_ptr(int port, sc_dt::uint64 first, sc_dt::uint64 last);

 protected:
  BusCore(const sc_core::sc_module_name& name, const BusParameters& parameters);

  /// Reports what cannot be, and returns false.
  bool add_window(std::uint64_t base, std::uint64_t size, unsigned port, std::uint64_t offset);

  virtual int initiators() = 0;
  virtual tlm::tlm_bw_transport_if<>& backward(int initiator) = 0;
  virtual tlm::tlm_fw_transport_if<>& forward(unsigned port) = 0;

  void end_of_elaboration() override { elaborated_ = true; }

 private:
  /// Where a transaction stands at its target.
  enum class Stage { waiting, requested, accepted, answered };

  struct Transaction {
    tlm::tlm_generic_payload* payload = nullptr;
    int initiator = 0;
    const AddressWindow* window = nullptr;  ///< none: the bus itself answers
    std::uint64_t address = 0;              ///< the initiator's
    Stage stage = Stage::waiting;
    bool completed = false;  ///< the target takes no END_RESP
    sc_core::sc_time request_end;
  };

  struct Initiator {
    Transaction* request = nullptr;   ///< between BEGIN_REQ and END_REQ
    Transaction* response = nullptr;  ///< between BEGIN_RESP and END_RESP
    bool response_ending = false;     ///< END_RESP came with a delay that is not over
    bool answering = false;           ///< we are within its nb_transport_bw
    std::deque<Transaction*> ready;
  };

  struct Target {
    Transaction* request = nullptr;
    Transaction* response = nullptr;
    std::deque<Transaction*> waiting;
  };

  enum class Step { request, end_request, implied_end_request, response, free_response };
  struct Action {
    Step step;
    Transaction* transaction;
    int initiator;
  };

  void act();
  void perform(const Action& action);
  tlm::tlm_sync_enum begin_request(int initiator, tlm::tlm_generic_payload& payload,
                                   const sc_core::sc_time& delay);
  tlm::tlm_sync_enum end_response(int initiator, tlm::tlm_generic_payload& payload,
                                  const sc_core::sc_time& delay);
  void route(Transaction& transaction);
  void send_request(Transaction& transaction);
  void take_phase(Transaction& transaction, const tlm::tlm_phase& phase,
                  const sc_core::sc_time& delay);
  void take_response(Transaction& transaction, const sc_core::sc_time& delay);
  void free_target(Transaction& transaction);
  void end_request(Transaction& transaction);
  void send_responses(int initiator);
  void close_response(int initiator, const sc_core::sc_time& delay);
  const AddressWindow* decode(const tlm::tlm_generic_payload& payload) const;
  void breach(const char* who, unsigned number, const char* what) const;
  Initiator& initiator_at(int initiator);
  Target& target_at(const Transaction& transaction);

  const BusParameters parameters_;
  AddressWindows windows_;
  std::unordered_map<tlm::tlm_generic_payload*, Transaction> transactions_;
  std::deque<Initiator> initiators_;
  std::deque<Target> targets_;
  TimedQueue<Action> actions_{"actions"};
  bool elaborated_ = false;
};

}  // namespace tensordash
