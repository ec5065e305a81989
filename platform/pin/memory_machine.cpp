#include "platform/pin/memory_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "hw/dram/monitor/command_bus_monitor.h"

namespace tensordash {
namespace {

constexpr std::uint64_t reset_clocks = 2;
constexpr std::uint64_t clock_ps = 2000;

sc_core::sc_time clocks(std::uint64_t count) {
  return sc_core::sc_time(PinMachine::clock_ns, sc_core::SC_NS) * static_cast<double>(count);
}

MemoryArrayParameters array_parameters(const MachineParameters& machine,
                                       const MemoryParameters& memory,
                                       const DramConfiguration& dram, const Connectivity& table) {
  const TileParameters& tile = machine.tile;
  MemoryArrayParameters p;
  p.tiles = machine.tiles;
  p.tile = tile;
  p.memory.lanes = table.lanes();
  p.memory.rows = tile.rows;
  p.memory.columns = tile.columns;
  p.memory.depth = table.depth();
  p.memory.schedulers = tile.schedulers();
  p.memory.sram_banks = memory.sram_banks;
  p.memory.sram_bank_rows = memory.bank_rows();
  p.memory.sram_rows_per_clock = memory.sram_rows_per_clock;
  p.memory.rows_gathered = table.lanes();
  p.memory.scratchpad_banks = memory.scratchpad_banks;
  p.memory.scratchpad_bank_rows = memory.scratchpad_rows() / memory.scratchpad_banks;
  p.load = {table.lanes(),      machine.tiles,      memory.sram_banks,
            memory.bank_rows(), memory.transposers, memory.dma_rows_per_clock,
            dram.burst_bytes()};
  const unsigned result_rows = (tile.pes() + table.lanes() - 1) / table.lanes();
  p.store = {table.lanes(), machine.tiles, memory.result_rows() / result_rows,
             memory.dma_rows_per_clock};
  p.dma = {memory.dma_outstanding, memory.dma_requests_per_clock};
  return p;
}

}  // namespace

/// The array and its DRAM with stimulus and monitors.
class MemoryMachine::Bench : public sc_core::sc_module {
 public:
  sc_core::sc_clock clk{"clk", clocks(1), 0.5, clocks(1) / 2};
  sc_core::sc_signal<bool> rst_n{"rst_n"}, start{"start"}, bypass{"bypass"}, busy{"busy"};
  sc_core::sc_signal<sc_dt::uint64> cycles{"cycles"};
  MemoryArray array;
  Lpddr4<> memory;
  DramBytes bytes{"bytes"};
  std::vector<std::unique_ptr<CommandBusMonitor>> bus_monitors;
  std::vector<std::unique_ptr<ScheduleMonitor>> monitors;
  std::vector<std::unique_ptr<LedgerMonitor>> ledger_monitors;

  Bench(sc_core::sc_module_name name, const MemoryArrayParameters& parameters,
        const DramConfiguration& dram, const Connectivity& table, const PinMachine::Sink& sink)
      : sc_module(name), array("array", parameters, table), memory("memory", dram) {
    array.clk(clk);
    array.rst_n(rst_n);
    array.start(start);
    array.bypass(bypass);
    array.busy(busy);
    array.cycles(cycles);
    array.port().socket.bind(memory.socket);
    bytes.socket.bind(memory.socket);
    for (unsigned channel = 0; channel < dram.parameters.channels; ++channel) {
      bus_monitors.push_back(std::make_unique<CommandBusMonitor>(
          fmt::format("bus_monitor_{}", channel).c_str(), dram));
      memory.channel(channel).commands.bind(*bus_monitors.back());
      memory.channel(channel).resets.bind(*bus_monitors.back());
    }
    for (unsigned tile = 0; tile < parameters.tiles; ++tile) {
      const TileArray::Wires& wires = array.wires(tile);
      monitors.push_back(std::make_unique<ScheduleMonitor>(
          fmt::format("monitor_{}", tile).c_str(), tile, parameters.tile, table, wires,
          [&sink](PassRecord&& record) { sink(std::move(record)); }));
      monitors.back()->clk(clk);
      ledger_monitors.push_back(std::make_unique<LedgerMonitor>(
          fmt::format("ledger_monitor_{}", tile).c_str(), array.tile(tile)));
      LedgerMonitor& ledger = *ledger_monitors.back();
      ledger.clk(clk);
      ledger.state(wires.state);
      ledger.turn(wires.turn);
      ledger.pass(wires.pass);
    }
    SC_HAS_PROCESS(Bench);
    SC_METHOD(pause_when_done);
    sensitive << busy.negedge_event();
    dont_initialize();
  }

  ~Bench() override {
    while (!monitors.empty()) {
      ledger_monitors.pop_back();
      monitors.pop_back();
    }
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

 private:
  void pause_when_done() { sc_core::sc_pause(); }
};

MemoryMachine::MemoryMachine(const MachineParameters& parameters, const MemoryParameters& memory,
                             const DramConfiguration& dram, const Connectivity& table)
    : always_dense_(parameters.tile.sparsity == Sparsity::none),
      tck_ps_(dram.spec.tck_ps),
      bench_(std::make_unique<Bench>("machine", array_parameters(parameters, memory, dram, table),
                                     dram, table, sink_)) {}

MemoryMachine::~MemoryMachine() = default;

void MemoryMachine::run_clocks(std::uint64_t count) {
  sc_core::sc_start(clocks(count));
  std::uint64_t ran = count;
  if (sc_core::sc_time_stamp() < clocks(now_ + count)) {
    const sc_core::sc_time into = sc_core::sc_time_stamp() - clocks(now_);
    ran = static_cast<std::uint64_t>(into / clocks(1)) + 1;
    sc_core::sc_start(clocks(now_ + ran) - sc_core::sc_time_stamp());
  }
  now_ += ran;
}

/// To a moment between two clocks that is an edge of the DRAM's clock as well.
void MemoryMachine::align() {
  while (now_ * clock_ps % tck_ps_ != 0) run_clocks(1);
}

OperationClocks MemoryMachine::run(const MemoryOperation& operation, bool dense,
                                   PinMachine::Sink sink, const PinMachine::Progress& progress,
                                   const PinMachine::IdleSink& idle_sink) {
  constexpr std::uint64_t progress_interval = 4096;
  sink_ = std::move(sink);
  for (auto& monitor : bench_->ledger_monitors) monitor->set_sink(idle_sink);
  while (now_ < reset_clocks) run_clocks(reset_clocks - now_);
  bench_->rst_n.write(true);
  bench_->bypass.write(dense || always_dense_);
  align();
  bench_->memory.reset();
  bench_->array.set_programs(operation.load, operation.store, operation.tiles);
  std::vector<TileMemoryCounters> before;
  for (unsigned tile = 0; tile < bench_->array.tiles(); ++tile) {
    before.push_back(bench_->array.memory(tile).counters());
  }
  bench_->start.write(true);
  OperationClocks result;
  result.first_cycle = now_;
  run_clocks(1);
  bench_->start.write(false);
  do {
    run_clocks(progress_interval);
    if (progress) progress(bench_->cycles.read());
    const DmaFault& fault = bench_->array.fault();
    if (fault.kind != DmaFaultKind::none) throw DmaFaultError(fault);
  } while (bench_->busy.read());
  run_clocks(1);
  result.cycles = bench_->cycles.read();
  const auto& steps = tile_steps();
  result.steps = *std::max_element(steps.begin(), steps.end());
  counts_ = {};
  for (unsigned tile = 0; tile < bench_->array.tiles(); ++tile) {
    const TileMemoryCounters now = bench_->array.memory(tile).counters();
    counts_.tile_stalls.emplace_back();
    for (std::size_t cause = 0; cause < stall_causes; ++cause) {
      counts_.tile_stalls.back()[cause] = now.stalls[cause] - before[tile].stalls[cause];
    }
    for (std::size_t side = 0; side < 2; ++side) {
      counts_.tiles.sram_reads[side] += now.sram_reads[side] - before[tile].sram_reads[side];
      counts_.tiles.bank_conflicts[side] +=
          now.bank_conflicts[side] - before[tile].bank_conflicts[side];
    }
    counts_.tiles.scratchpad_writes += now.scratchpad_writes - before[tile].scratchpad_writes;
    counts_.tiles.scratchpad_reads += now.scratchpad_reads - before[tile].scratchpad_reads;
  }
  return result;
}

const std::vector<std::uint64_t>& MemoryMachine::tile_steps() const {
  return bench_->array.tile_steps();
}

const LoadEngine& MemoryMachine::loads() const {
  return bench_->array.loads();
}

const StoreEngine& MemoryMachine::stores() const {
  return bench_->array.stores();
}

BytePort& MemoryMachine::dram() {
  return bench_->bytes;
}

}  // namespace tensordash
