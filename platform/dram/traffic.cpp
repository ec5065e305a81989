#include "platform/dram/traffic.h"

#include <algorithm>

namespace tensordash {

DramTraffic::DramTraffic(sc_core::sc_module_name name, const DramConfiguration& configuration,
                         RequestSource& source, unsigned bytes, unsigned in_flight)
    : sc_core::sc_module(name),
      socket("socket"),
      map_(configuration),
      clock_base_(configuration.spec),
      source_(source),
      bytes_(bytes),
      bursts_((bytes + configuration.burst_bytes() - 1) / configuration.burst_bytes()),
      in_flight_(std::max(in_flight, bursts_)),
      channels_(configuration.parameters.channels) {
  socket.register_nb_transport_bw(this, &DramTraffic::nb_transport_bw);
  SC_HAS_PROCESS(DramTraffic);
  SC_METHOD(pump);
  sensitive << pump_event_;
}

void DramTraffic::pump() {
  while (open_ == nullptr && (send_aside() || send_next())) {
  }
  if (finished()) sc_core::sc_pause();
}

/// Sends a request that stepped aside, if its channel has room by now.
bool DramTraffic::send_aside() {
  if (aside_ == 0) return false;
  for (unsigned at = 0; at < channels_.size(); ++at) {
    Channel& channel = channels_[at];
    if (channel.aside.empty() || !send(channel.aside.front(), at)) continue;
    channel.aside.pop_front();
    --aside_;
    return true;
  }
  return false;
}

/// Takes the next request, and sends it or puts it aside.
bool DramTraffic::send_next() {
  if (ended_) return false;
  if (!next_) {
    next_ = source_.next();
    if (!next_) {
      ended_ = true;
      return false;
    }
  }
  if (next_->clock) {
    const sc_core::sc_time start = clock_base_.time(*next_->clock);
    if (start > sc_core::sc_time_stamp()) {
      pump_event_.notify(start - sc_core::sc_time_stamp());
      return false;
    }
  }
  const unsigned at = channels_.size() == 1 ? 0 : map_.place(next_->address).channel;
  Channel& channel = channels_[at];
  if (!channel.aside.empty() || !send(*next_, at)) {
    if (channels_.size() == 1 || channel.aside.size() == most_aside) return false;
    channel.aside.push_back(*next_);
    ++aside_;
  }
  next_.reset();
  return true;
}

bool DramTraffic::send(const DramRequest& request, unsigned channel) {
  if (channels_[channel].in_flight + bursts_ > in_flight_) return false;
  channels_[channel].in_flight += bursts_;
  tlm::tlm_generic_payload& payload = pool_.take(bytes_);
  payload.set_command(request.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(request.address);
  ++count_.sent;
  open_ = &payload;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const tlm::tlm_sync_enum status = socket->nb_transport_fw(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED) {
    answered(payload);
  } else if (status == tlm::TLM_UPDATED) {
    open_ = nullptr;
    if (phase == tlm::BEGIN_RESP) {
      phase = tlm::END_RESP;
      socket->nb_transport_fw(payload, phase, delay);
      answered(payload);
    }
  }
  return true;
}

tlm::tlm_sync_enum DramTraffic::nb_transport_bw(tlm::tlm_generic_payload& payload,
                                                tlm::tlm_phase& phase,
                                                sc_core::sc_time& /*delay*/) {
  if (phase == tlm::END_REQ) {
    open_ = nullptr;
    pump_event_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_ACCEPTED;
  }
  answered(payload);
  pump_event_.notify(sc_core::SC_ZERO_TIME);
  return tlm::TLM_COMPLETED;
}

void DramTraffic::answered(tlm::tlm_generic_payload& payload) {
  // A response ends its request as well.
  if (open_ == &payload) open_ = nullptr;
  ++count_.done;
  if (!payload.is_response_ok()) ++count_.failed;
  const unsigned at = channels_.size() == 1 ? 0 : map_.place(payload.get_address()).channel;
  channels_[at].in_flight -= bursts_;
  payload.release();
}

}  // namespace tensordash
