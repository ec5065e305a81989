#pragma once

#include <cstdint>
#include <deque>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

#include "tb/conformance/target_description.h"

namespace tensordash::conformance {

// What is wrong with a FlawedTarget.
enum class Flaw {
  none,
  no_response,
  changes_length,
  overruns_buffer,
  lowers_delay,
  wrong_data,
  ignores_byte_enables,
  ignores_streaming,
  ignores_enables_of_reads,
  moves_what_it_refuses,
  refuses_vaguely,
  obeys_ignore,
  past_the_end,
  writes_elsewhere,
  register_refused,
  register_bit_stuck,
  debug_short,
  debug_calls_back,
  debug_past_the_end,
  hint_without_pointer,
  pointer_read_only,
  pointer_too_long,
  pointer_too_short,
  pointer_elsewhere,
  pointer_in_hole,
  refusal_elsewhere,
  reset_keeps_pointers,
  reset_breaks,
  reset_drops,
  at_no_response,
  at_end_request_twice,
  at_no_exclusion,
  at_after_completion,
  at_lowers_delay,
  at_timing,
  at_changes_length,
  at_changes_address,
  at_never_answers,
  at_wrong_data,
  at_no_errors,
  at_misses_shortcuts,
  at_keeps_reference,
  at_releases_twice
};

// A memory of 0x800 bytes at 0 and a register at 0x10000, nothing else; LT and AT. Tolerates
// everything that an initiator does.
class FlawedTarget : public sc_core::sc_module, private tlm::tlm_fw_transport_if<> {
 public:
  SC_HAS_PROCESS(FlawedTarget);
  static constexpr std::uint64_t size = 0x800;
  static constexpr std::uint64_t register_at = 0x10000;

  FlawedTarget(const sc_core::sc_module_name& name, Flaw what, const Offers& offers = {})
      : sc_module(name), flaw_(what), offers_(offers) {
    socket.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
    SC_METHOD(respond);
    sensitive << event_;
    dont_initialize();
  }

  tlm::tlm_target_socket<32> socket{"socket"};

  // What a suite is to know of it.
  static TargetDescription description();

  void reset() {
    if (!is(Flaw::reset_keeps_pointers)) socket->invalidate_direct_mem_ptr(0, size - 1);
    was_reset_ = true;
    if (is(Flaw::reset_drops)) queue_.clear();
  }

 private:
  using Payload = tlm::tlm_generic_payload;

  bool is(Flaw flaw) const { return flaw_ == flaw; }
  tlm::tlm_response_status serve(Payload& payload, bool at);
  tlm::tlm_response_status refusal(const Payload& payload) const;
  void move(Payload& payload, bool at);
  void respond();
  void close(Payload& payload);

  tlm::tlm_sync_enum nb_transport_fw(Payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override;
  void b_transport(Payload& payload, sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) override;
  unsigned transport_dbg(Payload& payload) override;

  const Flaw flaw_;
  const Offers offers_;  // everything else is refused
  std::vector<unsigned char> memory_ = std::vector<unsigned char>(size + 0x2000);
  std::uint32_t register_ = 0;
  std::deque<Payload*> queue_;  // to be answered
  Payload* open_ = nullptr;     // between BEGIN_RESP and END_RESP
  unsigned requests_ = 0;
  bool was_reset_ = false;
  sc_core::sc_event event_{"event"};
};

}  // namespace tensordash::conformance
