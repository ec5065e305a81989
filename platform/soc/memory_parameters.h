#pragma once

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

namespace tensordash {

/// Addresses from `first` to `last`, both included, whose accesses end with `response`. Debug
/// access reaches them, direct access does not.
struct MemoryRefusal {
  std::uint64_t first = 0, last = 0;
  tlm::tlm_response_status response = tlm::TLM_GENERIC_ERROR_RESPONSE;
};

/// What a memory does to try its initiators out. The same seed gives the same behaviour.
struct MemoryStress {
  std::uint32_t seed = 1;
  /// Largest random delay before END_REQ, and between acceptance and BEGIN_RESP; AT only.
  sc_core::sc_time request_delay, response_delay;
  /// Responses of one initiator in random order; else in the order of its requests.
  bool any_order = false;
  /// BEGIN_REQ is answered in all ways that the base protocol has: END_REQ in the call or later,
  /// BEGIN_RESP in its place, in the call or later, or TLM_COMPLETED.
  bool shortcuts = false;
  std::vector<MemoryRefusal> refusals;
  bool deny_dmi = false;
  bool deny_debug = false;  ///< transport_dbg returns 0
};

struct RamParameters {
  std::uint64_t bytes = std::uint64_t{1} << 20;
  /// From acceptance to response, of an access that waits for nobody.
  sc_core::sc_time read_latency, write_latency;
  /// Time for which each byte keeps the memory busy, LT and AT; 0: for no time.
  sc_core::sc_time byte_time;
  /// Requests in flight up to which END_REQ comes at once; later ones end when a place is free.
  unsigned queue = 16;
  bool dmi = true;
  sc_core::sc_time dmi_read_latency, dmi_write_latency;  ///< a byte
  MemoryStress stress;                                   ///< none
};

}  // namespace tensordash
