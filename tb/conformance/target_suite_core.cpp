#include "tb/conformance/target_suite_core.h"

#include <algorithm>

namespace tensordash::conformance {
namespace {

/// Of a large memory only its beginning and its end are tried.
constexpr std::uint64_t area_bytes = 0x2400;

}  // namespace

std::vector<Rule> TargetSuiteCore::rules() {
  std::vector<Rule> rules = {
      {"lt.response_set", "a response status other than INCOMPLETE, whatever the payload"},
      {"lt.kept", "command, address, pointers, lengths and streaming width stay"},
      {"lt.buffer", "reads write only the data, writes not even that"},
      {"lt.delay", "time and delay together do not go back in b_transport"},
      {"lt.data",
       "a legal access is answered OK and gives what was written, or is not offered: BURST_ERROR"},
      {"lt.byte_enables",
       "only enabled bytes move; where not offered, TLM_BYTE_ENABLE_ERROR_RESPONSE moves none"},
      {"lt.streaming",
       "byte i lies at address + i mod streaming width, or BURST_ERROR; wider is no streaming"},
      {"lt.ignore", "the ignore command moves nothing"},
      {"lt.illegal", "an illegal payload writes nothing that it should not"},
      {"lt.last_byte", "the last byte of a window can be reached"},
      {"lt.address_error", "TLM_ADDRESS_ERROR_RESPONSE where there is nothing"},
      {"lt.elsewhere", "writes change no other bytes"},
      {"registers.access", "aligned words are answered OK"},
      {"registers.read_back", "writable bits read back what was written"},
      {"debug.data", "transport_dbg sees and changes the same bytes, all it was asked for"},
      {"debug.ends", "transport_dbg moves nothing beyond the window"},
      {"debug.no_time", "transport_dbg takes no time and calls nobody back"},
      {"dmi.hint", "where dmi_allowed was set, a pointer is granted"},
      {"dmi.granted", "a pointer is granted, for the command that was asked for"},
      {"dmi.range", "the range contains the address and nothing outside the window"},
      {"dmi.exact", "the range ends with the window, at its last byte"},
      {"dmi.data", "pointer and transport see the same bytes"},
      {"dmi.refused", "no pointer where there is no memory or no direct access"},
      {"dmi.refused_range", "a refusal has a range that contains the address"},
      {"dmi.invalidated", "a reset takes all pointers back"},
      {"at.data", "reads give what was written"},
      {"at.response", "the response that LT gives: OK, or an address error in holes"},
      {"at.shortcuts", "TLM_COMPLETED and TLM_UPDATED with END_RESP end a response"},
      {"at.references", "every acquire() of a payload is met by one release()"},
      {"reset.recovers", "accesses go on after a reset"},
      {"reset.completes", "transactions in flight end all the same"},
  };
  rules.insert(rules.end(), target_phase_rules().begin(), target_phase_rules().end());
  return rules;
}

TargetSuiteCore::TargetSuiteCore(const sc_core::sc_module_name& name, TargetDescription description)
    : sc_module(name),
      findings(rules()),
      description_(std::move(description)),
      random_(description_.seed),
      tracker_(findings, false, description_.address_comes_back) {
  require_description();
  mark_rules();
  SC_THREAD(run);
  SC_METHOD(end_later);
  sensitive << end_event_;
  dont_initialize();
}

void TargetSuiteCore::require_description() const {
  constexpr const char* report_id = "/tensordash/conformance/target_suite";
  const std::vector<Window>& windows = description_.windows;
  const bool tries = std::any_of(windows.begin(), windows.end(), [](const Window& each) {
    return each.kind != WindowKind::registers || !each.words.empty();
  });
  if (!tries) {
    SC_REPORT_ERROR(report_id,
                    "the description names nothing to try; allowed: a memory, a hole, or registers "
                    "with words");
  }
  for (std::size_t one = 0; one < windows.size(); ++one) {
    if (windows[one].bytes == 0) {
      SC_REPORT_ERROR(report_id, "a window has no bytes; allowed: 1 or more");
    }
    for (std::size_t other = one + 1; other < windows.size(); ++other) {
      const Window& first =
          windows[one].base <= windows[other].base ? windows[one] : windows[other];
      const Window& second = &first == &windows[one] ? windows[other] : windows[one];
      if (second.base - first.base < first.bytes) {
        SC_REPORT_ERROR(report_id,
                        "windows of the description overlap; allowed: each address once");
      }
    }
  }
}

void TargetSuiteCore::mark_rules() {
  const auto none_of = [this](auto condition) {
    return std::none_of(description_.windows.begin(), description_.windows.end(), condition);
  };
  const auto skip = [this](const std::vector<const char*>& ids) {
    for (const char* const id : ids) findings.set_not_applicable(id);
  };
  const bool no_memory =
      none_of([](const Window& each) { return each.kind == WindowKind::memory; });
  const bool no_words = none_of([](const Window& each) { return !each.words.empty(); });
  const bool no_hole = none_of([](const Window& each) { return each.kind == WindowKind::hole; });
  const bool no_dmi = none_of([](const Window& each) { return each.dmi; });
  const bool all_dmi = none_of([](const Window& each) { return !each.dmi; });
  if (no_memory) {
    skip({"lt.data", "lt.byte_enables", "lt.streaming", "lt.ignore", "lt.illegal", "lt.last_byte",
          "lt.elsewhere", "at.data"});
  }
  if (no_words) skip({"registers.access", "registers.read_back"});
  if (no_hole) skip({"lt.address_error"});
  if (no_memory || !description_.debug) skip({"debug.data", "debug.ends", "debug.no_time"});
  if (no_dmi) skip({"dmi.hint", "dmi.granted", "dmi.range", "dmi.exact", "dmi.data"});
  if (none_of([](const Window& each) { return each.dmi && each.dmi_is_whole; })) {
    skip({"dmi.exact"});
  }
  if (all_dmi) skip({"dmi.refused", "dmi.refused_range"});
  if (no_dmi || !description_.reset) skip({"dmi.invalidated"});
  if (no_memory || !description_.reset) skip({"reset.recovers"});
  const bool at = description_.at && !no_memory;
  if (!at) {
    skip({"at.data", "at.response", "at.shortcuts", "at.references"});
    for (const Rule& rule : target_phase_rules()) findings.set_not_applicable(rule.id);
  }
  if (!at || !description_.reset || !description_.reset_in_traffic) skip({"reset.completes"});
  if (!description_.address_comes_back) skip({"nb.address_back"});
}

void TargetSuiteCore::choose_areas() {
  for (const Window& window : description_.windows) {
    if (window.kind != WindowKind::memory) continue;
    const auto add = [&](std::uint64_t base, std::uint64_t bytes) {
      areas_.push_back({&window, base, std::vector<unsigned char>(bytes)});
    };
    if (window.bytes <= 2 * area_bytes) {
      add(window.base, window.bytes);
    } else {
      add(window.base, area_bytes);
      add(window.base + (window.bytes - area_bytes), area_bytes);
    }
  }
}

void TargetSuiteCore::run() {
  choose_areas();
  read_areas("lt.data");
  try_loosely_timed();
  for (Area& area : areas_) {
    if (description_.debug) try_debug(area);
    if (area.window->dmi) try_direct(area);
  }
  if (description_.debug) try_debug_ends();
  // Whatever was wrong so far is not to be found again.
  read_areas("lt.data");
  try_refusals();
  if (description_.at && !areas_.empty()) try_approximately_timed();
  if (description_.reset) try_reset();
  done_ = true;
  finished.notify(sc_core::SC_ZERO_TIME);
}

std::vector<unsigned char> TargetSuiteCore::random_enables(unsigned bytes) {
  std::vector<unsigned char> enables(bytes);
  for (unsigned char& each : enables) {
    each = below(2) == 0 ? TLM_BYTE_DISABLED : TLM_BYTE_ENABLED;
  }
  return enables;
}

}  // namespace tensordash::conformance
