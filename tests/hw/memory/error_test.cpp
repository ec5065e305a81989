// What the memories do after an error that the user lets pass: they drop what was wrong, do what
// else there was to do at that edge, and go on.

#include <gtest/gtest.h>

#include "tests/hw/memory/banked_sram_test.h"
#include "tests/hw/memory/buffet_test.h"
#include "tests/hw/memory/scratchpad_test.h"
#include "tests/hw/memory/transposer_test.h"

namespace tensordash {
namespace {

/// As long as it lives, errors under this id are reported and do not stop the simulation.
class ErrorsPass {
 public:
  explicit ErrorsPass(const char* id) : id_(id) {
    sc_core::sc_report_handler::set_actions(id_, sc_core::SC_ERROR, sc_core::SC_DO_NOTHING);
  }
  ~ErrorsPass() {
    sc_core::sc_report_handler::set_actions(id_, sc_core::SC_ERROR, sc_core::SC_UNSPECIFIED);
  }
  ErrorsPass(const ErrorsPass&) = delete;
  ErrorsPass& operator=(const ErrorsPass&) = delete;

 private:
  const char* id_;
};

class BuffetErrorTest : public BuffetBench {
 protected:
  BuffetErrorTest() : BuffetBench(4) {}
};

TEST_F(BuffetErrorTest, DropsWhatIsWrongAndGoesOn) {
  constexpr const char* id = "/tensordash/memory/buffet";
  const ErrorsPass pass(id);
  expect_report(id, sc_core::SC_ERROR, "no read+update");
  expect_report(id, sc_core::SC_ERROR, "shrink by more");
  expect_report(id, sc_core::SC_ERROR, "read beyond");
  fill_edge(10);
  update(0, 99);
  EXPECT_TRUE(served(BuffetAction::shrink, 5));  // taken off the link: it must not stand there
  command(BuffetAction::shrink, 5);
  fill(11);
  edge();
  EXPECT_EQ(wires.held.read(), 2U);
  EXPECT_EQ(wires.credit.read(), 0U);
  EXPECT_TRUE(served(BuffetAction::read, 4));
  command_edge(BuffetAction::read, 4);
  EXPECT_FALSE(wires.read_valid.read());
  command_edge(BuffetAction::read, 0);
  expect_read(10);
  command_edge(BuffetAction::read, 1);
  expect_read(11);
}

class ScratchpadErrorTest : public ScratchpadBench {
 protected:
  ScratchpadErrorTest() : ScratchpadBench({4, 2, 2, 1}) {}
};

TEST_F(ScratchpadErrorTest, DropsWhatIsWrongAndGoesOn) {
  constexpr const char* id = "/tensordash/memory/scratchpad";
  const ErrorsPass pass(id);
  expect_report(id, sc_core::SC_ERROR, "3 rows read");
  expect_report(id, sc_core::SC_ERROR, "shrink by more rows");
  expect_report(id, sc_core::SC_ERROR, "more rows filled");
  expect_report(id, sc_core::SC_ERROR, "row of 3 lanes");
  fill_edge(1);
  look(0, 3);
  shrink.write(2);
  fill_edge(1);
  EXPECT_EQ(held.read(), 2U);
  EXPECT_EQ(pad.rows_read(), 0U);
  shrink.write(1);
  look(0, 2);
  fill_count.write(2);
  tick();
  fill_count.write(0);
  shrink.write(0);
  settle();
  EXPECT_EQ(pad.rows_read(), 2U);
  expect_rows({1});
  fill[0].write(row_of({1, 2, 3}));
  fill_count.write(1);
  tick();
  settle();
  EXPECT_EQ(held.read(), 1U);
}

class SramErrorTest : public SramBench {
 protected:
  SramErrorTest() : SramBench({4, 2, 2, 1, 2}) {}
};

TEST_F(SramErrorTest, DropsWhatIsWrongAndGoesOn) {
  constexpr const char* id = "/tensordash/memory/sram";
  const ErrorsPass pass(id);
  expect_report(id, sc_core::SC_ERROR, "never written");
  expect_report(id, sc_core::SC_ERROR, "bank 2 of 2");
  expect_report(id, sc_core::SC_ERROR, "bank 0 row 2");
  write(0, 2, numbered_sram_row(5));
  write(1, 1, numbered_sram_row(6));
  edge();
  EXPECT_EQ(sram.rows_written(), 1U);
  ask({at(1, 1), at(0, 0)});
  edge();
  expect_rows({numbered_sram_row(6), LaneRow(4)});
  ask({at(1, 1), at(2, 0)});
  edge();
  EXPECT_FALSE(data_valid.read());
  EXPECT_TRUE(request_ready.read());
  ask({RowRequest{}, at(1, 1)});
  edge();
  expect_rows({LaneRow(4), numbered_sram_row(6)});
}

class TransposerErrorTest : public TransposerBench {
 protected:
  TransposerErrorTest() : TransposerBench(2) {}
};

TEST_F(TransposerErrorTest, DropsWhatIsWrongAndGoesOn) {
  constexpr const char* id = "/tensordash/memory/transposer";
  const ErrorsPass pass(id);
  expect_report(id, sc_core::SC_ERROR, "3 columns");
  expect_report(id, sc_core::SC_ERROR, "column 2 of");
  expect_report(id, sc_core::SC_ERROR, "block of 3 values");
  fill(row_of({1, 2}));
  edge();
  last_fill(row_of({3, 4}), 3);
  edge();
  EXPECT_FALSE(busy.read());
  EXPECT_TRUE(fill_ready.read());
  last_fill(row_of({5, 6, 7}), 1);
  edge();
  EXPECT_FALSE(busy.read());
  EXPECT_TRUE(fill_ready.read());
  last_fill(row_of({8, 9}), 1);
  edge();
  ask(2);
  edge();
  EXPECT_FALSE(result_valid.read());
  ask();
  edge();
  expect_result({8, 0});
}

}  // namespace
}  // namespace tensordash
