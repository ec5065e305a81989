#include "hw/dma/dma_port.h"

#include <algorithm>
#include <stdexcept>

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/dma/port";

}  // namespace

DmaPort::DmaPort(sc_core::sc_module_name name, const DmaParameters& parameters)
    : sc_module(name), parameters_(parameters) {
  if (parameters.outstanding == 0 || parameters.requests_per_clock == 0) {
    throw std::invalid_argument("a DMA port without requests; allowed: 1 or more");
  }
  socket.register_nb_transport_bw(this, &DmaPort::answer);
  SC_HAS_PROCESS(DmaPort);
  SC_METHOD(act);
  sensitive << clk.pos();
  dont_initialize();
}

void DmaPort::act() {
  if (!rst_n.read()) {
    running_ = false;
    writer->reset();
    reader->reset();
    // The DRAM still answers them.
    for (auto& flight : flights_) flight.second.forgotten = true;
  } else if (start.read()) {
    running_ = true;
    writer->begin();
    reader->begin();
  }
  hand_out();
  if (running_) {
    writer->work();
    reader->work();
    issue();
    if (under_way_ == 0 && writer->done() && reader->done()) running_ = false;
  }
  busy.write(running_);
  moving.write(running_ && !(under_way_ == 0 && writer->served() && reader->served()));
  outstanding.write(under_way_);
}

void DmaPort::hand_out() {
  while (!answers_.empty()) {
    tlm::tlm_generic_payload* const payload = answers_.front();
    answers_.pop_front();
    const auto found = flights_.find(payload);
    const Flight flight = found->second;
    flights_.erase(found);
    --under_way_;
    if (!flight.forgotten) {
      DmaAnswer answer;
      answer.address = payload->get_address();
      answer.tag = flight.tag;
      answer.good = payload->is_response_ok();
      if (!answer.good) answer.status = payload->get_response_string();
      answer.data = payload->get_data_ptr();
      answer.bytes = payload->get_data_length();
      (flight.write ? writer : reader)->answered(answer);
    }
    payload->release();
  }
}

void DmaPort::issue() {
  unsigned count = 0;
  DmaRequest request;
  for (; count < parameters_.requests_per_clock && under_way_ < parameters_.outstanding; ++count) {
    if (writer->next(request)) {
      send(request, true);
    } else if (reader->next(request)) {
      send(request, false);
    } else {
      break;
    }
  }
  const bool room = under_way_ < parameters_.outstanding;
  writer->issued(room);
  reader->issued(room);
}

void DmaPort::send(const DmaRequest& request, bool write) {
  tlm::tlm_generic_payload& payload = pool_.take(request.bytes);
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(request.address);
  if (write) {
    std::copy_n(request.data.begin(), std::min<std::size_t>(request.data.size(), request.bytes),
                payload.get_data_ptr());
  }
  flights_[&payload] = {request.tag, write, false};
  ++under_way_;
  ++(write ? writes_ : reads_);
  (write ? bytes_written_ : bytes_read_) += request.bytes;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const tlm::tlm_sync_enum taken = socket->nb_transport_fw(payload, phase, delay);
  if (taken == tlm::TLM_COMPLETED) {
    answers_.push_back(&payload);
  } else if (taken != tlm::TLM_UPDATED || phase != tlm::END_REQ) {
    SC_REPORT_ERROR(report_id,
                    "the memory did not take a request at once; allowed: queues with "
                    "room for all outstanding requests");
  }
}

tlm::tlm_sync_enum DmaPort::answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                   sc_core::sc_time& /*delay*/) {
  if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
  if (flights_.find(&payload) == flights_.end()) {
    SC_REPORT_ERROR(report_id, "an answer to a request that is not under way");
    return tlm::TLM_COMPLETED;
  }
  answers_.push_back(&payload);
  return tlm::TLM_COMPLETED;  // stands for END_RESP
}

}  // namespace tensordash
