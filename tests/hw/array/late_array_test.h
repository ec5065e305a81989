#pragma once

#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "tests/hw/array/array_test.h"
#include "tests/hw/array/stalling_array.h"

namespace tensordash {

/// How the rows of both sides come late.
struct LateMemory {
  const char* name;
  Delays b, a;
};

/// Two arrays of the same tiles: one with ideal memory, and one whose rows come late.
class LateArrayTest : public ArrayTest {
 protected:
  /// To be called once, before the first clock.
  void build_both(unsigned tiles, const TileParameters& parameters, const Connectivity& connect);

  /// Runs the passes of `source`, from the first, with rows that come late.
  ObservedOperation operate_late(ListedPasses& source, const std::vector<TileArrivals>& arrivals,
                                 bool dense);

  unsigned below(unsigned limit);
  /// Random streams, some of them missing.
  WrittenPass random_pass(unsigned most_rows, unsigned lanes);
  /// For the passes of each tile.
  std::vector<TileArrivals> random_delays(const ListedPasses& source, const LateMemory& memory);

  std::mt19937 random{1};
  sc_core::sc_signal<bool> late_start{"late_start"}, late_busy{"late_busy"};
  sc_core::sc_signal<sc_dt::uint64> late_cycles{"late_cycles"};
  std::unique_ptr<StallingArray> late;

 private:
  std::optional<Connectivity> connect_;
};

}  // namespace tensordash
