#include "platform/soc/small_soc.h"

#include <string>

namespace tensordash {
namespace {

/// Before anything is made.
const SmallSocParameters& checked(const SmallSocParameters& parameters) {
  if (parameters.accelerators.empty() ||
      parameters.accelerators.size() > SmallSocMap::most_accelerators) {
    SC_REPORT_ERROR("/tensordash/soc/small_soc", "accelerators; allowed: 1 to 16");
  }
  return parameters;
}

HostParameters told(HostParameters host) {
  host.interrupt_controller = SmallSocMap::interrupt_controller;
  return host;
}

}  // namespace

SmallSoc::SmallSoc(const sc_core::sc_module_name& name, const SmallSocParameters& parameters)
    : sc_module(name),
      bus("bus", checked(parameters).bus),
      interrupt_controller("interrupt_controller", SmallSocMap::lines),
      timer("timer"),
      sram("sram", parameters.sram),
      dram("dram", parameters.dram),
      host("host", told(parameters.host)),
      reset_time_(parameters.reset_time),
      lines_("line", SmallSocMap::lines) {
  bus.map(SmallSocMap::interrupt_controller, InterruptRegisters::window_bytes,
          interrupt_controller.socket);
  bus.map(SmallSocMap::timer, TimerRegisters::window_bytes, timer.socket);
  bus.map(SmallSocMap::sram, parameters.sram.bytes, sram.socket);
  bus.map(SmallSocMap::dram, parameters.dram.bytes(), dram.socket);
  host.socket.bind(bus.socket);
  bytes.socket.bind(bus.socket);
  for (unsigned line = 0; line < SmallSocMap::lines; ++line) {
    interrupt_controller.lines[line](lines_[line]);
  }
  timer.irq(lines_[SmallSocMap::timer_line]);
  interrupt_controller.irq(host_irq_);
  host.irq(host_irq_);
  host.rst_n(rst_n_);
  for (unsigned number = 0; number < parameters.accelerators.size(); ++number) {
    add_accelerator(number, parameters.accelerators[number]);
  }
  SC_THREAD(leave_reset);
}

void SmallSoc::add_accelerator(unsigned number, const AcceleratorParameters& parameters) {
  const std::string suffix = "_" + std::to_string(number);
  auto accelerator = std::make_unique<Accelerator<>>(("accelerator" + suffix).c_str(), parameters);
  if (parameters.transport == Transport::approximately_timed) {
    const sc_core::sc_time period(static_cast<double>(parameters.clock_ps), sc_core::SC_PS);
    clocks_.push_back(
        std::make_unique<sc_core::sc_clock>(("clk" + suffix).c_str(), period, 0.5, period / 2));
    accelerator->clk(*clocks_.back());
  } else {
    accelerator->clk(stopped_clk_);
  }
  accelerator->rst_n(rst_n_);
  accelerator->irq(lines_[number]);
  accelerator->memory.bind(bus.socket);
  bus.map(SmallSocMap::accelerator(number), register_window_bytes, accelerator->registers);
  accelerators_.push_back(std::move(accelerator));
}

void SmallSoc::leave_reset() {
  wait(reset_time_);
  rst_n_.write(true);
}

}  // namespace tensordash
