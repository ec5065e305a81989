// Single accesses of a TargetSuite by b_transport, and what memory holds.
#include <algorithm>

#include "tb/conformance/target_suite_core.h"

namespace tensordash::conformance {

/// One b_transport; its data are compared by the caller.
tlm::tlm_response_status TargetSuiteCore::transport(SuitePayload& payload) {
  const Attributes before = Attributes::of(payload);
  const std::vector<unsigned char> buffer = payload.buffer;
  sc_core::sc_time delay = below(2) == 0 ? sc_core::SC_ZERO_TIME : some_time();
  const sc_core::sc_time time = sc_core::sc_time_stamp() + delay;
  target().b_transport(payload, delay);
  findings.check("lt.delay", sc_core::sc_time_stamp() + delay >= time, before.address,
                 "a smaller delay returned");
  findings.check("lt.response_set", payload.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE,
                 before.address, "TLM_INCOMPLETE_RESPONSE");
  const bool address_is_back =
      !description_.address_comes_back || payload.get_address() == before.address;
  findings.check("lt.kept", before.same_but_address(Attributes::of(payload)) && address_is_back,
                 before.address, "an attribute has changed");
  const bool whole = payload.is_read() ? payload.guards_are_whole() : payload.buffer == buffer;
  findings.check("lt.buffer", whole, before.address,
                 payload.is_read() ? "bytes around the data have changed"
                                   : "the data of a write have changed");
  if (payload.is_response_ok() && payload.is_dmi_allowed()) check_hint(before.address);
  // A target that keeps count of its time would fall behind the simulation.
  wait(delay);
  return payload.get_response_status();
}

std::vector<unsigned char> TargetSuiteCore::contents(const Area& area, const char* rule) {
  SuitePayload payload(nullptr);
  std::vector<unsigned char> bytes(area.bytes.size());
  std::uint64_t at = 0;
  while (at < bytes.size()) {
    const unsigned length = offered_length(area.base + at, bytes.size() - at);
    payload.set_up(tlm::TLM_READ_COMMAND, area.base + at, length);
    const bool good = transport(payload) == tlm::TLM_OK_RESPONSE;
    if (rule != nullptr) {
      findings.check(rule, good, area.base + at, "a read that is not answered OK");
    }
    std::copy_n(payload.bytes(), length, bytes.begin() + static_cast<std::ptrdiff_t>(at));
    at += length;
  }
  return bytes;
}

void TargetSuiteCore::read_areas(const char* rule) {
  for (Area& area : areas_) area.bytes = contents(area, rule);
}

void TargetSuiteCore::access_area(Area& area, bool write, std::uint64_t offset, unsigned bytes,
                                  unsigned width, const std::vector<unsigned char>& enables,
                                  const char* rule) {
  SuitePayload payload(nullptr);
  const std::uint64_t address = area.base + offset;
  payload.set_up(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND, address, bytes);
  payload.set_streaming_width(width);
  if (!enables.empty()) payload.set_enables(enables);
  for (unsigned at = 0; at < bytes; ++at) {
    payload.bytes()[at] = static_cast<unsigned char>(random_());
  }
  std::vector<unsigned char> expected(payload.bytes(), payload.bytes() + bytes);
  const tlm::tlm_response_status status = transport(payload);
  if (refused(payload, address)) {
    // That nothing was written is judged by the reads that follow.
    findings.check(rule, true, address, "");
    return;
  }
  findings.check(rule, status == tlm::TLM_OK_RESPONSE, address, payload.get_response_string());
  for (unsigned at = 0; at < bytes; ++at) {
    if (!enables.empty() && enables[at % enables.size()] != TLM_BYTE_ENABLED) continue;
    unsigned char& byte = area.bytes[offset + at % width];
    if (write) {
      byte = expected[at];
    } else {
      expected[at] = byte;
    }
  }
  if (write) return;  // judged by the reads that follow
  findings.check(rule, std::equal(expected.begin(), expected.end(), payload.bytes()), address,
                 std::to_string(bytes) + " bytes read, some of them wrong");
}

void TargetSuiteCore::read_back(Area& area, std::uint64_t offset, unsigned bytes,
                                const char* rule) {
  const std::uint64_t end = offset + bytes;
  while (offset < end) {
    const unsigned length = offered_length(area.base + offset, end - offset);
    access_area(area, false, offset, length, length, {}, rule);
    offset += length;
  }
}

std::uint64_t TargetSuiteCore::random_offset(const Area& area, unsigned bytes) {
  return below(area.bytes.size() - bytes + 1);
}

/// Compares all of an area with what it should hold, unless `tried` has been broken: what was found
/// once is not found again under another name. From then on it should hold what it does.
void TargetSuiteCore::check_area(Area& area, const char* rule, const char* tried) {
  const std::vector<unsigned char> known = area.bytes;
  area.bytes = contents(area, nullptr);
  if (findings.broken(tried) != 0) return;
  const auto [here, there] = std::mismatch(known.begin(), known.end(), area.bytes.begin());
  findings.check(rule, here == known.end(),
                 area.base + static_cast<std::uint64_t>(here - known.begin()),
                 "a byte that was not written has changed");
}

}  // namespace tensordash::conformance
