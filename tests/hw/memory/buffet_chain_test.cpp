// Two levels of buffets with nothing between them: the read link of one is the fill link of the
// next, as in the book's figure 5.31.

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "tests/hw/memory/buffet_test.h"

namespace tensordash {
namespace {

/// Presents a list of commands on a command link, each until it is taken.
class Commander {
 public:
  Commander(BuffetWires& wires, std::deque<BuffetCommand> program)
      : wires_(wires), program_(std::move(program)) {}

  void present(bool willing) {
    const bool has_one = willing && !program_.empty();
    wires_.command_valid.write(has_one);
    if (has_one) wires_.command.write(program_.front());
  }
  /// To be called before the edge.
  void follow() {
    if (wires_.command_valid.read() && wires_.command_ready.read()) program_.pop_front();
  }
  bool done() const { return program_.empty(); }

 private:
  BuffetWires& wires_;
  std::deque<BuffetCommand> program_;
};

struct ChainShape {
  unsigned outer_size, inner_size, tile, window;
};

class BuffetChainTest : public ClockedTest, public ::testing::WithParamInterface<ChainShape> {
 protected:
  BuffetChainTest() {
    outer_wires.bind_rest(outer, clk, rst_n);
    outer_wires.bind_fill(outer);
    outer.read_valid(inner_wires.fill_valid);
    outer.read_value(inner_wires.fill_value);
    outer.read_ready(inner_wires.fill_ready);
    inner_wires.bind_fill(inner);
    inner_wires.bind_rest(inner, clk, rst_n);
    inner_wires.bind_read(inner);
  }

  ChainShape shape = GetParam();
  BuffetWires outer_wires{"outer_wire"}, inner_wires{"inner_wire"};
  Buffet<unsigned> outer{"outer", shape.outer_size}, inner{"inner", shape.inner_size};
};

TEST_P(BuffetChainTest, GivesWindowsOfTilesReadTwice) {
  // The outer level gives every tile twice before it moves on; the inner one slides a window over
  // what comes.
  constexpr unsigned tiles = 5;
  std::deque<BuffetCommand> outer_program;
  std::vector<unsigned> stream;
  for (unsigned tile = 0; tile < tiles; ++tile) {
    for (unsigned pass = 0; pass < 2; ++pass) {
      for (unsigned k = 0; k < shape.tile; ++k) {
        outer_program.push_back({BuffetAction::read, k});
        stream.push_back(1000 + tile * shape.tile + k);
      }
    }
    outer_program.push_back({BuffetAction::shrink, shape.tile});
  }
  std::deque<BuffetCommand> inner_program;
  std::vector<unsigned> expected;
  for (std::size_t start = 0; start + shape.window <= stream.size(); ++start) {
    for (unsigned k = 0; k < shape.window; ++k) {
      inner_program.push_back({BuffetAction::read, k});
      expected.push_back(stream[start + k]);
    }
    inner_program.push_back({BuffetAction::shrink, 1});
  }

  std::mt19937 random(shape.outer_size * 100 + shape.inner_size);
  const auto likely = [&random] { return random() % 3 != 0; };
  Commander outer_commander(outer_wires, outer_program);
  Commander inner_commander(inner_wires, inner_program);
  unsigned credits = shape.outer_size;
  unsigned sent = 0;
  std::vector<unsigned> received;
  for (unsigned clock = 0; clock < 4000 && received.size() < expected.size(); ++clock) {
    // This producer only counts credits; it never looks at fill_ready.
    const bool send = credits > 0 && sent < tiles * shape.tile && likely();
    outer_wires.fill_valid.write(send);
    outer_wires.fill_value.write(1000 + sent);
    outer_commander.present(likely());
    inner_commander.present(likely());
    inner_wires.read_ready.write(likely());
    settle();
    if (send) {
      ASSERT_TRUE(outer_wires.fill_ready.read()) << "a credit without room, clock " << clock;
      --credits;
      ++sent;
    }
    outer_commander.follow();
    inner_commander.follow();
    if (inner_wires.read_valid.read() && inner_wires.read_ready.read()) {
      received.push_back(inner_wires.read_value.read());
    }
    tick();
    credits += outer_wires.credit.read();
  }
  EXPECT_EQ(received, expected);
  outer_wires.fill_valid.write(false);
  outer_commander.present(true);
  settle();
  outer_commander.follow();
  tick();
  credits += outer_wires.credit.read();
  EXPECT_TRUE(outer_commander.done());
  EXPECT_EQ(credits, shape.outer_size);  // all of them came back
}

INSTANTIATE_TEST_SUITE_P(Shapes, BuffetChainTest,
                         ::testing::Values(ChainShape{8, 4, 4, 3}, ChainShape{5, 3, 5, 3},
                                           ChainShape{3, 1, 2, 1}, ChainShape{1, 1, 1, 1},
                                           ChainShape{1, 6, 1, 4}, ChainShape{7, 2, 3, 2}));

}  // namespace
}  // namespace tensordash
