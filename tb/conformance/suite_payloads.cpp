#include "tb/conformance/suite_payloads.h"

#include <algorithm>

namespace tensordash::conformance {
namespace {

constexpr unsigned char guard_byte = 0xa5;

}  // namespace

void SuitePayload::set_up(tlm::tlm_command command, std::uint64_t address, unsigned bytes) {
  length = bytes;
  buffer.assign(bytes + 2 * guard, guard_byte);
  set_command(command);
  set_address(address);
  set_data_ptr(buffer.data() + guard);
  set_data_length(bytes);
  set_streaming_width(bytes);
  set_byte_enable_ptr(nullptr);
  set_byte_enable_length(0);
  set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  set_dmi_allowed(false);
}

void SuitePayload::set_enables(const std::vector<unsigned char>& pattern) {
  enables = pattern;
  set_byte_enable_ptr(enables.data());
  set_byte_enable_length(static_cast<unsigned>(enables.size()));
}

bool SuitePayload::guards_are_whole() const {
  const auto whole = [](unsigned char byte) { return byte == guard_byte; };
  return std::all_of(buffer.begin(), buffer.begin() + guard, whole) &&
         std::all_of(buffer.end() - guard, buffer.end(), whole);
}

SuitePayload& SuitePayloads::take() {
  payloads_.push_back(std::make_unique<SuitePayload>(this));
  SuitePayload& payload = *payloads_.back();
  payload.acquire();
  payload.held = true;
  return payload;
}

void SuitePayloads::give_back(SuitePayload& payload) {
  if (!payload.held) return;
  payload.held = false;
  payload.release();
}

void SuitePayloads::free(tlm::tlm_generic_payload* payload) {
  auto& own = static_cast<SuitePayload&>(*payload);
  ++freed_;
  if (!own.held) return;
  own.held = false;
  ++stolen_;
}

unsigned SuitePayloads::kept() const {
  const auto held = static_cast<unsigned>(
      std::count_if(payloads_.begin(), payloads_.end(),
                    [](const std::unique_ptr<SuitePayload>& each) { return each->held; }));
  return static_cast<unsigned>(payloads_.size()) - freed_ - held;
}

}  // namespace tensordash::conformance
