#pragma once

#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/dram/lpddr4.h"
#include "platform/ip/accelerator.h"
#include "platform/pin/dram_bytes.h"
#include "platform/soc/bus.h"
#include "platform/soc/host.h"
#include "platform/soc/interrupt_controller.h"
#include "platform/soc/memory.h"
#include "platform/soc/timer.h"

namespace tensordash {

/// Where things lie on the bus, and on which lines they interrupt.
struct SmallSocMap {
  static constexpr unsigned most_accelerators = 16;
  static constexpr std::uint64_t interrupt_controller = 0x11000000;
  static constexpr std::uint64_t timer = 0x11001000;
  static constexpr std::uint64_t sram = 0x20000000;
  static constexpr std::uint64_t dram = 0x4'0000'0000;
  /// Registers of accelerator `number`, whose interrupt is on the line of the same number.
  static constexpr std::uint64_t accelerator(unsigned number) {
    return 0x10000000 + std::uint64_t{number} * 0x1000;
  }
  static constexpr unsigned timer_line = most_accelerators;
  static constexpr unsigned lines = most_accelerators + 1;
};

struct SmallSocParameters {
  std::vector<AcceleratorParameters> accelerators = {{}};  ///< 1 to 16, each of its own kind
  DramConfiguration dram{DramParameters{}};
  RamParameters sram;  ///< for rings
  BusParameters bus;
  HostParameters host;  ///< where the interrupt controller is, it is told
  sc_core::sc_time reset_time{20, sc_core::SC_NS};
};

/// A system around accelerators: bus, interrupt controller, timer, SRAM, LPDDR4, and a host that
/// runs a program. It makes its clocks and its reset, and needs nothing from outside but somebody
/// who simulates. Clocks run only for accelerators that look at them, the approximately timed ones.
class SmallSoc : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(SmallSoc);

  Bus<> bus;
  InterruptController<> interrupt_controller;
  Timer<> timer;
  Memory<> sram;
  Lpddr4<> dram;
  Host<> host;
  /// Debug access by addresses of the bus: tensors are laid down and read back in no time.
  DramBytes bytes{"bytes"};

  /// Throws ConfigError for a machine that cannot be; a number of accelerators that cannot be is
  /// an error under /tensordash/soc/small_soc.
  SmallSoc(const sc_core::sc_module_name& name, const SmallSocParameters& parameters);

  Accelerator<>& accelerator(unsigned number) { return *accelerators_.at(number); }
  unsigned accelerators() const { return static_cast<unsigned>(accelerators_.size()); }
  /// The first address behind the LPDDR4.
  std::uint64_t dram_end() const { return SmallSocMap::dram + dram.configuration().bytes(); }

 private:
  void add_accelerator(unsigned number, const AcceleratorParameters& parameters);
  void leave_reset();

  const sc_core::sc_time reset_time_;
  sc_core::sc_signal<bool> rst_n_{"rst_n"}, stopped_clk_{"stopped_clk"}, host_irq_{"host_irq"};
  sc_core::sc_vector<sc_core::sc_signal<bool>> lines_;
  std::vector<std::unique_ptr<sc_core::sc_clock>> clocks_;
  std::vector<std::unique_ptr<Accelerator<>>> accelerators_;
};

}  // namespace tensordash
