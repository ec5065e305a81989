#pragma once

#include <cstdint>
#include <systemc>
#include <tlm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tb/conformance/findings.h"

namespace tensordash::conformance {

/// Rules of the base protocol that a target (tlm::tlm_sync_enum and phases) can break.
const std::vector<Rule>& target_phase_rules();
/// The same of an initiator.
const std::vector<Rule>& initiator_phase_rules();

/// What an initiator has set in a payload, which stays till the response.
struct Attributes {
  tlm::tlm_command command = tlm::TLM_IGNORE_COMMAND;
  std::uint64_t address = 0;
  const unsigned char* data = nullptr;
  const unsigned char* enables = nullptr;
  unsigned length = 0, width = 0, enable_length = 0;

  static Attributes of(const tlm::tlm_generic_payload& payload);
  /// All but the address, which interconnects change.
  bool same_but_address(const Attributes& other) const;
};

/// Follows the transactions between one initiator socket and one target socket and checks them
/// against the base protocol (IEEE 1666, the chapter of that name). Exclusion rules count calls in
/// their order, as the standard does, not annotated times.
class PhaseTracker {
 public:
  /// With `judge_initiator` the findings have initiator_phase_rules() too.
  PhaseTracker(Findings& findings, bool judge_initiator, bool address_comes_back)
      : findings_(findings),
        judge_initiator_(judge_initiator),
        address_comes_back_(address_comes_back) {}

  /// The initiator calls with BEGIN_REQ.
  void begin_request(tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay);
  /// That call returns.
  void begin_request_returned(tlm::tlm_generic_payload& payload, tlm::tlm_sync_enum status,
                              const tlm::tlm_phase& phase, const sc_core::sc_time& before,
                              const sc_core::sc_time& after);
  /// The target calls backward, or returned this phase.
  void target_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                    const sc_core::sc_time& delay);
  /// The initiator learns of it: at once, unless somebody between holds it back.
  void delivered(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase);
  /// The initiator's answer to a call backward with `sent`. True: the response has ended.
  bool answered(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& sent,
                tlm::tlm_sync_enum status, const tlm::tlm_phase& phase,
                const sc_core::sc_time& before, const sc_core::sc_time& after);
  /// The initiator calls with END_RESP.
  void end_response(tlm::tlm_generic_payload& payload);
  /// The initiator learns of TLM_COMPLETED: all is over.
  void completed(tlm::tlm_generic_payload& payload) { forget(payload); }
  /// The initiator calls with a phase that only targets send.
  void wrong_initiator_phase(tlm::tlm_generic_payload& payload);

  /// To be called when all should be over.
  void finish();

  std::size_t in_flight() const { return flights_.size(); }
  bool request_open() const { return request_ != nullptr; }
  bool response_open() const { return !heard_responses_.empty(); }
  /// Whether the target has completed this transaction and takes no END_RESP; false if unknown.
  bool completed_by_target(tlm::tlm_generic_payload& payload) const;

 private:
  enum class Stage { requested, accepted, answered };
  struct Flight {
    Attributes attributes;
    Stage stage = Stage::requested;
    bool completed = false;
    sc_core::sc_time last;
  };

  void check_response(const tlm::tlm_generic_payload& payload, const Flight& flight);
  void forget(tlm::tlm_generic_payload& payload);
  void judge(const char* rule, bool holds, std::uint64_t address, const char* seen);

  Findings& findings_;
  const bool judge_initiator_, address_comes_back_;
  std::unordered_map<tlm::tlm_generic_payload*, Flight> flights_;
  tlm::tlm_generic_payload* request_ = nullptr;        ///< as the initiator knows it
  tlm::tlm_generic_payload* said_response_ = nullptr;  ///< as the target does
  /// As the initiator does; several when the target breaks its rule.
  std::unordered_set<tlm::tlm_generic_payload*> heard_responses_;
};

}  // namespace tensordash::conformance
