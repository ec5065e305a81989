// Debug and direct access of a TargetSuite, and resets.
#include <algorithm>
#include <limits>

#include "tb/conformance/target_suite_core.h"

namespace tensordash::conformance {

unsigned TargetSuiteCore::debug(SuitePayload& payload) {
  const sc_dt::uint64 time = sc_core::sc_time_stamp().value();
  const auto delta = sc_core::sc_delta_count();
  const unsigned calls = backward_calls_;
  const unsigned moved = target().transport_dbg(payload);
  const bool at_once =
      sc_core::sc_time_stamp().value() == time && sc_core::sc_delta_count() == delta;
  findings.check("debug.no_time", at_once && backward_calls_ == calls, payload.get_address(),
                 at_once ? "a call backward" : "time has passed");
  return moved;
}

void TargetSuiteCore::try_debug(Area& area) {
  SuitePayload payload(nullptr);
  const auto most = static_cast<unsigned>(std::min<std::uint64_t>(64, area.bytes.size()));
  for (unsigned turn = 0; turn < description_.accesses / 8; ++turn) {
    const unsigned bytes = 1 + below(most);
    const std::uint64_t offset = random_offset(area, bytes);
    const auto from = area.bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    payload.set_up(tlm::TLM_READ_COMMAND, area.base + offset, bytes);
    const unsigned read = debug(payload);
    findings.check("debug.data",
                   read == bytes && std::equal(payload.bytes(), payload.bytes() + bytes, from),
                   area.base + offset, std::to_string(read) + " bytes read");
    payload.set_up(tlm::TLM_WRITE_COMMAND, area.base + offset, bytes);
    for (unsigned at = 0; at < bytes; ++at) {
      payload.bytes()[at] = static_cast<unsigned char>(random_());
    }
    const unsigned written = debug(payload);
    findings.check("debug.data", written == bytes, area.base + offset,
                   std::to_string(written) + " bytes written");
    std::copy_n(payload.bytes(), std::min(written, bytes), from);
    read_back(area, offset, bytes, "debug.data");
  }
}

void TargetSuiteCore::try_debug_ends() {
  SuitePayload payload(nullptr);
  for (const Window& window : description_.windows) {
    const std::uint64_t end = window.base + window.bytes;
    if (window.kind == WindowKind::memory && end != 0 && hole_at(end)) {
      const auto room = static_cast<unsigned>(std::min<std::uint64_t>(5, window.bytes));
      payload.set_up(tlm::TLM_READ_COMMAND, end - room, room + 8);
      const unsigned moved = debug(payload);
      findings.check("debug.ends", moved <= room, end - room,
                     std::to_string(moved) + " bytes where there are " + std::to_string(room));
    }
    if (window.kind == WindowKind::hole) {
      payload.set_up(tlm::TLM_READ_COMMAND, window.base, 1);
      findings.check("debug.ends", debug(payload) == 0, window.base, "bytes where there are none");
    }
  }
}

bool TargetSuiteCore::direct(tlm::tlm_command command, std::uint64_t address, tlm::tlm_dmi& dmi) {
  SuitePayload payload(nullptr);
  payload.set_up(command, address, 1);
  dmi.init();
  return target().get_direct_mem_ptr(payload, dmi);
}

void TargetSuiteCore::check_hint(std::uint64_t address) {
  if (std::none_of(description_.windows.begin(), description_.windows.end(),
                   [](const Window& each) { return each.dmi; })) {
    findings.check("dmi.refused", false, address, "dmi_allowed is set");
    return;
  }
  tlm::tlm_dmi dmi;
  findings.check("dmi.hint", direct(tlm::TLM_READ_COMMAND, address, dmi), address,
                 "dmi_allowed, and no pointer");
}

void TargetSuiteCore::try_direct(Area& area) {
  const Window& window = *area.window;
  const std::uint64_t window_last = window.base + (window.bytes - 1);
  const std::uint64_t last = area.base + (area.bytes.size() - 1);
  for (const std::uint64_t address : {area.base, area.base + area.bytes.size() / 2, last}) {
    for (const tlm::tlm_command command : {tlm::TLM_READ_COMMAND, tlm::TLM_WRITE_COMMAND}) {
      tlm::tlm_dmi dmi;
      const bool granted = direct(command, address, dmi);
      const bool useful =
          granted && dmi.get_dmi_ptr() != nullptr &&
          (command == tlm::TLM_READ_COMMAND ? dmi.is_read_allowed() : dmi.is_write_allowed());
      if (!findings.check("dmi.granted", useful, address,
                          granted ? "a grant without this access" : "no pointer")) {
        continue;
      }
      const std::uint64_t from = dmi.get_start_address();
      const std::uint64_t to = dmi.get_end_address();
      const bool inside =
          from <= address && address <= to && from >= window.base && to <= window_last;
      // Reading through a pointer that does not fit could crash.
      if (!findings.check("dmi.range", inside, address, "a grant that does not fit")) continue;
      if (window.dmi_is_whole) {
        findings.check("dmi.exact", from == window.base && to == window_last, address,
                       "another range than the window's");
      }
      for (const std::uint64_t at : {area.base, last, address}) try_pointer(area, dmi, at);
    }
  }
}

void TargetSuiteCore::try_pointer(Area& area, const tlm::tlm_dmi& dmi, std::uint64_t address) {
  if (address < dmi.get_start_address() || address > dmi.get_end_address()) return;
  unsigned char* const byte = dmi.get_dmi_ptr() + (address - dmi.get_start_address());
  const std::uint64_t offset = address - area.base;
  if (dmi.is_read_allowed()) {
    findings.check("dmi.data", *byte == area.bytes[offset], address, "another byte to read");
  }
  if (!dmi.is_write_allowed()) return;
  area.bytes[offset] = *byte = static_cast<unsigned char>(random_());
  access_area(area, false, offset, 1, 1, {}, "dmi.data");
}

void TargetSuiteCore::try_refusals() {
  for (const Window& window : description_.windows) {
    if (window.dmi) continue;
    for (const std::uint64_t offset : {std::uint64_t{0}, window.bytes - 1}) {
      const std::uint64_t address = window.base + offset;
      tlm::tlm_dmi dmi;
      if (!findings.check("dmi.refused", !direct(tlm::TLM_READ_COMMAND, address, dmi), address,
                          "a pointer is granted")) {
        continue;
      }
      findings.check("dmi.refused_range",
                     dmi.get_start_address() <= address && address <= dmi.get_end_address(),
                     address, "a range without the address");
    }
  }
}

void TargetSuiteCore::try_reset() {
  // Pointers that are out are to be taken back.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> grants;
  for (const Area& area : areas_) {
    tlm::tlm_dmi dmi;
    if (!area.window->dmi || !direct(tlm::TLM_READ_COMMAND, area.base, dmi)) continue;
    const std::uint64_t last = area.window->base + (area.window->bytes - 1);
    grants.emplace_back(dmi.get_start_address(),
                        std::min<std::uint64_t>(dmi.get_end_address(), last));
  }
  invalidated_.clear();
  description_.reset();
  wait(sc_core::SC_ZERO_TIME);
  for (const auto& [first, last] : grants) {
    bool taken = false;
    for (const auto& range : invalidated_) {
      taken = taken || (range.first <= first && range.second >= last);
    }
    findings.check("dmi.invalidated", taken, first, "a pointer that was not taken back");
  }
  const bool in_traffic = at_alive_ && description_.reset_in_traffic;
  if (in_traffic) {
    findings.check("reset.completes", run_traffic(description_.accesses / 4, false, true), 0,
                   "transactions that never ended");
  }
  read_areas("reset.recovers");
  for (Area& area : areas_) {
    access_area(area, true, 0, 1, 1, {}, "reset.recovers");
    access_area(area, false, 0, 1, 1, {}, "reset.recovers");
  }
}

}  // namespace tensordash::conformance
