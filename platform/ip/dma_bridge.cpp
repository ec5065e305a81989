#include "platform/ip/dma_bridge.h"

#include <cstring>
#include <utility>

namespace tensordash {

DmaBridge::DmaBridge(const sc_core::sc_module_name& name, AtMaster& master)
    : sc_module(name), master_(master) {
  socket.register_nb_transport_fw(this, &DmaBridge::nb_transport_fw);
  SC_HAS_PROCESS(DmaBridge);
  SC_METHOD(forward_answers);
  sensitive << later_;
  dont_initialize();
}

void DmaBridge::open(Watch watch) {
  watch_ = std::move(watch);
  refusal_ = tlm::TLM_OK_RESPONSE;
  master_.on_answer([this] { answer_came(); });
}

void DmaBridge::close() {
  master_.on_answer({});
  watch_ = {};
}

tlm::tlm_sync_enum DmaBridge::nb_transport_fw(tlm::tlm_generic_payload& payload,
                                              tlm::tlm_phase& phase, sc_core::sc_time& /*delay*/) {
  if (phase != tlm::BEGIN_REQ) return tlm::TLM_COMPLETED;
  payload.acquire();
  std::size_t place = requests_.size();
  if (free_.empty()) {
    requests_.push_back(&payload);
  } else {
    place = free_.back();
    free_.pop_back();
    requests_[place] = &payload;
  }
  if (watch_) watch_(payload);
  master_.send(payload.get_address(), payload.get_data_length(), payload.is_write(),
               payload.get_data_ptr(), place);
  phase = tlm::END_REQ;
  return tlm::TLM_UPDATED;
}

/// What comes with an edge is not seen there, whether the port has looked already or not.
void DmaBridge::answer_came() {
  if (clk.posedge()) {
    later_.notify(sc_core::SC_ZERO_TIME);
  } else {
    forward_answers();
  }
}

void DmaBridge::forward_answers() {
  AtMaster::Answer come;
  while (master_.take(come)) {
    tlm::tlm_generic_payload& request = *requests_[come.tag];
    if (request.is_read()) {
      std::memcpy(request.get_data_ptr(), come.payload->get_data_ptr(), request.get_data_length());
    }
    request.set_response_status(come.payload->get_response_status());
    if (!request.is_response_ok() && refusal_ == tlm::TLM_OK_RESPONSE) {
      refusal_ = request.get_response_status();
    }
    come.payload->release();
    answer(come.tag);
  }
}

void DmaBridge::answer(std::size_t place) {
  tlm::tlm_generic_payload& request = *requests_[place];
  requests_[place] = nullptr;
  free_.push_back(place);
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->nb_transport_bw(request, phase, delay);  // a DmaPort ends the response at once
  request.release();
}

void DmaBridge::abandon() {
  for (std::size_t place = 0; place < requests_.size(); ++place) {
    if (requests_[place] == nullptr) continue;
    requests_[place]->set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    answer(place);
  }
}

}  // namespace tensordash
