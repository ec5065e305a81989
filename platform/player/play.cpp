#include "platform/player/play.h"

#include "hw/dram/lpddr4.h"
#include "platform/config/dram_keys.h"
#include "platform/ip/accelerator.h"
#include "platform/player/player.h"
#include "platform/run/interrupt.h"

namespace tensordash {
namespace {

class PlayBench : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(PlayBench);

  ScriptPlayer<> player;

  PlayBench(const sc_core::sc_module_name& name, const PlayRequest& request, const Script& script)
      : sc_module(name),
        player("player", script, request.player),
        clk_("clk",
             sc_core::sc_time(static_cast<double>(request.accelerator.clock_ps), sc_core::SC_PS)),
        accelerator_("accelerator", request.accelerator),
        memory_("memory", DramConfiguration(dram_parameters(request.accelerator.machine))) {
    accelerator_.clk(clk_);
    accelerator_.rst_n(rst_n_);
    accelerator_.irq(irq_);
    accelerator_.memory.bind(memory_.socket);
    player.irq(irq_);
    player.rst_n(rst_n_);
    player.registers.bind(accelerator_.registers);
    player.memory.bind(memory_.socket);
    SC_METHOD(end);
    sensitive << player.done_event();
    dont_initialize();
  }

 private:
  void end() { sc_core::sc_pause(); }

  sc_core::sc_clock clk_;
  sc_core::sc_signal<bool> rst_n_{"rst_n"}, irq_{"irq"};
  Accelerator<> accelerator_;
  Lpddr4<> memory_;
};

}  // namespace

PlayResult play(const PlayRequest& request) {
  const Script script(request.script);
  PlayBench bench("bench", request, script);
  const sc_core::sc_time slice(10, sc_core::SC_US);
  while (!bench.player.done()) {
    sc_core::sc_start(slice);
    check_interrupted();
  }
  return {bench.player.failure(), bench.player.played(), sc_core::sc_time_stamp()};
}

}  // namespace tensordash
