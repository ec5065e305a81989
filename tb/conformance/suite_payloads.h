#pragma once

#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

namespace tensordash::conformance {

/// A payload that brings its own buffers and knows what is expected of it.
struct SuitePayload : tlm::tlm_generic_payload {
  explicit SuitePayload(tlm::tlm_mm_interface* manager) : tlm_generic_payload(manager) {}

  /// Sets an access as new, with guards around the data.
  void set_up(tlm::tlm_command command, std::uint64_t address, unsigned bytes);
  void set_enables(const std::vector<unsigned char>& pattern);
  unsigned char* bytes() { return buffer.data() + guard; }
  bool guards_are_whole() const;

  static constexpr unsigned guard = 64;
  std::vector<unsigned char> buffer, enables, expected;
  unsigned length = 0;
  tlm::tlm_response_status response = tlm::TLM_OK_RESPONSE;  ///< that is expected
  unsigned slot = 0;
  bool compare = false;   ///< data are known
  bool held = false;      ///< we have a reference
  bool answered = false;  ///< its response has begun
};

/// Memory manager of the suite, which notices references that are lost or given back too often.
class SuitePayloads : public tlm::tlm_mm_interface {
 public:
  SuitePayloads() = default;
  ~SuitePayloads() override = default;
  SuitePayloads(const SuitePayloads&) = delete;
  SuitePayloads& operator=(const SuitePayloads&) = delete;

  /// Acquired once.
  SuitePayload& take();
  /// Gives our reference back, if the target has left it.
  static void give_back(SuitePayload& payload);
  void free(tlm::tlm_generic_payload* payload) override;

  /// Payloads that we gave back and the target did not.
  unsigned kept() const;
  /// Payloads whose last reference, ours, was released by the target.
  unsigned stolen() const { return stolen_; }

 private:
  // Never used again: who keeps a payload too long shall not disturb others.
  std::vector<std::unique_ptr<SuitePayload>> payloads_;
  unsigned freed_ = 0, stolen_ = 0;
};

}  // namespace tensordash::conformance
