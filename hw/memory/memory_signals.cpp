#include "hw/memory/memory_signals.h"

#include <ostream>
#include <systemc>

namespace tensordash {
namespace {

StallCause cause_of(FetchState state, StallCause absent) {
  switch (state) {
    case FetchState::further:
      return StallCause::bank_conflict;
    case FetchState::waits_portion:
      return absent;
    case FetchState::waits_room:
      return StallCause::scratchpad;
    case FetchState::idle:
    case FetchState::first:
      break;
  }
  return StallCause::sram;
}

template <typename Enumeration>
void trace_number(sc_core::sc_trace_file* file, const Enumeration& value, const std::string& name) {
  sc_core::sc_trace(file, reinterpret_cast<const std::uint8_t&>(value), name, 3);
}

}  // namespace

StallCause cause_of(FeedWait wait, FetchState b, FetchState a, StallCause absent_b,
                    StallCause absent_a) {
  switch (wait) {
    case FeedWait::result:
      return StallCause::credit;
    case FeedWait::side_b:
      return cause_of(b, absent_b);
    case FeedWait::side_a:
      return cause_of(a, absent_a);
    case FeedWait::on_the_way:
      return StallCause::sram;
    case FeedWait::nothing:
    case FeedWait::banks:
      break;
  }
  return StallCause::scratchpad;
}

void sc_trace(sc_core::sc_trace_file* file, const FetchState& state, const std::string& name) {
  trace_number(file, state, name);
}

void sc_trace(sc_core::sc_trace_file* file, const FeedWait& wait, const std::string& name) {
  trace_number(file, wait, name);
}

void sc_trace(sc_core::sc_trace_file* file, const StallCause& cause, const std::string& name) {
  trace_number(file, cause, name);
}

std::ostream& operator<<(std::ostream& stream, const FetchState& state) {
  constexpr const char* names[] = {"idle", "first", "further", "waits for its portion",
                                   "waits for room"};
  return stream << names[static_cast<unsigned>(state)];
}

std::ostream& operator<<(std::ostream& stream, const FeedWait& wait) {
  constexpr const char* names[] = {"nothing", "result", "side B", "side A", "on the way", "banks"};
  return stream << names[static_cast<unsigned>(wait)];
}

std::ostream& operator<<(std::ostream& stream, const StallCause& cause) {
  return stream << name_of(cause);
}

}  // namespace tensordash
