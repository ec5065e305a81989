#include "platform/pin/memory_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hw/dram/lpddr4.h"
#include "hw/dram/monitor/command_bus_monitor.h"
#include "platform/pin/dram_bytes.h"

namespace tensordash {
namespace {

constexpr auto clock_ps = static_cast<std::uint64_t>(machine_clock_ns * 1000);

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

/// Within so many clocks there is a step, a request or a row that lands. Between two of them the
/// windows of a side may be filled bundle by bundle, each of whose rows may lie in one bank.
std::uint64_t patience_of(const MemoryArrayParameters& p) {
  constexpr std::uint64_t of_dram = 10000;
  const std::uint64_t bundle = std::uint64_t{std::max(p.memory.rows, p.memory.columns)} *
                               p.memory.rows_gathered * p.memory.sram_rows_per_clock;
  return of_dram + 2 * (p.memory.depth + 2) * bundle;
}

/// What the blocks have counted since the beginning of the simulation.
class BlockCounters {
 public:
  BlockCounters(const MemoryArray& array, const DramStatistics& dram) {
    for (unsigned tile = 0; tile < array.tiles(); ++tile) {
      tiles_.push_back(array.memory(tile).counters());
    }
    for (const ChannelStatistics& channel : dram.channels) {
      bursts_ += channel.bursts_read() + channel.bursts_written();
      hits_ += channel.reads[RowOutcome::hit] + channel.writes[RowOutcome::hit];
    }
  }

  /// What was counted from `before` to here; stores and loads count operation by operation.
  MemoryCounts since(const BlockCounters& before, const MemoryArray& array) const {
    MemoryCounts counts;
    MemoryTraffic& traffic = counts.traffic;
    for (std::size_t tile = 0; tile < tiles_.size(); ++tile) {
      const TileMemoryCounters& now = tiles_[tile];
      const TileMemoryCounters& then = before.tiles_[tile];
      counts.tile_stalls.emplace_back();
      for (std::size_t cause = 0; cause < stall_causes; ++cause) {
        counts.tile_stalls.back()[cause] = now.stalls[cause] - then.stalls[cause];
      }
      for (std::size_t side = 0; side < 2; ++side) {
        traffic.sram_reads[side] += now.sram_reads[side] - then.sram_reads[side];
        traffic.bank_conflicts[side] += now.bank_conflicts[side] - then.bank_conflicts[side];
        traffic.fetch_clocks[side] += now.fetch_clocks[side] - then.fetch_clocks[side];
      }
      traffic.scratchpad_writes += now.scratchpad_writes - then.scratchpad_writes;
      traffic.scratchpad_reads += now.scratchpad_reads - then.scratchpad_reads;
    }
    const LoadEngine& loads = array.loads();
    traffic.dram_read_bytes = loads.group_bytes_read() + loads.directory_bytes_read();
    traffic.dram_directory_bytes = loads.directory_bytes_read();
    traffic.transposed_groups = loads.groups_transposed();
    for (unsigned side = 0; side < 2; ++side) {
      traffic.loaded_groups[side] = loads.groups_loaded(side);
      traffic.sram_writes[side] = loads.rows_written(side) + loads.rows_passed_by(side);
    }
    for (unsigned tile = 0; tile < array.tiles(); ++tile) {
      traffic.partial_writes += array.link(tile).partial_writes();
      traffic.partial_reads += array.link(tile).partial_reads();
    }
    traffic.dram_write_bytes = array.stores().bytes();
    traffic.result_writes = array.stores().results_written();
    traffic.result_reads = array.stores().results_read();
    traffic.dram_bursts = bursts_ - before.bursts_;
    traffic.dram_row_hits = hits_ - before.hits_;
    return counts;
  }

 private:
  std::vector<TileMemoryCounters> tiles_;
  std::uint64_t bursts_ = 0, hits_ = 0;
};

}  // namespace

/// The array and its DRAM with stimulus and monitors.
class MemoryMachine::Bench : public MachineBench {
 public:
  MemoryArray array;
  Refusals refusals{"refusals"};
  Lpddr4<> memory;
  DramBytes bytes{"bytes"};
  std::vector<std::unique_ptr<CommandBusMonitor>> bus_monitors;
  const std::uint64_t tck_ps;
  const std::uint64_t patience;

  Bench(sc_core::sc_module_name name, const MemoryArrayParameters& parameters,
        const DramConfiguration& dram, const Connectivity& table)
      : MachineBench(name),
        array("array", parameters, table),
        memory("memory", dram),
        tck_ps(dram.spec.tck_ps),
        patience(patience_of(parameters)) {
    array.clk(clk);
    array.rst_n(rst_n);
    array.start(start);
    array.bypass(bypass);
    array.busy(busy);
    array.cycles(cycles);
    array.port().socket.bind(refusals.in);
    refusals.out.bind(memory.socket);
    bytes.socket.bind(memory.socket);
    for (unsigned channel = 0; channel < dram.parameters.channels; ++channel) {
      bus_monitors.push_back(std::make_unique<CommandBusMonitor>(
          fmt::format("bus_monitor_{}", channel).c_str(), dram));
      memory.channel(channel).commands.bind(*bus_monitors.back());
      memory.channel(channel).resets.bind(*bus_monitors.back());
    }
    for (unsigned tile = 0; tile < parameters.tiles; ++tile) {
      watch(array.tile(tile), array.wires(tile), parameters.tile, table);
    }
  }
  ~Bench() override { unwatch(); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  BlockCounters counters() { return {array, memory.statistics()}; }
};

MemoryMachine::MemoryMachine(bool always_dense, std::unique_ptr<Bench> bench)
    : Machine(always_dense, *bench), bench_(std::move(bench)) {}

MemoryMachine::MemoryMachine(const MachineParameters& parameters, const MemoryParameters& memory,
                             const DramConfiguration& dram, const Connectivity& table)
    : MemoryMachine(
          parameters.tile.sparsity == Sparsity::none,
          std::make_unique<Bench>("machine", array_parameters(parameters, memory, dram, table),
                                  dram, table)) {}

MemoryMachine::~MemoryMachine() = default;

/// To a moment between two clocks that is an edge of the DRAM's clock as well.
void MemoryMachine::align() {
  while (clocks_here() * clock_ps % bench_->tck_ps != 0) step(1);
}

void MemoryMachine::look_for_faults(std::uint64_t now) {
  const MemoryArray& array = bench_->array;
  const DmaFault& fault = array.fault();
  if (fault.kind != DmaFaultKind::none) throw DmaFaultError(fault);
  std::uint64_t moved = array.requests() + array.loads().rows_landed();
  for (const std::uint64_t steps : tile_steps()) moved += steps;
  if (moved != moved_) {
    moved_ = moved;
    moved_at_ = now;
  } else if (now > moved_at_ + bench_->patience && bench_->busy.read()) {
    throw std::logic_error("loads, tiles and stores wait for each other");
  }
}

OperationClocks MemoryMachine::run(const MemoryOperation& operation, bool dense, Sink sink,
                                   const Progress& progress, const IdleSink& idle_sink) {
  bench_->set_sinks(std::move(sink), idle_sink);
  leave_reset();
  align();
  bench_->memory.reset();
  bench_->array.set_programs(operation.load, operation.store, operation.tiles);
  const BlockCounters before = bench_->counters();
  moved_ = moved_at_ = 0;
  const OperationClocks clocks = run_operation(dense, [&](std::uint64_t now) {
    look_for_faults(now);
    if (progress) progress(now);
  });
  // Rows may be on their way that no tile waits for.
  while (bench_->array.landing()) step(1);
  counts_ = bench_->counters().since(before, bench_->array);
  counts_.write_back = clocks.cycles - bench_->array.result_cycles();
  return clocks;
}

const std::vector<std::uint64_t>& MemoryMachine::tile_steps() const {
  return bench_->array.tile_steps();
}

void MemoryMachine::refuse(std::vector<RefusedBurst> bursts) {
  bench_->refusals.set(std::move(bursts));
}

BytePort& MemoryMachine::dram() {
  // Sockets are bound to each other at the end of elaboration only.
  if (sc_core::sc_get_status() == sc_core::SC_ELABORATION) sc_core::sc_start(sc_core::SC_ZERO_TIME);
  return bench_->bytes;
}

}  // namespace tensordash
