#include "hw/dram/front/dram_front.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hw/dram/front/copy_payload.h"
#include "hw/dram/front/direct_access.h"
#include "hw/dram/front/payload_check.h"

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/dram/front";

/// From the first edge of a column command to its last (JESD209-4: RD-1 and CAS-2, two clocks
/// each).
constexpr unsigned column_command_edges = 3;

/// A burst alone that finds its row open, spread over its bytes.
sc_core::sc_time latency_of_byte(const DramConfiguration& configuration, unsigned latency) {
  const unsigned clocks = configuration.parameters.front_clocks + column_command_edges + latency +
                          configuration.spec.burst_clocks() + configuration.parameters.back_clocks;
  return {static_cast<double>(clocks) * configuration.spec.tck_ps / configuration.burst_bytes(),
          sc_core::SC_PS};
}

/// Wakes a process that waits for `event` at `time`, in this time step at the earliest.
void wake_at(sc_core::sc_event& event, const sc_core::sc_time& time) {
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  event.notify(time > now ? time - now : sc_core::SC_ZERO_TIME);
}

}  // namespace

DramFront::DramFront(const sc_core::sc_module_name& name, const DramConfiguration& configuration,
                     BurstPort& port, BurstEstimator& estimator)
    : sc_module(name),
      burst_bytes_(configuration.burst_bytes()),
      front_clocks_(configuration.parameters.front_clocks),
      back_clocks_(configuration.parameters.back_clocks),
      store_data_(configuration.parameters.store_data),
      in_order_(configuration.parameters.response_order == ResponseOrder::in_order),
      pipeline_places_(std::size_t{configuration.parameters.queue} *
                       configuration.parameters.channels),
      map_(configuration),
      clocks_(configuration.spec),
      read_latency_(latency_of_byte(
          configuration, configuration.spec.timings.rl + configuration.spec.timings.tdqsck)),
      write_latency_(latency_of_byte(
          configuration, configuration.spec.timings.wl + configuration.spec.timings.tdqss)),
      estimator_(estimator),
      memory_(configuration.bytes()),
      dmi_(configuration.bytes()),
      admission_(configuration.parameters.channels, transactions_, port) {
  SC_METHOD(take_delayed_phases);
  sensitive << delayed_event_;
  dont_initialize();
  SC_METHOD(leave_pipeline);
  sensitive << pipeline_event_;
  dont_initialize();
  SC_METHOD(respond);
  sensitive << response_event_;
  dont_initialize();
}

DramFront::Initiator& DramFront::initiator_at(int initiator) {
  while (initiators_.size() <= static_cast<std::size_t>(initiator)) initiators_.emplace_back();
  return initiators_[static_cast<std::size_t>(initiator)];
}

void DramFront::protocol_error(int initiator, const char* what) const {
  SC_REPORT_ERROR(report_id, fmt::format("{}: initiator {} {}", name(), initiator, what).c_str());
}

// Requests.

tlm::tlm_sync_enum DramFront::nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                              tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) return begin_request(initiator, payload, phase, delay);
  if (phase == tlm::END_RESP) return end_response(initiator, payload, delay);
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP || phase == tlm::UNINITIALIZED_PHASE) {
    protocol_error(initiator, "sends a phase that only a target may send, or none");
  }
  // Phases that extend the base protocol may be ignored.
  return tlm::TLM_ACCEPTED;
}

tlm::tlm_sync_enum DramFront::begin_request(int initiator, tlm::tlm_generic_payload& payload,
                                            tlm::tlm_phase& phase, const sc_core::sc_time& delay) {
  Initiator& from = initiator_at(initiator);
  const char* refusal = nullptr;
  if (!payload.has_mm()) {
    refusal = "sends BEGIN_REQ with a payload without memory manager";
  } else if (from.request != no_transaction) {
    refusal = "sends BEGIN_REQ before the END_REQ of its last request";
  }
  if (refusal != nullptr) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    protocol_error(initiator, refusal);
    return tlm::TLM_COMPLETED;
  }
  payload.acquire();
  const TransactionId id = transactions_.take();
  transactions_[id].payload = &payload;
  transactions_[id].initiator = initiator;
  from.request = id;
  if (delay != sc_core::SC_ZERO_TIME) {
    delay_phase(initiator, id, delay);
    return tlm::TLM_ACCEPTED;
  }
  if (!accept(id)) return tlm::TLM_ACCEPTED;
  from.request = no_transaction;
  phase = tlm::END_REQ;
  return tlm::TLM_UPDATED;
}

void DramFront::delay_phase(int initiator, TransactionId id, const sc_core::sc_time& delay) {
  const sc_core::sc_time time = sc_core::sc_time_stamp() + delay;
  delayed_.push({time.value(), delayed_phases_++, id, initiator});
  wake_at(delayed_event_, time);
}

void DramFront::take_delayed_phases() {
  while (!delayed_.empty() && delayed_.top().time <= sc_core::sc_time_stamp().value()) {
    const DelayedPhase phase = delayed_.top();
    delayed_.pop();
    if (phase.id == no_transaction) {
      initiator_at(phase.initiator).response_ending = false;
      send_responses(phase.initiator);
    } else if (accept(phase.id)) {
      end_request(phase.id);
    }
  }
  if (!delayed_.empty()) {
    wake_at(delayed_event_, sc_core::sc_time::from_value(delayed_.top().time));
  }
}

/// Checks the payload, sets its response and moves its data. Returns the bytes that moved.
std::uint64_t DramFront::perform(tlm::tlm_generic_payload& payload) {
  const tlm::tlm_response_status status = check_payload(payload, memory_.size());
  payload.set_response_status(status);
  const bool good = status == tlm::TLM_OK_RESPONSE;
  payload.set_dmi_allowed(good && dmi_.around(payload.get_address()).granted);
  if (!good) return 0;
  return store_data_ ? copy_payload(payload, memory_.data()) : enabled_bytes(payload);
}

/// The request is here. True: it may end at once.
bool DramFront::accept(TransactionId id) {
  FrontTransaction& transaction = transactions_[id];
  transaction.number = accepted_++;
  transaction.arrival = clocks_.now();
  transaction.useful_bytes = perform(*transaction.payload);
  transaction.write = transaction.payload->is_write();
  if (in_order_) initiator_at(transaction.initiator).order.push(id);
  if (transaction.useful_bytes == 0) {
    complete(id, transaction.arrival + front_clocks_ + back_clocks_);
    return true;
  }
  transaction.bursts = BurstSplitter(map_, burst_bytes_, *transaction.payload);
  if (front_clocks_ == 0) return queue(id);
  pipeline_.push(id);
  wake_at(pipeline_event_, clocks_.time(transactions_[pipeline_.front()].arrival + front_clocks_));
  return admission_.idle() && pipeline_.size() <= pipeline_places_;
}

void DramFront::leave_pipeline() {
  while (!pipeline_.empty()) {
    const TransactionId id = pipeline_.front();
    const sc_core::sc_time due = clocks_.time(transactions_[id].arrival + front_clocks_);
    if (due > sc_core::sc_time_stamp()) {
      wake_at(pipeline_event_, due);
      return;
    }
    pipeline_.pop();
    if (queue(id)) end_request(id);
  }
}

bool DramFront::queue(TransactionId id) {
  if (!admission_.queue(id)) return false;
  settle(id);
  return true;
}

void DramFront::room_again(unsigned channel) {
  for (;;) {
    const TransactionId id = admission_.resume(channel);
    if (id == no_transaction) return;
    settle(id);
    end_request(id);
  }
}

/// Sends END_REQ, unless it has been sent.
void DramFront::end_request(TransactionId id) {
  const FrontTransaction& transaction = transactions_[id];
  Initiator& from = initiator_at(transaction.initiator);
  if (from.request != id) return;
  // Forgotten first: the initiator may send its next request from within the call.
  from.request = no_transaction;
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  backward(transaction.initiator).nb_transport_bw(*transaction.payload, phase, delay);
}

// Responses.

void DramFront::burst_served(unsigned /*channel*/, const DramBurst& burst, RowOutcome /*outcome*/,
                             DramClock data_end) {
  FrontTransaction& transaction = transactions_[burst.owner];
  transaction.data_end = std::max(transaction.data_end, data_end);
  --transaction.unserved;
  settle(burst.owner);
}

/// Completes the transaction when its last burst has been served.
void DramFront::settle(TransactionId id) {
  const FrontTransaction& transaction = transactions_[id];
  if (!transaction.queued || transaction.unserved != 0) return;
  if (observer_ != nullptr) {
    observer_->transaction_done(transaction.write, transaction.useful_bytes, transaction.arrival,
                                transaction.data_end);
  }
  complete(id, transaction.data_end + back_clocks_);
}

void DramFront::complete(TransactionId id, DramClock clock) {
  FrontTransaction& transaction = transactions_[id];
  if (!in_order_) {
    schedule_response(id, clock);
    return;
  }
  transaction.completion = clock;
  transaction.complete = true;
  Initiator& from = initiator_at(transaction.initiator);
  while (!from.order.empty() && transactions_[from.order.front()].complete) {
    const TransactionId first = from.order.front();
    from.order.pop();
    from.last_completion = std::max(from.last_completion, transactions_[first].completion);
    schedule_response(first, from.last_completion);
  }
}

void DramFront::schedule_response(TransactionId id, DramClock clock) {
  const bool first = responses_.empty() || clock < responses_.top().clock;
  responses_.push({clock, scheduled_++, id});
  if (first) wake_at(response_event_, clocks_.time(clock));
}

void DramFront::respond() {
  while (!responses_.empty() && clocks_.time(responses_.top().clock) <= sc_core::sc_time_stamp()) {
    const TransactionId id = responses_.top().id;
    responses_.pop();
    initiators_[static_cast<std::size_t>(transactions_[id].initiator)].ready.push(id);
  }
  for (std::size_t each = 0; each < initiators_.size(); ++each) {
    send_responses(static_cast<int>(each));
  }
  if (!responses_.empty()) wake_at(response_event_, clocks_.time(responses_.top().clock));
}

/// Sends the responses that are ready as long as the initiator takes them.
void DramFront::send_responses(int initiator) {
  Initiator& to = initiator_at(initiator);
  to.answering = true;
  while (to.response == no_transaction && !to.response_ending && !to.ready.empty()) {
    const TransactionId id = to.ready.front();
    to.ready.pop();
    to.response = id;
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    const tlm::tlm_sync_enum answer =
        backward(initiator).nb_transport_bw(*transactions_[id].payload, phase, delay);
    if (answer == tlm::TLM_ACCEPTED) continue;  // END_RESP comes later, or came during the call
    if (to.response != id || (answer == tlm::TLM_UPDATED && phase != tlm::END_RESP)) {
      protocol_error(initiator, "answers BEGIN_RESP with something other than END_RESP, or twice");
      continue;
    }
    close_response(initiator, delay);
  }
  to.answering = false;
}

tlm::tlm_sync_enum DramFront::end_response(int initiator, tlm::tlm_generic_payload& payload,
                                           const sc_core::sc_time& delay) {
  Initiator& from = initiator_at(initiator);
  if (from.response == no_transaction || transactions_[from.response].payload != &payload) {
    protocol_error(initiator, "sends END_RESP for a payload that has no response to end");
    return tlm::TLM_COMPLETED;
  }
  close_response(initiator, delay);
  // From a process of our own: a chain of responses and their ends must not nest.
  if (!from.answering && !from.response_ending && !from.ready.empty()) {
    response_event_.notify(sc_core::SC_ZERO_TIME);
  }
  return tlm::TLM_COMPLETED;
}

void DramFront::close_response(int initiator, const sc_core::sc_time& delay) {
  Initiator& from = initiator_at(initiator);
  const TransactionId id = from.response;
  from.response = no_transaction;
  if (delay != sc_core::SC_ZERO_TIME) {
    from.response_ending = true;
    delay_phase(initiator, no_transaction, delay);
  }
  tlm::tlm_generic_payload* const payload = transactions_[id].payload;
  transactions_.give_back(id);
  payload->release();
}

// Loosely timed, debug and direct access.

void DramFront::b_transport(int /*initiator*/, tlm::tlm_generic_payload& payload,
                            sc_core::sc_time& delay) {
  const DramClock arrival = clocks_.at_or_after(sc_core::sc_time_stamp() + delay);
  const std::uint64_t useful_bytes = perform(payload);
  DramClock data_end = arrival + front_clocks_;
  if (useful_bytes != 0) {
    for (BurstSplitter bursts(map_, burst_bytes_, payload); !bursts.done(); bursts.next()) {
      const BurstEstimate estimate =
          estimator_.serve(bursts.channel(), bursts.burst(), arrival + front_clocks_);
      data_end = std::max(data_end, estimate.data_end);
    }
    if (observer_ != nullptr) {
      observer_->transaction_done(payload.is_write(), useful_bytes, arrival, data_end);
    }
  }
  delay = clocks_.time(data_end + back_clocks_) - sc_core::sc_time_stamp();
}

unsigned DramFront::transport_dbg(int /*initiator*/, tlm::tlm_generic_payload& payload) {
  return access_directly(memory_, payload);
}

bool DramFront::get_direct_mem_ptr(int /*initiator*/, tlm::tlm_generic_payload& payload,
                                   tlm::tlm_dmi& dmi) {
  if (!point_at(memory_, dmi_, payload, dmi)) return false;
  dmi.set_read_latency(read_latency_);
  dmi.set_write_latency(write_latency_);
  return true;
}

void DramFront::set_dmi_allowed(bool allowed) {
  invalidate(dmi_.set_allowed(allowed));
}

void DramFront::withhold_dmi(std::uint64_t first, std::uint64_t last) {
  invalidate(dmi_.withhold(first, last));
}

void DramFront::grant_dmi(std::uint64_t first, std::uint64_t last) {
  dmi_.grant(first, last);
}

void DramFront::invalidate(const std::optional<DmiRange>& range) {
  // Before the end of elaboration nobody can have a pointer.
  if (!range || !elaborated_) return;
  for (int each = 0; each < initiators(); ++each) {
    backward(each).invalidate_direct_mem_ptr(range->first, range->last);
  }
}

}  // namespace tensordash
