#include "platform/dram/lt_traffic.h"

#include <algorithm>

namespace tensordash {
namespace {

/// How far an initiator may run ahead of simulated time.
const sc_core::sc_time& quantum() {
  static const sc_core::sc_time time(100, sc_core::SC_US);
  return time;
}

}  // namespace

LtTraffic::LtTraffic(sc_core::sc_module_name name, const DramConfiguration& configuration,
                     RequestSource& source, unsigned bytes, unsigned in_flight)
    : sc_core::sc_module(name),
      socket("socket"),
      clock_base_(configuration.spec),
      source_(source),
      bytes_(bytes),
      window_(std::max<std::size_t>(1, std::size_t{in_flight} * configuration.parameters.channels *
                                           configuration.burst_bytes() / bytes)) {
  SC_HAS_PROCESS(LtTraffic);
  SC_THREAD(send_all);
}

sc_core::sc_time LtTraffic::start_of(const DramRequest& request) {
  sc_core::sc_time start = last_start_;
  if (ends_.size() >= window_) {
    start = std::max(start, ends_.top());
    ends_.pop();
  }
  if (request.clock) start = std::max(start, clock_base_.time(*request.clock));
  return last_start_ = start;
}

void LtTraffic::send_all() {
  std::vector<unsigned char> data(bytes_);
  tlm::tlm_generic_payload payload;
  while (const auto request = source_.next()) {
    const sc_core::sc_time start = start_of(*request);
    const sc_core::sc_time& now = sc_core::sc_time_stamp();
    if (start > now + quantum()) wait(start - now);
    payload.set_command(request->write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(request->address);
    payload.set_data_ptr(data.data());
    payload.set_data_length(bytes_);
    payload.set_streaming_width(bytes_);
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay =
        start > sc_core::sc_time_stamp() ? start - sc_core::sc_time_stamp() : sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    ends_.push(sc_core::sc_time_stamp() + delay);
    ++count_.sent;
    ++count_.done;
    if (!payload.is_response_ok()) ++count_.failed;
  }
  finished_ = true;
  sc_core::sc_pause();
}

}  // namespace tensordash
