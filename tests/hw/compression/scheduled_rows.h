#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "hw/compression/scheduled_form.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {

inline ScheduledRow scheduled_row(const std::vector<float>& values,
                                  const std::vector<unsigned>& selects, unsigned advance) {
  return {row_of(values), selects_of(selects), advance};
}

/// Options of lane i: (+0,i) (+1,i) (+1,i+1).
inline Connectivity three_options() {
  return {"three", 4, 2, {{0, 0}, {1, 0}, {1, 1}}};
}

/// What stored data of three_options() is refused for.
class Refusals : public ::testing::Test {
 protected:
  static std::string refusal(const std::function<void()>& call) {
    try {
      call();
    } catch (const CompressionError& error) {
      return error.what();
    }
    return "nothing refused";
  }
  std::string expanding(std::size_t dense_rows, const std::vector<ScheduledRow>& rows) {
    return refusal([&] { expand({dense_rows, rows}, table); });
  }
  const Connectivity table = three_options();
  const std::vector<unsigned> idle_lanes{idle, idle, idle, idle};
};

}  // namespace tensordash
