#include "hw/pe/signals.h"

#include <fmt/format.h>

namespace tensordash {
namespace {

template <typename Value>
void trace_lanes(sc_core::sc_trace_file* file, const LaneArray<Value>& lanes,
                 const std::string& name) {
  for (unsigned lane = 0; lane < lanes.lanes(); ++lane) {
    sc_core::sc_trace(file, lanes[lane], fmt::format("{}.lane_{:02}", name, lane));
  }
}

template <typename Value>
std::ostream& print_lanes(std::ostream& stream, const LaneArray<Value>& lanes) {
  for (unsigned lane = 0; lane < lanes.lanes(); ++lane) {
    stream << (lane == 0 ? "" : " ") << +lanes[lane];
  }
  return stream;
}

}  // namespace

void sc_trace(sc_core::sc_trace_file* file, const Fp32& number, const std::string& name) {
  sc_core::sc_trace(file, number.value, name);
}

void sc_trace(sc_core::sc_trace_file* file, const LaneRow& row, const std::string& name) {
  trace_lanes(file, row, name);
}

void sc_trace(sc_core::sc_trace_file* file, const ExactRow& row, const std::string& name) {
  trace_lanes(file, row, name);
}

void sc_trace(sc_core::sc_trace_file* file, const LaneSelects& selects, const std::string& name) {
  constexpr int select_bits = 6;
  for (unsigned lane = 0; lane < selects.lanes(); ++lane) {
    sc_core::sc_trace(file, selects[lane], fmt::format("{}.lane_{:02}", name, lane), select_bits);
  }
}

void sc_trace(sc_core::sc_trace_file* file, const WindowBits& bits, const std::string& name,
              unsigned depth, unsigned lanes) {
  for (unsigned step = 0; step < depth; ++step) {
    sc_core::sc_trace(file, bits.row[step], fmt::format("{}.step_{}", name, step),
                      static_cast<int>(lanes));
  }
}

void sc_trace(sc_core::sc_trace_file* file, const WindowBits& bits, const std::string& name) {
  sc_trace(file, bits, name, max_depth, max_lanes);
}

void sc_trace(sc_core::sc_trace_file* file, const FillStatus& status, const std::string& name) {
  sc_core::sc_trace(file, status.rows, name + ".rows", 4);
  sc_core::sc_trace(file, status.starts, name + ".starts");
  sc_core::sc_trace(file, status.wanted, name + ".wanted", 4);
}

void sc_trace(sc_core::sc_trace_file* file, const StepToken& token, const std::string& name) {
  sc_core::sc_trace(file, token.valid, name + ".valid");
  sc_core::sc_trace(file, token.first, name + ".first");
  sc_core::sc_trace(file, token.last, name + ".last");
}

void sc_trace(sc_core::sc_trace_file* file, const TileState& state, const std::string& name) {
  sc_core::sc_trace(file, reinterpret_cast<const std::uint8_t&>(state), name, 3);
}

std::ostream& operator<<(std::ostream& stream, const Fp32& number) {
  return stream << number.value;
}

std::ostream& operator<<(std::ostream& stream, const LaneRow& row) {
  return print_lanes(stream, row);
}

std::ostream& operator<<(std::ostream& stream, const ExactRow& row) {
  return print_lanes(stream, row);
}

std::ostream& operator<<(std::ostream& stream, const LaneSelects& selects) {
  return print_lanes(stream, selects);
}

std::ostream& operator<<(std::ostream& stream, const WindowBits& bits) {
  for (const std::uint64_t row : bits.row) stream << fmt::format("{:x} ", row);
  return stream;
}

std::ostream& operator<<(std::ostream& stream, const FillStatus& status) {
  return stream << fmt::format("{} of {} rows{}", status.rows, status.wanted,
                               status.starts ? ", next pass" : "");
}

std::ostream& operator<<(std::ostream& stream, const StepToken& token) {
  return stream << fmt::format("{}{}{}", token.valid ? "v" : "-", token.first ? "f" : "-",
                               token.last ? "l" : "-");
}

std::ostream& operator<<(std::ostream& stream, const TileState& state) {
  constexpr const char* names[] = {"idle", "run", "tail", "dense", "stalled"};
  return stream << names[static_cast<unsigned>(state)];
}

}  // namespace tensordash
