#pragma once

#include <random>
#include <string>
#include <vector>

#include "hw/numeric/fp32.h"
#include "hw/pe/connectivity.h"
#include "hw/pe/lane_array.h"
#include "tests/hw/pe/naive_scheduler.h"

namespace tensordash {

/// A table, and the same once more for the naive scheduler.
struct TestTable {
  std::string name;
  Connectivity table;
  naive_scheduler::Table naive;
};

/// Tables of different depths, options, levels and lane counts.
inline std::vector<TestTable> test_tables() {
  using Options = std::vector<naive_scheduler::Option>;
  const Options paper{{0, 0}, {1, 0}, {2, 0}, {1, -1}, {1, 1}, {2, -2}, {2, 2}, {1, -3}};
  const Options dnnsim{{0, 0}, {1, -1}, {1, 0}, {1, 1}, {1, 3}, {2, -2}, {2, 0}, {2, 2}};
  // Within a row too: a lane may take its neighbour's own value.
  const Options sideways{{0, 0}, {0, 1}, {1, -1}, {3, 0}, {4, 2}};
  std::vector<Movement> sideways_movements;
  for (const auto& option : sideways) {
    sideways_movements.push_back({static_cast<unsigned>(option.step), option.offset});
  }
  const auto naive = [](int lanes, int depth, const Options& options) {
    return naive_scheduler::make_table(lanes, depth, options);
  };
  return {
      {"paper", Connectivity::named("paper", 16, 3), naive(16, 3, paper)},
      {"dnnsim", Connectivity::named("dnnsim", 16, 3), naive(16, 3, dnnsim)},
      {"paper, depth 2", Connectivity::named("paper", 16, 2), naive(16, 2, paper)},
      {"paper, depth 1", Connectivity::named("paper", 16, 1), naive(16, 1, paper)},
      {"paper, 4 lanes", Connectivity::named("paper", 4, 3), naive(4, 3, paper)},
      {"paper, 64 lanes, depth 8", Connectivity::named("paper", 64, 8), naive(64, 8, paper)},
      {"sideways", Connectivity("sideways", 7, 5, sideways_movements), naive(7, 5, sideways)},
  };
}

class RandomRows {
 public:
  explicit RandomRows(unsigned seed) : generator_(seed) {}

  /// Small integers, not zero.
  float value() {
    const auto magnitude = static_cast<float>(1 + generator_() % 9);
    return generator_() % 2 == 0 ? magnitude : -magnitude;
  }
  unsigned below(unsigned limit) { return static_cast<unsigned>(generator_() % limit); }

  /// Zeros of a share of its own in every row, ends often.
  LaneRow row(unsigned lanes) {
    static constexpr unsigned tenths[] = {0, 0, 2, 5, 7, 9, 10, 10};
    const unsigned share = tenths[below(8)];
    LaneRow row(lanes);
    for (unsigned lane = 0; lane < lanes; ++lane) row[lane] = below(10) < share ? 0.0F : value();
    return row;
  }
  std::vector<LaneRow> rows(std::size_t count, unsigned lanes) {
    std::vector<LaneRow> rows;
    while (rows.size() < count) rows.push_back(row(lanes));
    return rows;
  }

 private:
  std::mt19937 generator_;
};

}  // namespace tensordash
