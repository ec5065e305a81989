#pragma once

#include <optional>
#include <vector>

#include "hw/memory/transposer.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {

/// A transposer whose links the test holds.
class TransposerBench : public ClockedTest {
 protected:
  explicit TransposerBench(unsigned lanes_of_block, unsigned fill_rows = 1)
      : lanes(lanes_of_block),
        more_valid("more_valid", fill_rows - 1),
        more_value("more_value", fill_rows - 1),
        transposer("transposer", lanes, fill_rows) {
    if (fill_rows > 1) {
      transposer.more_valid(more_valid);
      transposer.more_value(more_value);
    }
    transposer.clk(clk);
    transposer.rst_n(rst_n);
    transposer.fill_valid(fill_valid);
    transposer.fill_value(fill_value);
    transposer.fill_last(fill_last);
    transposer.columns(columns);
    transposer.fill_ready(fill_ready);
    transposer.column_valid(column_valid);
    transposer.column_named(column_named);
    transposer.column(column);
    transposer.column_ready(column_ready);
    transposer.result_valid(result_valid);
    transposer.result(result);
    transposer.result_ready(result_ready);
    transposer.busy(busy);
  }

  /// One edge; blocks and columns are withdrawn after it.
  void edge() {
    tick();
    fill_valid.write(false);
    for (auto& valid : more_valid) valid.write(false);
    column_valid.write(false);
    settle();
  }
  void fill(const LaneRow& block) {
    fill_valid.write(true);
    fill_value.write(block);
    fill_last.write(false);
    columns.write(0xdead);
  }
  void last_fill(const LaneRow& block, unsigned wanted) {
    fill(block);
    fill_last.write(true);
    columns.write(wanted);
  }
  void ask(std::optional<unsigned> name = {}) {
    column_valid.write(true);
    column_named.write(name.has_value());
    column.write(name.value_or(0xdead));
  }
  void expect_result(const std::vector<float>& values) const {
    EXPECT_TRUE(result_valid.read());
    EXPECT_EQ(result.read(), row_of(values));
  }

  unsigned lanes;
  sc_core::sc_signal<bool> fill_valid{"fill_valid"}, fill_last{"fill_last"},
      fill_ready{"fill_ready"}, column_valid{"column_valid"}, column_named{"column_named"},
      column_ready{"column_ready"}, result_valid{"result_valid"},
      result_ready{"result_ready", true}, busy{"busy"};
  sc_core::sc_signal<LaneRow> fill_value{"fill_value", LaneRow(lanes)},
      result{"result", LaneRow(lanes)};
  sc_core::sc_signal<unsigned> columns{"columns"}, column{"column"};
  sc_core::sc_vector<sc_core::sc_signal<bool>> more_valid;
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> more_value;
  Transposer transposer;
};

}  // namespace tensordash
