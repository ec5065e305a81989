#pragma once

#include <systemc>

#include "hw/memory/attempt.h"
#include "hw/memory/buffet_core.h"

namespace tensordash {

/// A buffet (Sze et al., section 5.8.3) between four links: fill, command, update and read value.
///
/// On a link with `ready` a transfer takes place at a rising edge with `valid` and `ready` high; an
/// update never has to wait. At one edge at most one fill, one command and one update take place,
/// and each of them sees the state before the edge: offsets count from the head before a shrink,
/// a fill finds no room that is only being freed, and a value filled or updated at an edge can be
/// read from the next edge on. A read value stands on its link from the edge of the command until
/// it is taken. `command_ready` follows the command and `read_ready` within the clock, `fill_ready`
/// only what is held: the read link of one buffet may be wired to the fill link of another.
///
/// What can never be served (BuffetCore: std::out_of_range, or an update nobody announced) is an
/// error /tensordash/memory/buffet, and dropped.
template <typename Value>
class Buffet : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};

  sc_core::sc_in<bool> fill_valid{"fill_valid"};
  sc_core::sc_in<Value> fill_value{"fill_value"};
  sc_core::sc_out<bool> fill_ready{"fill_ready"};
  /// Entries freed at the last edge: what a producer that counts its credits, from `size`, gets
  /// back.
  sc_core::sc_out<unsigned> credit{"credit"};

  sc_core::sc_in<bool> command_valid{"command_valid"};
  sc_core::sc_in<BuffetCommand> command{"command"};
  sc_core::sc_out<bool> command_ready{"command_ready"};

  sc_core::sc_in<bool> update_valid{"update_valid"};
  sc_core::sc_in<unsigned> update_offset{"update_offset"};
  sc_core::sc_in<Value> update_value{"update_value"};

  sc_core::sc_out<bool> read_valid{"read_valid"};
  sc_core::sc_out<Value> read_value{"read_value"};
  sc_core::sc_in<bool> read_ready{"read_ready"};

  sc_core::sc_out<unsigned> held{"held"};  ///< entries between head and tail

  /// Throws std::invalid_argument for a size of 0.
  Buffet(sc_core::sc_module_name name, unsigned size) : sc_module(name), core_(size) {
    SC_HAS_PROCESS(Buffet);
    SC_METHOD(act);
    sensitive << clk.pos();
    dont_initialize();
    SC_METHOD(offer);
    sensitive << acted_ << rst_n << command << read_valid << read_ready;
  }

 private:
  static constexpr const char* report_id = "/tensordash/memory/buffet";

  void act() {
    acted_.notify(sc_core::SC_ZERO_TIME);
    credit.write(0);
    if (!rst_n.read()) {
      core_.clear();
      read_valid.write(false);
      held.write(0);
      return;
    }
    if (read_ready.read()) read_valid.write(false);
    // The ready pins show the state before the edge. In this order nothing sees what another has
    // just done: a command only shows in the marks of entries that an update can no longer reach,
    // and a shrink only makes room that the fill does not need.
    if (update_valid.read()) {
      attempt(report_id, [this] { core_.update(update_offset.read(), update_value.read()); });
    }
    if (command_valid.read() && command_ready.read()) {
      attempt(report_id, [this] { carry_out(command.read()); });
    }
    if (fill_valid.read() && fill_ready.read()) core_.fill(fill_value.read());
    held.write(core_.held());
  }

  void carry_out(const BuffetCommand& order) {
    if (order.action == BuffetAction::shrink) {
      core_.shrink(order.operand);
      credit.write(order.operand);
      return;
    }
    read_value.write(order.action == BuffetAction::read ? core_.read(order.operand)
                                                        : core_.read_update(order.operand));
    read_valid.write(true);
  }

  void offer() {
    const bool running = rst_n.read();
    const BuffetCommand& order = command.read();
    const bool has_place =
        order.action == BuffetAction::shrink || !read_valid.read() || read_ready.read();
    command_ready.write(running && has_place && !core_.waits(order));
    fill_ready.write(running && !core_.full());
  }

  BuffetCore<Value> core_;
  sc_core::sc_event acted_;
};

}  // namespace tensordash
