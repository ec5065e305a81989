#include "platform/pin/memory_machine.h"

#include <fmt/format.h>

#include <utility>

#include "hw/dram/lpddr4.h"
#include "hw/dram/monitor/command_bus_monitor.h"
#include "platform/pin/dram_bytes.h"

namespace tensordash {
namespace {

constexpr auto clock_ps = static_cast<std::uint64_t>(machine_clock_ns * 1000);

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
        patience(clocks_of_patience(parameters)) {
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

  /// Bursts of the DRAM, and those of them that found their row open.
  std::array<std::uint64_t, 2> bursts() {
    std::array<std::uint64_t, 2> counts{};
    for (const ChannelStatistics& channel : memory.statistics().channels) {
      counts[0] += channel.bursts_read() + channel.bursts_written();
      counts[1] += channel.reads[RowOutcome::hit] + channel.writes[RowOutcome::hit];
    }
    return counts;
  }
};

MemoryMachine::MemoryMachine(bool always_dense, std::unique_ptr<Bench> bench)
    : Machine(always_dense, *bench), bench_(std::move(bench)) {}

MemoryMachine::MemoryMachine(const MachineParameters& parameters, const MemoryParameters& memory,
                             const DramConfiguration& dram, const Connectivity& table)
    : MemoryMachine(parameters.tile.sparsity == Sparsity::none,
                    std::make_unique<Bench>(
                        "machine", array_parameters(parameters, memory, dram.burst_bytes(), table),
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
  const ArrayCounters before(bench_->array);
  const auto bursts = bench_->bursts();
  moved_ = moved_at_ = 0;
  const OperationClocks clocks = run_operation(dense, [&](std::uint64_t now) {
    look_for_faults(now);
    if (progress) progress(now);
  });
  // Rows may be on their way that no tile waits for.
  while (bench_->array.landing()) step(1);
  counts_ = ArrayCounters(bench_->array).since(before, bench_->array);
  const auto bursts_now = bench_->bursts();
  counts_.traffic.dram_bursts = bursts_now[0] - bursts[0];
  counts_.traffic.dram_row_hits = bursts_now[1] - bursts[1];
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
