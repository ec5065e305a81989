#pragma once

#include <deque>
#include <functional>
#include <queue>
#include <systemc>
#include <tlm>
#include <unordered_map>
#include <vector>

#include "hw/dram/front/payload_pool.h"
#include "platform/ip/memory_access.h"

namespace tensordash {

/// An initiator of the base protocol for any target: it keeps the exclusion rule for requests,
/// takes answers in any order, early ones too, and phases that come with delays.
class AtMaster : public sc_core::sc_module {
 public:
  struct Answer {
    std::uint64_t tag = 0;
    std::uint64_t address = 0;  ///< as it was sent: interconnects may change the payload's
    tlm::tlm_generic_payload* payload = nullptr;  ///< to be released
    sc_dt::uint64 delta = 0;                      ///< the delta cycle in which it came
  };

  AtMaster(const sc_core::sc_module_name& name, ForwardPath forward);

  /// Sends a request in the next delta cycle, or as soon as the target takes one. `data`: of a
  /// write, `bytes` of them.
  void send(std::uint64_t address, unsigned bytes, bool write, const std::uint8_t* data,
            std::uint64_t tag);

  /// The next answer that has come, in the order in which they came; false: none.
  bool take(Answer& answer);
  /// The same of those that came before this delta cycle. At a clock edge, which of those that come
  /// with it are seen would otherwise be for the order of processes to decide.
  bool take_earlier(Answer& answer);
  /// Called at the moment when an answer comes.
  void on_answer(std::function<void()> hook) { hook_ = std::move(hook); }

  /// Requests that wait are not sent any more, and answers to those under way go to nobody.
  void forget();
  /// Requests that were sent and not answered, or wait.
  std::size_t under_way() const { return waiting_.size() + flights_.size(); }

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     const sc_core::sc_time& delay);

 private:
  struct Flight {
    std::uint64_t tag = 0;
    std::uint64_t address = 0;
    bool forgotten = false;
    bool ended = false;  ///< its answer is on its way here
  };
  struct Timed {
    sc_dt::uint64 time;
    std::uint64_t number;
    tlm::tlm_generic_payload* payload;  ///< null: the target takes requests again
    bool operator>(const Timed& other) const {
      return time != other.time ? time > other.time : number > other.number;
    }
  };

  void pump();
  void happen();
  void request_taken(const sc_core::sc_time& delay);
  void answered(tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay);
  void deliver(tlm::tlm_generic_payload& payload);
  void later(tlm::tlm_generic_payload* payload, const sc_core::sc_time& delay);

  const ForwardPath forward_;
  PayloadPool pool_;
  std::deque<std::pair<tlm::tlm_generic_payload*, std::uint64_t>> waiting_;
  std::unordered_map<tlm::tlm_generic_payload*, Flight> flights_;
  /// Whose request the target has not taken yet.
  tlm::tlm_generic_payload* requesting_ = nullptr;
  bool sending_ = false;  ///< in the middle of nb_transport_fw
  bool blocked_ = false;  ///< END_REQ came with a delay that is not over
  std::deque<Answer> answers_;
  std::priority_queue<Timed, std::vector<Timed>, std::greater<>> timed_;
  std::uint64_t timed_count_ = 0;
  std::function<void()> hook_;
  sc_core::sc_event timed_event_{"timed_event"}, pump_event_{"pump_event"};
};

}  // namespace tensordash
