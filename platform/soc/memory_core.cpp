#include "platform/soc/memory_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hw/dram/front/copy_payload.h"
#include "hw/dram/front/direct_access.h"
#include "hw/dram/front/payload_check.h"

namespace tensordash {

MemoryCore::MemoryCore(const sc_core::sc_module_name& name, const RamParameters& parameters)
    : sc_module(name),
      parameters_(parameters),
      store_(parameters.bytes),
      dmi_(parameters.bytes),
      random_(parameters.stress.seed) {
  for (const MemoryRefusal& each : parameters_.stress.refusals) {
    dmi_.withhold(each.first, each.last);
  }
  if (!parameters_.dmi || parameters_.stress.deny_dmi) dmi_.set_allowed(false);
  SC_METHOD(act);
  sensitive << actions_.event();
  dont_initialize();
}

void MemoryCore::breach(int initiator, const char* what) const {
  SC_REPORT_ERROR("/tensordash/soc/memory",
                  fmt::format("{}: initiator {} {}", name(), initiator, what).c_str());
}

void MemoryCore::reset() {
  busy_until_ = sc_core::SC_ZERO_TIME;
  invalidate(DmiRange{0, store_.size() - 1});
}

void MemoryCore::set_dmi_allowed(bool allowed) {
  invalidate(dmi_.set_allowed(allowed));
}

void MemoryCore::invalidate(const std::optional<DmiRange>& range) {
  // Before the end of elaboration nobody can have a pointer.
  if (!range || !elaborated_) return;
  for (int each = 0; each < initiators(); ++each) {
    backward(each).invalidate_direct_mem_ptr(range->first, range->last);
  }
}

tlm::tlm_response_status MemoryCore::judge(const tlm::tlm_generic_payload& payload) const {
  const tlm::tlm_response_status status = check_payload(payload, store_.size());
  if (status != tlm::TLM_OK_RESPONSE) return status;
  const std::uint64_t first = payload.get_address();
  const std::uint64_t last =
      first + std::min(payload.get_data_length(), payload.get_streaming_width()) - 1;
  for (const MemoryRefusal& each : parameters_.stress.refusals) {
    if (first <= each.last && last >= each.first) return each.response;
  }
  return status;
}

/// Answers the payload and moves its data. Returns when its response is ready.
sc_core::sc_time MemoryCore::serve(tlm::tlm_generic_payload& payload,
                                   const sc_core::sc_time& arrival) {
  const tlm::tlm_response_status status = judge(payload);
  const bool good = status == tlm::TLM_OK_RESPONSE;
  payload.set_response_status(status);
  payload.set_dmi_allowed(good && dmi_.around(payload.get_address()).granted);
  const sc_core::sc_time& latency =
      payload.is_write() ? parameters_.write_latency : parameters_.read_latency;
  if (!good) return arrival + latency;
  copy_payload(payload, store_.data());
  if (parameters_.byte_time == sc_core::SC_ZERO_TIME) return arrival + latency;
  busy_until_ = std::max(arrival, busy_until_) + parameters_.byte_time * payload.get_data_length();
  return busy_until_ + latency;
}

void MemoryCore::b_transport(int /*initiator*/, tlm::tlm_generic_payload& payload,
                             sc_core::sc_time& delay) {
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  delay = serve(payload, now + delay) - now;
}

unsigned MemoryCore::transport_dbg(int /*initiator*/, tlm::tlm_generic_payload& payload) {
  return parameters_.stress.deny_debug ? 0 : access_directly(store_, payload);
}

bool MemoryCore::get_direct_mem_ptr(int /*initiator*/, tlm::tlm_generic_payload& payload,
                                    tlm::tlm_dmi& dmi) {
  if (!point_at(store_, dmi_, payload, dmi)) return false;
  dmi.set_read_latency(parameters_.dmi_read_latency);
  dmi.set_write_latency(parameters_.dmi_write_latency);
  return true;
}

}  // namespace tensordash
