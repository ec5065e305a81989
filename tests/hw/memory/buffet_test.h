#pragma once

#include "hw/memory/buffet.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {

/// The wires of a buffet of numbers; the test is at the other end of each.
struct BuffetWires {
  explicit BuffetWires(const std::string& prefix)
      : fill_valid((prefix + "_fill_valid").c_str()),
        fill_ready((prefix + "_fill_ready").c_str()),
        command_valid((prefix + "_command_valid").c_str()),
        command_ready((prefix + "_command_ready").c_str()),
        update_valid((prefix + "_update_valid").c_str()),
        read_valid((prefix + "_read_valid").c_str()),
        read_ready((prefix + "_read_ready").c_str(), true),
        fill_value((prefix + "_fill_value").c_str()),
        credit((prefix + "_credit").c_str()),
        update_offset((prefix + "_update_offset").c_str()),
        update_value((prefix + "_update_value").c_str()),
        read_value((prefix + "_read_value").c_str()),
        held((prefix + "_held").c_str()),
        command((prefix + "_command").c_str()) {}

  /// Everything but the fill link and the read link, which may lead to another buffet.
  void bind_rest(Buffet<unsigned>& buffet, sc_core::sc_clock& clk,
                 sc_core::sc_signal<bool>& rst_n) {
    buffet.clk(clk);
    buffet.rst_n(rst_n);
    buffet.credit(credit);
    buffet.command_valid(command_valid);
    buffet.command(command);
    buffet.command_ready(command_ready);
    buffet.update_valid(update_valid);
    buffet.update_offset(update_offset);
    buffet.update_value(update_value);
    buffet.held(held);
  }
  void bind_fill(Buffet<unsigned>& buffet) {
    buffet.fill_valid(fill_valid);
    buffet.fill_value(fill_value);
    buffet.fill_ready(fill_ready);
  }
  void bind_read(Buffet<unsigned>& buffet) {
    buffet.read_valid(read_valid);
    buffet.read_value(read_value);
    buffet.read_ready(read_ready);
  }

  sc_core::sc_signal<bool> fill_valid, fill_ready, command_valid, command_ready, update_valid,
      read_valid, read_ready;
  sc_core::sc_signal<unsigned> fill_value, credit, update_offset, update_value, read_value, held;
  sc_core::sc_signal<BuffetCommand> command;
};

/// A buffet whose every link the test holds.
class BuffetBench : public ClockedTest {
 protected:
  explicit BuffetBench(unsigned size) : buffet("buffet", size) {
    wires.bind_rest(buffet, clk, rst_n);
    wires.bind_fill(buffet);
    wires.bind_read(buffet);
  }

  void fill(unsigned value) {
    wires.fill_valid.write(true);
    wires.fill_value.write(value);
  }
  void command(BuffetAction action, unsigned operand) {
    wires.command_valid.write(true);
    wires.command.write({action, operand});
  }
  void update(unsigned offset, unsigned value) {
    wires.update_valid.write(true);
    wires.update_offset.write(offset);
    wires.update_value.write(value);
  }
  /// One edge; what stood on the links is withdrawn after it.
  void edge() {
    tick();
    wires.fill_valid.write(false);
    wires.command_valid.write(false);
    wires.update_valid.write(false);
    settle();
  }
  void fill_edge(unsigned value) {
    fill(value);
    edge();
  }
  void command_edge(BuffetAction action, unsigned operand) {
    command(action, operand);
    edge();
  }
  /// Whether a command would be served at the next edge.
  bool served(BuffetAction action, unsigned operand) {
    wires.command.write({action, operand});
    settle();
    return wires.command_ready.read();
  }
  void expect_read(unsigned value) const {
    EXPECT_TRUE(wires.read_valid.read());
    EXPECT_EQ(wires.read_value.read(), value);
  }

  BuffetWires wires{"wire"};
  Buffet<unsigned> buffet;
};

}  // namespace tensordash
