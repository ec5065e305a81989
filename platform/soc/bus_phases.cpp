// The approximately timed side of the bus. Calls that come in only leave something to do: whatever
// goes out is called from the bus's own process, so calls never nest through the bus. The exception
// is END_RESP, after which an initiator may use its payload again.
#include <algorithm>

#include "platform/soc/bus_core.h"

namespace tensordash {

BusCore::Initiator& BusCore::initiator_at(int initiator) {
  while (initiators_.size() <= static_cast<std::size_t>(initiator)) initiators_.emplace_back();
  return initiators_[static_cast<std::size_t>(initiator)];
}

BusCore::Target& BusCore::target_at(const Transaction& transaction) {
  return targets_[transaction.window->port];
}

void BusCore::act() {
  while (actions_.due()) perform(actions_.pop());
  actions_.rearm();
}

void BusCore::perform(const Action& action) {
  switch (action.step) {
    case Step::request:
      route(*action.transaction);
      break;
    case Step::end_request:
      end_request(*action.transaction);
      free_target(*action.transaction);
      break;
    case Step::implied_end_request: {
      const Initiator& to = initiator_at(action.initiator);
      const bool response_follows = parameters_.response_latency == sc_core::SC_ZERO_TIME &&
                                    to.response == nullptr && !to.response_ending &&
                                    to.ready.empty();
      if (!response_follows) end_request(*action.transaction);
      free_target(*action.transaction);
      break;
    }
    case Step::response:
      initiator_at(action.initiator).ready.push_back(action.transaction);
      send_responses(action.initiator);
      break;
    case Step::free_response:
      initiator_at(action.initiator).response_ending = false;
      send_responses(action.initiator);
      break;
  }
}

// Requests.

tlm::tlm_sync_enum BusCore::nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                            tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) return begin_request(initiator, payload, delay);
  if (phase == tlm::END_RESP) return end_response(initiator, payload, delay);
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP || phase == tlm::UNINITIALIZED_PHASE) {
    breach("initiator", initiator, "sends a phase that only a target may send, or none");
  }
  // Phases that extend the base protocol may be ignored.
  return tlm::TLM_ACCEPTED;
}

tlm::tlm_sync_enum BusCore::begin_request(int initiator, tlm::tlm_generic_payload& payload,
                                          const sc_core::sc_time& delay) {
  Initiator& from = initiator_at(initiator);
  if (transactions_.count(&payload) != 0) {
    breach("initiator", initiator, "sends BEGIN_REQ with a payload that is in flight");
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
    breach("initiator", initiator, refusal);
    return tlm::TLM_COMPLETED;
  }
  payload.acquire();
  Transaction& transaction = transactions_[&payload];
  transaction.payload = &payload;
  transaction.initiator = initiator;
  transaction.window = decode(payload);
  transaction.address = payload.get_address();
  from.request = &transaction;
  actions_.push(delay + parameters_.request_latency, {Step::request, &transaction, initiator});
  return tlm::TLM_ACCEPTED;
}

void BusCore::route(Transaction& transaction) {
  if (transaction.window == nullptr) {
    transaction.payload->set_dmi_allowed(false);
    transaction.payload->set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    transaction.completed = true;
    end_request(transaction);
    take_response(transaction, sc_core::SC_ZERO_TIME);
    return;
  }
  Target& to = target_at(transaction);
  if (to.request != nullptr) {
    to.waiting.push_back(&transaction);
  } else {
    send_request(transaction);
  }
}

void BusCore::send_request(Transaction& transaction) {
  target_at(transaction).request = &transaction;
  transaction.stage = Stage::requested;
  transaction.payload->set_address(transaction.window->to_target(transaction.address));
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const tlm::tlm_sync_enum answer =
      forward(transaction.window->port).nb_transport_fw(*transaction.payload, phase, delay);
  if (answer == tlm::TLM_UPDATED) {
    take_phase(transaction, phase, delay);
  } else if (answer == tlm::TLM_COMPLETED) {
    transaction.completed = true;
    actions_.push(delay, {Step::implied_end_request, &transaction, transaction.initiator});
    take_response(transaction, delay);
  }
}

// What targets say.

tlm::tlm_sync_enum BusCore::nb_transport_bw(int port, tlm::tlm_generic_payload& payload,
                                            tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  const auto found = transactions_.find(&payload);
  if (phase == tlm::BEGIN_REQ || phase == tlm::END_RESP || phase == tlm::UNINITIALIZED_PHASE) {
    breach("target", port, "sends a phase that only an initiator may send, or none");
  } else if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP) {
    if (found == transactions_.end() || found->second.window == nullptr ||
        found->second.window->port != static_cast<unsigned>(port)) {
      breach("target", port, "sends a phase for a payload that it was not given");
    } else {
      take_phase(found->second, phase, delay);
    }
  }
  return tlm::TLM_ACCEPTED;
}

void BusCore::take_phase(Transaction& transaction, const tlm::tlm_phase& phase,
                         const sc_core::sc_time& delay) {
  const unsigned port = transaction.window->port;
  Target& from = target_at(transaction);
  if (phase == tlm::END_REQ) {
    if (transaction.stage != Stage::requested) {
      breach("target", port, "sends END_REQ for a payload whose request is no longer open");
      return;
    }
    transaction.stage = Stage::accepted;
    transaction.request_end = sc_core::sc_time_stamp() + delay;
    actions_.push(delay, {Step::end_request, &transaction, transaction.initiator});
    return;
  }
  if (phase != tlm::BEGIN_RESP ||
      (transaction.stage != Stage::requested && transaction.stage != Stage::accepted)) {
    breach("target", port, "sends something other than END_REQ and BEGIN_RESP, or twice");
    return;
  }
  if (from.response != nullptr) {
    breach("target", port, "sends BEGIN_RESP before the END_RESP of its last response");
    return;
  }
  from.response = &transaction;
  if (transaction.stage == Stage::requested) {
    actions_.push(delay, {Step::implied_end_request, &transaction, transaction.initiator});
  }
  take_response(transaction, delay);
}

void BusCore::take_response(Transaction& transaction, const sc_core::sc_time& delay) {
  transaction.stage = Stage::answered;
  // An END_REQ that came with a longer delay goes first.
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  const sc_core::sc_time time = std::max(now + delay, transaction.request_end);
  actions_.push(time - now + parameters_.response_latency,
                {Step::response, &transaction, transaction.initiator});
}

void BusCore::free_target(Transaction& transaction) {
  Target& at = target_at(transaction);
  at.request = nullptr;
  if (at.waiting.empty()) return;
  Transaction& next = *at.waiting.front();
  at.waiting.pop_front();
  send_request(next);
}

void BusCore::end_request(Transaction& transaction) {
  // Forgotten first: the initiator may send its next request from within the call.
  initiator_at(transaction.initiator).request = nullptr;
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const tlm::tlm_sync_enum answer =
      backward(transaction.initiator).nb_transport_bw(*transaction.payload, phase, delay);
  if (answer != tlm::TLM_ACCEPTED) {
    breach("initiator", transaction.initiator, "answers END_REQ with something");
  }
}

// Responses.

void BusCore::send_responses(int initiator) {
  Initiator& to = initiator_at(initiator);
  if (to.answering) return;
  to.answering = true;
  while (to.response == nullptr && !to.response_ending && !to.ready.empty()) {
    Transaction& transaction = *to.ready.front();
    to.ready.pop_front();
    to.response = &transaction;
    if (to.request == &transaction) to.request = nullptr;
    transaction.payload->set_address(transaction.address);
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    const tlm::tlm_sync_enum answer =
        backward(initiator).nb_transport_bw(*transaction.payload, phase, delay);
    if (answer == tlm::TLM_ACCEPTED) continue;  // END_RESP comes later, or came during the call
    if (to.response != &transaction || (answer == tlm::TLM_UPDATED && phase != tlm::END_RESP)) {
      breach("initiator", initiator,
             "answers BEGIN_RESP with something other than END_RESP, or twice");
      continue;
    }
    close_response(initiator, delay);
  }
  to.answering = false;
}

tlm::tlm_sync_enum BusCore::end_response(int initiator, tlm::tlm_generic_payload& payload,
                                         const sc_core::sc_time& delay) {
  Initiator& from = initiator_at(initiator);
  if (from.response == nullptr || from.response->payload != &payload) {
    breach("initiator", initiator, "sends END_RESP for a payload that has no response to end");
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

void BusCore::close_response(int initiator, const sc_core::sc_time& delay) {
  Initiator& from = initiator_at(initiator);
  const Transaction transaction = *from.response;
  from.response = nullptr;
  if (delay != sc_core::SC_ZERO_TIME) {
    from.response_ending = true;
    actions_.push(delay, {Step::free_response, nullptr, initiator});
  }
  transactions_.erase(transaction.payload);
  if (!transaction.completed) {
    target_at(transaction).response = nullptr;
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_core::sc_time annotation = delay;
    forward(transaction.window->port).nb_transport_fw(*transaction.payload, phase, annotation);
  }
  transaction.payload->release();
}

}  // namespace tensordash
