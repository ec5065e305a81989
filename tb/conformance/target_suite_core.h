#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

#include "tb/conformance/findings.h"
#include "tb/conformance/phase_tracker.h"
#include "tb/conformance/suite_payloads.h"
#include "tb/conformance/target_description.h"

namespace tensordash::conformance {

/// A TargetSuite without its socket.
class TargetSuiteCore : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(TargetSuiteCore);

  Findings findings;
  /// All has been tried. `finished` is notified then.
  bool done() const { return done_; }
  sc_core::sc_event finished{"finished"};
  static std::vector<Rule> rules();

 protected:
  TargetSuiteCore(const sc_core::sc_module_name& name, TargetDescription description);
  virtual tlm::tlm_fw_transport_if<>& target() = 0;

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) {
    ++backward_calls_;
    invalidated_.emplace_back(first, last);
  }

 private:
  /// Some addresses of a memory, and what they hold.
  struct Area {
    const Window* window;
    std::uint64_t base;
    std::vector<unsigned char> bytes;
    std::uint64_t end() const { return base + bytes.size(); }
  };

  void run();
  void require_description() const;
  void mark_rules();
  void choose_areas();

  // suite_offers.cpp
  bool burst_offered(std::uint64_t address, unsigned bytes, unsigned width) const;
  /// Whether the response refuses a payload, with these attributes, that need not be served.
  bool refused(const tlm::tlm_generic_payload& payload, std::uint64_t address) const;
  /// Length of the longest access at `address` that is offered, of at most so many bytes.
  unsigned offered_length(std::uint64_t address, std::uint64_t most) const;
  /// Makes an access one that is offered, which begins at `first` at least and ends no later.
  void fit(std::uint64_t first, std::uint64_t& address, unsigned& bytes) const;
  unsigned fit_width(unsigned width) const;

  // suite_access.cpp
  tlm::tlm_response_status transport(SuitePayload& payload);
  void access_area(Area& area, bool write, std::uint64_t offset, unsigned bytes, unsigned width,
                   const std::vector<unsigned char>& enables, const char* rule);
  /// Reads in accesses that are offered, and compares.
  void read_back(Area& area, std::uint64_t offset, unsigned bytes, const char* rule);
  /// Takes what the areas hold as it is.
  void read_areas(const char* rule);
  /// What the target says the area holds.
  std::vector<unsigned char> contents(const Area& area, const char* rule);
  void check_area(Area& area, const char* rule, const char* tried);
  std::uint64_t random_offset(const Area& area, unsigned bytes);

  // suite_lt.cpp
  void try_loosely_timed();
  void try_lengths(Area& area);
  void try_byte_enables(Area& area);
  void try_streaming(Area& area);
  void try_illegal(Area& area);
  void try_ignore(Area& area);
  void try_ends(Area& area);
  void try_holes();
  void try_registers();
  bool hole_at(std::uint64_t address) const;

  // suite_direct.cpp
  void try_debug(Area& area);
  void try_debug_ends();
  unsigned debug(SuitePayload& payload);
  bool direct(tlm::tlm_command command, std::uint64_t address, tlm::tlm_dmi& dmi);
  void check_hint(std::uint64_t address);
  void try_direct(Area& area);
  void try_pointer(Area& area, const tlm::tlm_dmi& dmi, std::uint64_t address);
  void try_refusals();
  void try_reset();

  // suite_at.cpp
  void try_approximately_timed();
  bool run_traffic(unsigned accesses, bool compare, bool reset);
  SuitePayload& next_access(unsigned slot, bool compare);
  void send(SuitePayload& payload);
  bool wait_for(const std::function<bool()>& condition);
  void take_response(SuitePayload& payload);
  void finish_access(SuitePayload& payload);
  void end_later();

  unsigned below(std::uint64_t bound) { return static_cast<unsigned>(random_() % bound); }
  sc_core::sc_time some_time() {
    return sc_core::sc_time(static_cast<double>(below(40)), sc_core::SC_NS);
  }
  std::vector<unsigned char> random_enables(unsigned bytes);

  static constexpr unsigned slots = 6;

  TargetDescription description_;
  std::mt19937 random_;
  std::vector<Area> areas_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> invalidated_;
  bool done_ = false;
  unsigned backward_calls_ = 0;

  SuitePayloads payloads_;
  PhaseTracker tracker_;
  std::vector<bool> slot_busy_ = std::vector<bool>(slots);
  SuitePayload* to_end_ = nullptr;
  bool shortcut_taken_ = false;
  bool at_alive_ = false;  ///< AT was tried, and every transaction has ended
  unsigned answers_after_shortcut_ = 0;
  sc_core::sc_event progress_{"progress"}, end_event_{"end_event"};
};

}  // namespace tensordash::conformance
