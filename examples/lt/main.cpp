// The accelerator in a platform of one's own, loosely timed.

#include <iostream>

#include "../platform/linear_layer.h"
#include "../platform/ram.h"
#include "platform/ip/accelerator.h"

int sc_main(int /*argc*/, char** /*argv*/) {
  constexpr std::uint32_t n = 2, c = 64, m = 8;
  std::vector<float> a(n * c), w(m * c), o;
  for (std::size_t at = 0; at < a.size(); ++at) a[at] = at % 3 == 0 ? 0 : static_cast<float>(at);
  for (std::size_t at = 0; at < w.size(); ++at) w[at] = static_cast<float>(at / c + 1);

  tensordash::AcceleratorParameters parameters;
  parameters.machine.set("tiles", "2");
  tensordash::Accelerator<> accelerator("accelerator", parameters);
  Ram memory("memory");

  Processor processor("processor", [&](Processor& self) {
    o = linear_layer(self, a, w, n, c, m);
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
  tlm::tlm_global_quantum::instance().set(sc_core::sc_time(1, sc_core::SC_US));
  sc_core::sc_start(sc_core::sc_time(10, sc_core::SC_MS));

  std::vector<float> expected;
  for (std::uint32_t image = 0; image < n; ++image) {
    for (std::uint32_t filter = 0; filter < m; ++filter) {
      float sum = 0;
      for (std::uint32_t k = 0; k < c; ++k) sum += a[image * c + k] * w[filter * c + k];
      expected.push_back(sum);
    }
  }
  std::cout << (o == expected ? "all outputs right" : "WRONG") << '\n';
  return o == expected ? 0 : 1;
}
