#pragma once

#include <vector>

#include "hw/memory/scratchpad.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {

/// Row number n of the stream that the tests fill.
inline LaneRow numbered_stream_row(unsigned number) {
  const auto first = static_cast<float>(100 * number);
  return row_of({first + 1, first + 2, first + 3, first + 4});
}

/// A scratchpad of four lanes whose pins the test holds.
class ScratchpadBench : public ClockedTest {
 protected:
  static constexpr unsigned lanes = 4;

  explicit ScratchpadBench(const ScratchpadParameters& parameters)
      : fill("fill", parameters.fill_rows, signals_of<LaneRow>(lanes)),
        row("row", parameters.banks, signals_of<LaneRow>(lanes)),
        pad("pad", parameters),
        shape(parameters) {
    pad.clk(clk);
    pad.rst_n(rst_n);
    pad.fill(fill);
    pad.fill_count(fill_count);
    pad.room(room);
    pad.read_offset(read_offset);
    pad.read_rows(read_rows);
    pad.row(row);
    pad.available(available);
    pad.shrink(shrink);
    pad.held(held);
  }

  /// The next `count` rows of the stream on the write ports.
  void offer(unsigned count) {
    for (unsigned port = 0; port < fill.size(); ++port)
      fill[port].write(numbered_stream_row(next + port));
    fill_count.write(count);
  }
  void fill_edge(unsigned count) {
    offer(count);
    tick();
    next += count;
    fill_count.write(0);
    settle();
  }
  void shrink_edge(unsigned count) {
    shrink.write(count);
    tick();
    shrink.write(0);
    settle();
  }
  void look(unsigned offset, unsigned rows) {
    read_offset.write(offset);
    read_rows.write(rows);
    settle();
  }
  void expect_rows(const std::vector<unsigned>& numbers) {
    EXPECT_EQ(available.read(), numbers.size());
    for (unsigned port = 0; port < row.size(); ++port) {
      EXPECT_EQ(row[port].read(),
                port < numbers.size() ? numbered_stream_row(numbers[port]) : LaneRow(lanes))
          << "port " << port;
    }
  }

  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> fill, row;
  sc_core::sc_signal<unsigned> fill_count{"fill_count"}, room{"room"}, read_offset{"read_offset"},
      read_rows{"read_rows"}, available{"available"}, shrink{"shrink"}, held{"held"};
  Scratchpad pad;
  ScratchpadParameters shape;
  unsigned next = 0;
};

}  // namespace tensordash
