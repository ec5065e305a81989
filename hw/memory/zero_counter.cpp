#include "hw/memory/zero_counter.h"

#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

namespace tensordash {

void ZeroCount::add(const LaneRow& row, unsigned count) {
  if (count > row.lanes()) {
    throw std::out_of_range(
        fmt::format("told to count {} values of a row of {}", count, row.lanes()));
  }
  for (unsigned lane = 0; lane < count; ++lane) {
    // By bits without the sign, as the staging buffers see zeros: a NaN is none.
    std::uint32_t pattern = 0;
    std::memcpy(&pattern, &row[lane], sizeof pattern);
    zeros += (pattern << 1U) == 0 ? 1 : 0;
  }
  values += count;
}

ZeroCounter::ZeroCounter(sc_core::sc_module_name name) : sc_module(name) {
  SC_HAS_PROCESS(ZeroCounter);
  SC_METHOD(count_row);
  sensitive << clk.pos();
  dont_initialize();
}

void ZeroCounter::count_row() {
  if (!rst_n.read() || clear.read()) total_ = ZeroCount{};
  if (rst_n.read() && valid.read()) {
    try {
      total_.add(row.read(), count.read());
    } catch (const std::out_of_range& error) {
      SC_REPORT_ERROR("/tensordash/memory/zero_counter", error.what());
      return;
    }
  }
  zeros.write(total_.zeros);
  values.write(total_.values);
}

}  // namespace tensordash
