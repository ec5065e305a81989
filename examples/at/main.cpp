// The accelerator in a platform of one's own, approximately timed, its operations on signals and
// clocks, with an LPDDR4 behind it.

#include <iostream>

#include "../platform/linear_layer.h"
#include "hw/dram/lpddr4.h"
#include "platform/ip/accelerator.h"

int sc_main(int /*argc*/, char** /*argv*/) {
  tensordash::AcceleratorParameters parameters;
  parameters.machine.set("tiles", "2");
  parameters.transport = tensordash::Transport::approximately_timed;
  parameters.level = tensordash::EngineLevel::pin;
  tensordash::Accelerator<> accelerator("accelerator", parameters);
  tensordash::Lpddr4<> memory("memory",
                              tensordash::DramConfiguration(tensordash::DramParameters()));

  LinearTest test;
  Processor processor("processor", [&](Processor& self) {
    test.run(self);
    std::cout << "done after " << sc_core::sc_time_stamp() << '\n';
    sc_core::sc_stop();
  });
  sc_core::sc_clock clk("clk", sc_core::sc_time(2, sc_core::SC_NS));
  sc_core::sc_signal<bool> rst_n("rst_n", true), irq("irq");
  accelerator.clk(clk);
  accelerator.rst_n(rst_n);
  accelerator.irq(irq);
  accelerator.memory.bind(memory.socket);
  processor.registers.bind(accelerator.registers);
  processor.memory.bind(memory.socket);
  processor.irq(irq);
  sc_core::sc_start(sc_core::sc_time(10, sc_core::SC_MS));
  std::cout << (test.right() ? "all outputs right" : "WRONG") << '\n';
  return test.right() ? 0 : 1;
}
