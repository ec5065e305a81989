// The approximately timed side of the memory.
#include <algorithm>

#include "platform/soc/memory_core.h"

namespace tensordash {

MemoryCore::Initiator& MemoryCore::initiator_at(int initiator) {
  while (initiators_.size() <= static_cast<std::size_t>(initiator)) initiators_.emplace_back();
  return initiators_[static_cast<std::size_t>(initiator)];
}

unsigned MemoryCore::random_below(std::size_t bound) {
  return static_cast<unsigned>(random_() % bound);
}

sc_core::sc_time MemoryCore::random_delay(const sc_core::sc_time& largest) {
  if (largest == sc_core::SC_ZERO_TIME) return largest;
  return sc_core::sc_time::from_value(random_() % (largest.value() + 1));
}

void MemoryCore::act() {
  while (actions_.due()) {
    const Action action = actions_.pop();
    Initiator& from = initiator_at(action.initiator);
    switch (action.step) {
      case Step::accept:
        if (accept(*action.transaction) && !action.transaction->skips_end_request) {
          end_request(*action.transaction);
        }
        break;
      case Step::response:
        from.ready.push_back(action.transaction);
        send_responses(action.initiator);
        break;
      case Step::free_response:
        from.response_ending = false;
        send_responses(action.initiator);
        break;
    }
  }
  actions_.rearm();
}

// Requests.

tlm::tlm_sync_enum MemoryCore::nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                               tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) return begin_request(initiator, payload, phase, delay);
  if (phase == tlm::END_RESP) return end_response(initiator, payload, delay);
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP || phase == tlm::UNINITIALIZED_PHASE) {
    breach(initiator, "sends a phase that only a target may send, or none");
  }
  // Phases that extend the base protocol may be ignored.
  return tlm::TLM_ACCEPTED;
}

tlm::tlm_sync_enum MemoryCore::begin_request(int initiator, tlm::tlm_generic_payload& payload,
                                             tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  Initiator& from = initiator_at(initiator);
  if (transactions_.count(&payload) != 0) {
    breach(initiator, "sends BEGIN_REQ with a payload that is in flight");
    return tlm::TLM_ACCEPTED;
  }
  const char* refusal = nullptr;
  if (!payload.has_mm()) {
    refusal = "sends BEGIN_REQ with a payload without memory manager";
  } else if (from.request != nullptr) {
    refusal = "sends BEGIN_REQ before the END_REQ of its last request";
  }
  if (refusal != nullptr) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    breach(initiator, refusal);
    return tlm::TLM_COMPLETED;
  }
  payload.acquire();
  Transaction& transaction = transactions_[&payload];
  transaction.payload = &payload;
  transaction.initiator = initiator;
  from.request = &transaction;
  tlm::tlm_sync_enum answer = tlm::TLM_ACCEPTED;
  if (parameters_.stress.shortcuts && answer_at_once(transaction, answer, phase, delay)) {
    return answer;
  }
  const sc_core::sc_time wait = delay + random_delay(parameters_.stress.request_delay);
  if (wait != sc_core::SC_ZERO_TIME) {
    actions_.push(wait, {Step::accept, &transaction, initiator});
    return tlm::TLM_ACCEPTED;
  }
  if (!accept(transaction) || transaction.skips_end_request) return tlm::TLM_ACCEPTED;
  from.request = nullptr;
  phase = tlm::END_REQ;
  return tlm::TLM_UPDATED;
}

/// One of the shorter ways, at random. False: END_REQ comes as usual, or BEGIN_RESP in its place.
bool MemoryCore::answer_at_once(Transaction& transaction, tlm::tlm_sync_enum& answer,
                                tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  Initiator& from = initiator_at(transaction.initiator);
  const unsigned way = random_below(5);
  transaction.skips_end_request = way == 0;
  if (way == 1) {
    // END_REQ in the call, for a later time.
    const sc_core::sc_time late = delay + random_delay(parameters_.stress.request_delay);
    from.request = nullptr;
    take_place(transaction);
    actions_.push(late, {Step::accept, &transaction, transaction.initiator});
    phase = tlm::END_REQ;
    delay = late;
    answer = tlm::TLM_UPDATED;
    return true;
  }
  const bool may_respond = from.response == nullptr && !from.response_ending && !from.answering &&
                           from.ready.empty() && waiting_.empty();
  if (way < 3 || !may_respond) return false;
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  from.request = nullptr;
  delay = serve(*transaction.payload, now + delay) - now +
          random_delay(parameters_.stress.response_delay);
  if (way == 3) {
    from.response = &transaction;
    phase = tlm::BEGIN_RESP;
    answer = tlm::TLM_UPDATED;
    return true;
  }
  from.response_ending = true;
  actions_.push(delay, {Step::free_response, nullptr, transaction.initiator});
  finish(transaction);
  answer = tlm::TLM_COMPLETED;
  return true;
}

void MemoryCore::take_place(Transaction& transaction) {
  if (transaction.holds_place) return;
  transaction.holds_place = true;
  ++places_taken_;
}

/// The request is here. True: it may end at once.
bool MemoryCore::accept(Transaction& transaction) {
  if (!transaction.holds_place && places_taken_ >= std::max(parameters_.queue, 1U)) {
    waiting_.push_back(&transaction);
    return false;
  }
  take_place(transaction);
  Initiator& from = initiator_at(transaction.initiator);
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  sc_core::sc_time response =
      serve(*transaction.payload, now) + random_delay(parameters_.stress.response_delay);
  if (!parameters_.stress.any_order) response = std::max(response, from.last_response);
  from.last_response = response;
  actions_.push(response - now, {Step::response, &transaction, transaction.initiator});
  return true;
}

/// Sends END_REQ, unless it has been sent.
void MemoryCore::end_request(Transaction& transaction) {
  Initiator& from = initiator_at(transaction.initiator);
  if (from.request != &transaction) return;
  // Forgotten first: the initiator may send its next request from within the call.
  from.request = nullptr;
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  backward(transaction.initiator).nb_transport_bw(*transaction.payload, phase, delay);
}

// Responses.

void MemoryCore::send_responses(int initiator) {
  Initiator& to = initiator_at(initiator);
  if (to.answering) return;
  to.answering = true;
  while (to.response == nullptr && !to.response_ending && !to.ready.empty()) {
    const unsigned at = parameters_.stress.any_order ? random_below(to.ready.size()) : 0;
    Transaction& transaction = *to.ready[at];
    to.ready.erase(to.ready.begin() + at);
    to.response = &transaction;
    if (to.request == &transaction) to.request = nullptr;
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    const tlm::tlm_sync_enum answer =
        backward(initiator).nb_transport_bw(*transaction.payload, phase, delay);
    if (answer == tlm::TLM_ACCEPTED) continue;  // END_RESP comes later, or came during the call
    if (to.response != &transaction || (answer == tlm::TLM_UPDATED && phase != tlm::END_RESP)) {
      breach(initiator, "answers BEGIN_RESP with something other than END_RESP, or twice");
      continue;
    }
    close_response(initiator, delay);
  }
  to.answering = false;
}

tlm::tlm_sync_enum MemoryCore::end_response(int initiator, tlm::tlm_generic_payload& payload,
                                            const sc_core::sc_time& delay) {
  Initiator& from = initiator_at(initiator);
  if (from.response == nullptr || from.response->payload != &payload) {
    breach(initiator, "sends END_RESP for a payload that has no response to end");
    return tlm::TLM_COMPLETED;
  }
  close_response(initiator, delay);
  // From a process of our own: a chain of responses and their ends must not nest.
  if (!from.response_ending && !from.ready.empty()) {
    from.response_ending = true;
    actions_.push(sc_core::SC_ZERO_TIME, {Step::free_response, nullptr, initiator});
  }
  return tlm::TLM_COMPLETED;
}

void MemoryCore::close_response(int initiator, const sc_core::sc_time& delay) {
  Initiator& from = initiator_at(initiator);
  Transaction& transaction = *from.response;
  from.response = nullptr;
  if (delay != sc_core::SC_ZERO_TIME) {
    from.response_ending = true;
    actions_.push(delay, {Step::free_response, nullptr, initiator});
  }
  finish(transaction);
}

void MemoryCore::finish(Transaction& transaction) {
  tlm::tlm_generic_payload* const payload = transaction.payload;
  if (transaction.holds_place) {
    --places_taken_;
    if (!waiting_.empty()) {
      Transaction& next = *waiting_.front();
      waiting_.pop_front();
      take_place(next);
      actions_.push(sc_core::SC_ZERO_TIME, {Step::accept, &next, next.initiator});
    }
  }
  transactions_.erase(payload);
  payload->release();
}

}  // namespace tensordash
