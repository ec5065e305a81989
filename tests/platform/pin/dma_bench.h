#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <functional>
#include <memory>
#include <vector>

#include "hw/dma/dma_port.h"
#include "hw/dma/load_engine.h"
#include "hw/dma/store_engine.h"
#include "hw/dram/lpddr4.h"
#include "hw/dram/monitor/command_bus_monitor.h"
#include "models/layout/byte_port.h"
#include "platform/pin/layer_load_program.h"
#include "platform/pin/layer_store_program.h"
#include "tests/platform/pin/dma_run.h"
#include "tests/support/systemc_test.h"

namespace tensordash {

// Between DMA and DRAM: notes what passes, and can spoil answers.
struct Tap : sc_core::sc_module {
  explicit Tap(const sc_core::sc_module_name& name);
  tlm_utils::simple_target_socket<Tap> in{"in"};
  tlm_utils::simple_initiator_socket<Tap> out{"out"};
  std::function<void(const tlm::tlm_generic_payload&)> on_request = [](const auto&) {};
  std::function<void(tlm::tlm_generic_payload&)> on_answer = [](auto&) {};

 private:
  tlm::tlm_sync_enum forward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                             sc_core::sc_time& delay);
  tlm::tlm_sync_enum backward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& delay);
};

// The debug transport of a memory.
class DebugPort : public sc_core::sc_module, public BytePort {
 public:
  explicit DebugPort(const sc_core::sc_module_name& name) : sc_module(name) {}
  tlm_utils::simple_initiator_socket<DebugPort> socket{"socket"};
  void read(std::uint64_t address, void* to, std::size_t bytes) override;
  void write(std::uint64_t address, const void* from, std::size_t bytes) override;

 private:
  void access(tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes);
};

// The DMA with a DRAM of its own, and tiles that follow their scripts.
class DmaBench {
 public:
  explicit DmaBench(const DmaCase& of);

  // An operation, judged as it goes: bank ports, addresses, data of portions that have landed.
  DmaRecord run(unsigned patience, Edge most = 300000);
  // Runs on until no request is under way.
  void drain();
  // A reset of the chip, after which nothing is under way.
  void reset();

  const DmaCase& of;
  sc_core::sc_clock clk{"clk", 2.0, sc_core::SC_NS, 0.5, 1.0, sc_core::SC_NS};
  sc_core::sc_signal<bool> rst_n{"rst_n"}, start{"start"}, busy{"busy"}, moving{"moving"};
  sc_core::sc_signal<unsigned> outstanding{"outstanding"};
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> needed_b, needed_a, taken;
  sc_core::sc_signal<LandedRows> landed{"landed"};
  sc_core::sc_vector<sc_core::sc_signal<LoadProgress>> progress;
  sc_core::sc_signal<DmaFault> load_fault{"load_fault"}, store_fault{"store_fault"};
  sc_core::sc_vector<sc_core::sc_signal<PassResult>> result;
  Lpddr4<> memory;
  Tap tap{"tap"};
  DebugPort debug{"debug"};
  DmaPort port;
  LoadEngine loads;
  StoreEngine stores;
  std::vector<std::unique_ptr<CommandBusMonitor>> monitors;

 private:
  void tick() { sc_core::sc_start(sc_core::sc_time(2.0, sc_core::SC_NS)); }
  void take_rows();
  void judge_portion(Side side, std::uint32_t portion, const std::vector<TileScript>& scripts);
  std::map<std::pair<unsigned, unsigned>, LaneRow>& sram(unsigned side, unsigned tile) {
    return srams_[side * of.tiles + tile];
  }

  std::unique_ptr<LayerLoadProgram> load_program_;
  std::unique_ptr<LayerStoreProgram> store_program_;
  std::vector<std::map<std::pair<unsigned, unsigned>, LaneRow>> srams_;  // [side][tile]
  std::vector<std::vector<std::uint32_t>> bases_;  // [side][portion * tiles + tile]
};

}  // namespace tensordash
