#pragma once

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "hw/pe/tile_control.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {

inline constexpr StepToken no_step{false, false, false};

// Control of a tile with three schedulers and windows of three rows.
class TileControlTest : public ClockedTest {
 protected:
  static constexpr unsigned schedulers = 3;
  static constexpr unsigned a_windows = 2;

  explicit TileControlTest(bool elastic = false)
      : control("control", schedulers, a_windows, 3, elastic) {
    control.clk(clk);
    control.rst_n(rst_n);
    control.bypass(bypass);
    control.drained(drained);
    control.rows(rows);
    control.fill_status(fill_status);
    control.a_fill_status(a_fill_status);
    control.advance(advance);
    control.turn(turn);
    control.step(step);
    control.state(state);
    control.operand_token(operand_token);
    control.product_token(product_token);
    control.sum_token(sum_token);
    control.result_valid(result_valid);
  }

  using PerScheduler = std::array<unsigned, schedulers>;

  void show(const PerScheduler& window_rows, const PerScheduler& as,
            const PerScheduler& pass_ends = {1, 1, 1}) {
    for (unsigned s = 0; s < schedulers; ++s) {
      rows[s].write(window_rows[s]);
      drained[s].write(as[s]);
      fill_status[s].write({1, pass_ends[s] != 0});
    }
    settle();
  }

  void expect_advance(const PerScheduler& expected) {
    for (unsigned s = 0; s < schedulers; ++s) EXPECT_EQ(advance[s].read(), expected[s]);
  }

  sc_core::sc_signal<bool> bypass{"bypass"}, turn{"turn"}, step{"step"},
      result_valid{"result_valid"};
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> drained{"drained", schedulers},
      rows{"rows", schedulers}, advance{"advance", schedulers};
  sc_core::sc_vector<sc_core::sc_signal<FillStatus>> fill_status{"fill_status", schedulers},
      a_fill_status{"a_fill_status", a_windows};
  sc_core::sc_signal<TileState> state{"state"};
  sc_core::sc_signal<StepToken> operand_token{"operand_token"}, product_token{"product_token"},
      sum_token{"sum_token"};
  TileControl control;
};

class ElasticTileControlTest : public TileControlTest {
 protected:
  ElasticTileControlTest() : TileControlTest(true) {}
};

}  // namespace tensordash
