#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/dram/address_map.h"
#include "hw/dram/burst.h"
#include "hw/dram/clock_base.h"
#include "hw/dram/front/admission.h"
#include "hw/dram/front/backing_store.h"
#include "hw/dram/front/dmi_regions.h"
#include "hw/dram/front/transaction_observer.h"
#include "hw/dram/front/transaction_table.h"

namespace tensordash {

/// What initiators see of an LPDDR4 memory: the TLM-2.0 base protocol, the data, and the order of
/// requests and responses. Splits transactions into bursts; who serves these is behind a BurstPort
/// (AT) and a BurstEstimator (LT). See README.md for what is modelled.
///
/// This class knows nothing of sockets, DramSocketFront has one. Transactions that cannot be get an
/// error response; initiators that break the protocol are reported as errors under
/// /tensordash/dram/front.
class DramFront : public sc_core::sc_module, public BurstOwner {
 public:
  SC_HAS_PROCESS(DramFront);
  /// `port` and `estimator` outlive the simulation; the port's push() is called from within
  /// room_again() too. Throws DramError when the address map is wrong or the host has no memory.
  DramFront(const sc_core::sc_module_name& name, const DramConfiguration& configuration,
            BurstPort& port, BurstEstimator& estimator);

  /// Who is told of every transaction; nullptr for nobody.
  void set_observer(TransactionObserver* observer) { observer_ = observer; }

  /// As of DmiRegions; initiators are told which pointers they lose.
  void set_dmi_allowed(bool allowed);
  void withhold_dmi(std::uint64_t first, std::uint64_t last);
  void grant_dmi(std::uint64_t first, std::uint64_t last);

  BackingStore& memory() { return memory_; }
  const AddressMap& address_map() const { return map_; }
  /// Transactions between their request and the end of their response.
  std::size_t in_flight() const { return transactions_.in_flight(); }
  /// No transaction is in flight, and no phase that came with a delay is to come.
  bool idle() const { return in_flight() == 0 && delayed_.empty(); }

  /// The forward path of the initiator with this number.
  tlm::tlm_sync_enum nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                     tlm::tlm_phase& phase, sc_core::sc_time& delay);
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);
  bool get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);

  void burst_served(unsigned channel, const DramBurst& burst, RowOutcome outcome,
                    DramClock data_end) override;
  void room_again(unsigned channel) override;

 protected:
  /// Initiators bound, numbered from 0; asked after elaboration.
  virtual int initiators() = 0;
  virtual tlm::tlm_bw_transport_if<>& backward(int initiator) = 0;

  void end_of_elaboration() override { elaborated_ = true; }

 private:
  /// Where an initiator stands in the protocol.
  struct Initiator {
    TransactionId request = no_transaction;   ///< between BEGIN_REQ and END_REQ
    TransactionId response = no_transaction;  ///< between BEGIN_RESP and END_RESP
    bool response_ending = false;             ///< END_RESP came with a delay that is not over
    bool answering = false;                   ///< send_responses() is at work
    RecycledQueue<TransactionId> ready;       ///< responses that wait for their turn
    RecycledQueue<TransactionId> order;       ///< requests as they came; in order only
    DramClock last_completion = 0;            ///< of those that left `order`
  };

  /// A phase that came with a delay: the request `id`, or the end of a response.
  struct DelayedPhase {
    sc_dt::uint64 time;
    std::uint64_t number;
    TransactionId id;
    int initiator;
    bool operator>(const DelayedPhase& other) const {
      return time != other.time ? time > other.time : number > other.number;
    }
  };

  struct ReadyResponse {
    DramClock clock;
    std::uint64_t number;
    TransactionId id;
    bool operator>(const ReadyResponse& other) const {
      return clock != other.clock ? clock > other.clock : number > other.number;
    }
  };

  template <typename Element>
  using EarliestFirst = std::priority_queue<Element, std::vector<Element>, std::greater<>>;

  void take_delayed_phases();
  void leave_pipeline();
  void respond();

  tlm::tlm_sync_enum begin_request(int initiator, tlm::tlm_generic_payload& payload,
                                   tlm::tlm_phase& phase, const sc_core::sc_time& delay);
  tlm::tlm_sync_enum end_response(int initiator, tlm::tlm_generic_payload& payload,
                                  const sc_core::sc_time& delay);
  std::uint64_t perform(tlm::tlm_generic_payload& payload);
  bool accept(TransactionId id);
  bool queue(TransactionId id);
  void end_request(TransactionId id);
  void settle(TransactionId id);
  void complete(TransactionId id, DramClock clock);
  void schedule_response(TransactionId id, DramClock clock);
  void send_responses(int initiator);
  void close_response(int initiator, const sc_core::sc_time& delay);
  void delay_phase(int initiator, TransactionId id, const sc_core::sc_time& delay);
  void invalidate(const std::optional<DmiRange>& range);
  void protocol_error(int initiator, const char* what) const;
  Initiator& initiator_at(int initiator);

  const unsigned burst_bytes_;
  const unsigned front_clocks_, back_clocks_;
  const bool store_data_;
  const bool in_order_;
  const std::size_t pipeline_places_;
  const AddressMap map_;
  const DramClockBase clocks_;
  sc_core::sc_time read_latency_, write_latency_;  ///< a byte, for DMI
  BurstEstimator& estimator_;
  TransactionObserver* observer_ = nullptr;
  BackingStore memory_;
  DmiRegions dmi_;
  TransactionTable transactions_;
  Admission admission_;
  std::deque<Initiator> initiators_;
  EarliestFirst<DelayedPhase> delayed_;
  RecycledQueue<TransactionId> pipeline_;  ///< accepted less than front_clocks ago
  EarliestFirst<ReadyResponse> responses_;
  std::uint64_t accepted_ = 0, delayed_phases_ = 0, scheduled_ = 0;
  bool elaborated_ = false;
  sc_core::sc_event delayed_event_{"delayed_event"};
  sc_core::sc_event pipeline_event_{"pipeline_event"};
  sc_core::sc_event response_event_{"response_event"};
};

}  // namespace tensordash
