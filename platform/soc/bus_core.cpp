#include "platform/soc/bus_core.h"

#include <fmt/format.h>

#include <algorithm>

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/soc/bus";

/// Bytes from the first address on that a payload touches; at least 1, so that payloads that are
/// wrong reach the target of their address, which says what is wrong.
std::uint64_t span_of(const tlm::tlm_generic_payload& payload) {
  const std::uint64_t span = std::min(payload.get_data_length(), payload.get_streaming_width());
  return std::max<std::uint64_t>(span, 1);
}

}  // namespace

BusCore::BusCore(const sc_core::sc_module_name& name, const BusParameters& parameters)
    : sc_module(name), parameters_(parameters) {
  SC_METHOD(act);
  sensitive << actions_.event();
  dont_initialize();
}

bool BusCore::add_window(std::uint64_t base, std::uint64_t size, unsigned port,
                         std::uint64_t offset) {
  if (elaborated_) {
    SC_REPORT_ERROR(report_id, fmt::format("{}: map() after elaboration", name()).c_str());
    return false;
  }
  try {
    windows_.add(base, size, port, offset);
  } catch (const AddressMapError& error) {
    SC_REPORT_ERROR(report_id, fmt::format("{}: {}", name(), error.what()).c_str());
    return false;
  }
  while (targets_.size() <= port) targets_.emplace_back();
  return true;
}

const AddressWindow* BusCore::decode(const tlm::tlm_generic_payload& payload) const {
  const AddressWindow* const window = windows_.find(payload.get_address());
  if (window == nullptr) return nullptr;
  return span_of(payload) - 1 <= window->last - payload.get_address() ? window : nullptr;
}

void BusCore::breach(const char* who, unsigned number, const char* what) const {
  SC_REPORT_ERROR(report_id, fmt::format("{}: {} {} {}", name(), who, number, what).c_str());
}

// Loosely timed, debug and direct access.

void BusCore::b_transport(int /*initiator*/, tlm::tlm_generic_payload& payload,
                          sc_core::sc_time& delay) {
  const AddressWindow* const window = decode(payload);
  delay += parameters_.request_latency;
  if (window == nullptr) {
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  } else {
    const std::uint64_t address = payload.get_address();
    payload.set_address(window->to_target(address));
    forward(window->port).b_transport(payload, delay);
    payload.set_address(address);
  }
  delay += parameters_.response_latency;
}

unsigned BusCore::transport_dbg(int /*initiator*/, tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  const AddressWindow* const window = windows_.find(address);
  if (window == nullptr) return 0;
  const unsigned length = payload.get_data_length();
  const std::uint64_t room = window->last - address;
  payload.set_address(window->to_target(address));
  if (length != 0 && length - 1 > room) payload.set_data_length(static_cast<unsigned>(room) + 1);
  const unsigned moved = forward(window->port).transport_dbg(payload);
  payload.set_data_length(length);
  payload.set_address(address);
  return moved;
}

bool BusCore::get_direct_mem_ptr(int /*initiator*/, tlm::tlm_generic_payload& payload,
                                 tlm::tlm_dmi& dmi) {
  const std::uint64_t address = payload.get_address();
  const AddressWindow* const window = windows_.find(address);
  if (window == nullptr) {
    const AddressWindow hole = windows_.hole_around(address);
    dmi.init();
    dmi.set_start_address(hole.first);
    dmi.set_end_address(hole.last);
    return false;
  }
  const std::uint64_t target_address = window->to_target(address);
  payload.set_address(target_address);
  const bool granted = forward(window->port).get_direct_mem_ptr(payload, dmi);
  payload.set_address(address);
  const std::uint64_t start = dmi.get_start_address();
  if (start > target_address || dmi.get_end_address() < target_address) {
    // A range that the address is not in helps nobody.
    dmi.init();
    dmi.set_start_address(address);
    dmi.set_end_address(address);
    return false;
  }
  const std::uint64_t first = std::max(start, window->offset);
  const std::uint64_t last = std::min<std::uint64_t>(dmi.get_end_address(), window->offset_last());
  if (granted) dmi.set_dmi_ptr(dmi.get_dmi_ptr() + (first - start));
  dmi.set_start_address(window->from_target(first));
  dmi.set_end_address(window->from_target(last));
  return granted;
}

void BusCore::invalidate_direct_mem_ptr(int port, sc_dt::uint64 first, sc_dt::uint64 last) {
  // Before the end of elaboration nobody can have a pointer.
  if (!elaborated_) return;
  for (const AddressWindow& window : windows_.all()) {
    if (window.port != static_cast<unsigned>(port)) continue;
    if (first > window.offset_last() || last < window.offset) continue;
    const std::uint64_t from = window.from_target(std::max<std::uint64_t>(first, window.offset));
    const std::uint64_t to =
        window.from_target(std::min<std::uint64_t>(last, window.offset_last()));
    for (int each = 0; each < initiators(); ++each) {
      backward(each).invalidate_direct_mem_ptr(from, to);
    }
  }
}

}  // namespace tensordash
