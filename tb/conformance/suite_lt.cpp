// Loosely timed accesses of a TargetSuite.
#include <algorithm>
#include <array>

#include "tb/conformance/target_suite_core.h"

namespace tensordash::conformance {
namespace {

constexpr unsigned longest_access = 4096;

}  // namespace

void TargetSuiteCore::try_lengths(Area& area) {
  const auto most =
      static_cast<unsigned>(std::min<std::uint64_t>(longest_access, area.bytes.size()));
  const auto both = [&](std::uint64_t offset, unsigned bytes) {
    access_area(area, true, offset, bytes, bytes, {}, "lt.data");
    access_area(area, false, offset, bytes, bytes, {}, "lt.data");
    if (!burst_offered(area.base + offset, bytes, bytes)) read_back(area, offset, bytes, "lt.data");
  };
  for (unsigned turn = 0; turn < description_.accesses; ++turn) {
    const unsigned limit = turn % 8 == 0 ? most : std::min(most, 80U);
    const unsigned bytes = turn == 0 ? most : 1 + below(limit);
    const std::uint64_t offset = random_offset(area, bytes);
    both(offset, bytes);
    if (burst_offered(area.base + offset, bytes, bytes)) continue;
    // That was a refusal; now what is offered of it.
    std::uint64_t address = area.base + offset;
    unsigned length = bytes;
    fit(area.base, address, length);
    both(address - area.base, length);
  }
}

void TargetSuiteCore::try_byte_enables(Area& area) {
  const auto most = static_cast<unsigned>(std::min<std::uint64_t>(64, area.bytes.size()));
  const auto both = [&](unsigned bytes, const std::vector<unsigned char>& enables) {
    std::uint64_t address = area.base + random_offset(area, bytes);
    fit(area.base, address, bytes);
    const std::uint64_t offset = address - area.base;
    access_area(area, true, offset, bytes, bytes, enables, "lt.byte_enables");
    access_area(area, false, offset, bytes, bytes, {}, "lt.byte_enables");
    access_area(area, false, offset, bytes, bytes, enables, "lt.byte_enables");
  };
  for (unsigned bits = 0; bits < 16; ++bits) {
    std::vector<unsigned char> enables(4);
    for (unsigned at = 0; at < 4; ++at) enables[at] = (bits >> at & 1U) != 0 ? 0xff : 0;
    both(std::min(4U, most), enables);
    both(std::min(11U, most), enables);
  }
  for (unsigned turn = 0; turn < description_.accesses / 4; ++turn) {
    const unsigned bytes = 1 + below(most);
    both(bytes, random_enables(1 + below(bytes + 4)));
  }
}

void TargetSuiteCore::try_streaming(Area& area) {
  const auto most = static_cast<unsigned>(std::min<std::uint64_t>(64, area.bytes.size()));
  for (unsigned turn = 0; turn < description_.accesses / 4; ++turn) {
    unsigned bytes = 1 + below(most);
    std::uint64_t address = area.base + random_offset(area, bytes);
    fit(area.base, address, bytes);
    const unsigned width = turn % 4 == 0 ? bytes + 1 + below(1000) : fit_width(1 + below(bytes));
    const std::uint64_t offset = address - area.base;
    std::vector<unsigned char> enables;
    if (turn % 3 == 0 && description_.offers.byte_enables &&
        findings.broken("lt.byte_enables") == 0) {
      enables = random_enables(1 + below(bytes));
    }
    access_area(area, true, offset, bytes, width, enables, "lt.streaming");
    access_area(area, false, offset, bytes, width, {}, "lt.streaming");
    access_area(area, false, offset, bytes, bytes, {}, "lt.streaming");
  }
}

/// Whatever the answer, it is one, and nothing moves but the bytes in question.
void TargetSuiteCore::try_illegal(Area& area) {
  SuitePayload payload(nullptr);
  const unsigned bytes = static_cast<unsigned>(std::min<std::uint64_t>(8, area.bytes.size()));
  for (const tlm::tlm_command command : {tlm::TLM_READ_COMMAND, tlm::TLM_WRITE_COMMAND}) {
    for (unsigned kind = 0; kind < 5; ++kind) {
      const std::uint64_t offset = random_offset(area, bytes);
      payload.set_up(command, area.base + offset, bytes);
      if (command == tlm::TLM_WRITE_COMMAND) {
        // What memory holds: whether it is written does not matter then.
        std::copy_n(area.bytes.begin() + static_cast<std::ptrdiff_t>(offset), bytes,
                    payload.bytes());
      }
      if (kind == 0) payload.set_data_length(0);
      if (kind == 1) payload.set_streaming_width(0);
      if (kind == 2) {
        payload.set_data_length(0);
        payload.set_data_ptr(nullptr);
      }
      if (kind == 3) {
        payload.set_enables({0xff});
        payload.set_byte_enable_length(0);
      }
      if (kind == 4) payload.set_enables({0xff, 0x01, 0x80});
      transport(payload);
    }
  }
}

void TargetSuiteCore::try_ignore(Area& area) {
  SuitePayload payload(nullptr), after(nullptr);
  payload.set_up(tlm::TLM_IGNORE_COMMAND, area.base, 1);
  const std::vector<unsigned char> data = payload.buffer;
  transport(payload);
  after.set_up(tlm::TLM_READ_COMMAND, area.base, 1);
  transport(after);
  findings.check("lt.ignore", payload.buffer == data && *after.bytes() == area.bytes.front(),
                 area.base, "data have moved");
  area.bytes.front() = *after.bytes();
}

bool TargetSuiteCore::hole_at(std::uint64_t address) const {
  return std::any_of(description_.windows.begin(), description_.windows.end(),
                     [address](const Window& each) {
                       return each.kind == WindowKind::hole && address >= each.base &&
                              address - each.base < each.bytes;
                     });
}

void TargetSuiteCore::try_ends(Area& area) {
  const std::uint64_t end = area.window->base + area.window->bytes;
  if (area.end() != end) return;
  for (const unsigned bytes : {1U, 3U, 4U, 8U}) {
    if (bytes > area.bytes.size()) continue;
    access_area(area, true, area.bytes.size() - bytes, bytes, bytes, {}, "lt.last_byte");
    access_area(area, false, area.bytes.size() - bytes, bytes, bytes, {}, "lt.last_byte");
  }
  if (end == 0 || !hole_at(end)) return;
  SuitePayload payload(nullptr);
  for (const unsigned beyond : {1U, 2U, 3U}) {
    payload.set_up(tlm::TLM_READ_COMMAND, end - 4 + beyond, 4);
    const bool address_error = transport(payload) == tlm::TLM_ADDRESS_ERROR_RESPONSE;
    findings.check("lt.address_error", address_error || refused(payload, end - 4 + beyond),
                   end - 4 + beyond, "past the end: " + payload.get_response_string());
  }
}

void TargetSuiteCore::try_holes() {
  SuitePayload payload(nullptr);
  for (const Window& window : description_.windows) {
    if (window.kind != WindowKind::hole) continue;
    for (const std::uint64_t offset : {std::uint64_t{0}, window.bytes / 2, window.bytes - 1}) {
      for (const tlm::tlm_command command : {tlm::TLM_READ_COMMAND, tlm::TLM_WRITE_COMMAND}) {
        payload.set_up(command, window.base + offset, 1);
        const bool address_error = transport(payload) == tlm::TLM_ADDRESS_ERROR_RESPONSE;
        findings.check("lt.address_error", address_error, window.base + offset,
                       payload.get_response_string());
      }
    }
  }
}

void TargetSuiteCore::try_registers() {
  SuitePayload payload(nullptr);
  const auto word = [&](tlm::tlm_command command, std::uint64_t address, std::uint32_t value) {
    payload.set_up(command, address, 4);
    for (unsigned at = 0; at < 4; ++at) {
      payload.bytes()[at] = static_cast<unsigned char>(value >> 8 * at);
    }
    const bool good = transport(payload) == tlm::TLM_OK_RESPONSE;
    findings.check("registers.access", good, address, payload.get_response_string());
    std::uint32_t result = 0;
    for (unsigned at = 0; at < 4; ++at) result |= std::uint32_t{payload.bytes()[at]} << 8 * at;
    return result;
  };
  for (const Window& window : description_.windows) {
    for (const RegisterWord& each : window.words) {
      const std::uint32_t before = word(tlm::TLM_READ_COMMAND, each.address, 0);
      if (each.writable == 0) continue;
      for (const std::uint32_t value : {0xffffffffU, 0U, 0x5aa5c33cU, before}) {
        const std::uint32_t written = (before & ~each.writable) | (value & each.writable);
        word(tlm::TLM_WRITE_COMMAND, each.address, written);
        if (findings.broken("registers.access") != 0) break;
        const std::uint32_t now = word(tlm::TLM_READ_COMMAND, each.address, 0);
        findings.check("registers.read_back", ((now ^ written) & each.writable) == 0, each.address,
                       "other bits than were written");
      }
    }
  }
}

void TargetSuiteCore::try_loosely_timed() {
  for (Area& area : areas_) {
    try_lengths(area);
    check_area(area, "lt.elsewhere", "lt.data");
    try_byte_enables(area);
    check_area(area, "lt.elsewhere", "lt.byte_enables");
    try_streaming(area);
    check_area(area, "lt.elsewhere", "lt.streaming");
    try_ends(area);
    check_area(area, "lt.elsewhere", "lt.last_byte");
    try_illegal(area);
    check_area(area, "lt.illegal", "lt.illegal");
    try_ignore(area);
  }
  try_holes();
  try_registers();
}

}  // namespace tensordash::conformance
