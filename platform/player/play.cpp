#include "platform/player/play.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "hw/dram/lpddr4.h"
#include "platform/config/dram_keys.h"
#include "platform/ip/accelerator.h"
#include "platform/player/player.h"
#include "platform/run/interrupt.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

class PlayBench : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(PlayBench);

  ScriptPlayer<> player;

  PlayBench(const sc_core::sc_module_name& name, const PlayRequest& request, const Script& script)
      : sc_module(name),
        player("player", script, request.player),
        accelerator_("accelerator", request.accelerator),
        memory_("memory", DramConfiguration(dram_parameters(request.accelerator.machine))) {
    // Loosely timed nobody looks at it, and waits are long.
    if (request.accelerator.transport == Transport::approximately_timed) {
      clk_ = std::make_unique<sc_core::sc_clock>(
          "clk",
          sc_core::sc_time(static_cast<double>(request.accelerator.clock_ps), sc_core::SC_PS));
      accelerator_.clk(*clk_);
    } else {
      accelerator_.clk(stopped_clk_);
    }
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

  std::unique_ptr<sc_core::sc_clock> clk_;
  sc_core::sc_signal<bool> stopped_clk_{"stopped_clk"};
  sc_core::sc_signal<bool> rst_n_{"rst_n"}, irq_{"irq"};
  Accelerator<> accelerator_;
  Lpddr4<> memory_;
};

void make_folder(const std::filesystem::path& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (!problem && std::filesystem::is_directory(folder)) return;
  throw RequestError(fmt::format("--dumps {}: {}; allowed: a folder, or where one can be made",
                                 folder.string(), problem ? problem.message() : "not a folder"));
}

}  // namespace

PlayResult play(const PlayRequest& request) {
  const Script script(request.script);
  if (!request.player.dumps.empty()) make_folder(request.player.dumps);
  PlayBench bench("bench", request, script);
  const sc_core::sc_time slice(10, sc_core::SC_US);
  while (!bench.player.done()) {
    sc_core::sc_start(slice);
    check_interrupted();
  }
  return {bench.player.failure(), bench.player.played(), sc_core::sc_time_stamp()};
}

}  // namespace tensordash
