#include "platform/pin/pin_machine.h"

#include <fmt/format.h>

#include <algorithm>

namespace tensordash {
namespace {

constexpr std::uint64_t reset_clocks = 2;

sc_core::sc_time clocks(std::uint64_t count) {
  return sc_core::sc_time(PinMachine::clock_ns, sc_core::SC_NS) * static_cast<double>(count);
}

}  // namespace

/// The array with its stimulus and monitors.
class PinMachine::Bench : public sc_core::sc_module {
 public:
  // The first rising edge comes half a clock after time zero, so a whole clock holds one edge and
  // inputs written between clocks are stable around it.
  sc_core::sc_clock clk{"clk", clocks(1), 0.5, clocks(1) / 2};
  sc_core::sc_signal<bool> rst_n{"rst_n"}, start{"start"}, bypass{"bypass"}, busy{"busy"};
  sc_core::sc_signal<sc_dt::uint64> cycles{"cycles"};
  TileArray array;
  std::vector<std::unique_ptr<ScheduleMonitor>> monitors;
  std::vector<std::unique_ptr<LedgerMonitor>> ledger_monitors;

  Bench(sc_core::sc_module_name name, const MachineParameters& parameters,
        const Connectivity& table, const Sink& sink)
      : sc_module(name), array("array", parameters.tiles, parameters.tile, table) {
    array.clk(clk);
    array.rst_n(rst_n);
    array.start(start);
    array.bypass(bypass);
    array.busy(busy);
    array.cycles(cycles);
    for (unsigned tile = 0; tile < parameters.tiles; ++tile) {
      monitors.push_back(std::make_unique<ScheduleMonitor>(
          fmt::format("monitor_{}", tile).c_str(), tile, parameters.tile, table, array.wires(tile),
          [&sink](PassRecord&& record) { sink(std::move(record)); }));
      monitors.back()->clk(clk);
      add_ledger_monitor(tile);
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
  void add_ledger_monitor(unsigned tile) {
    const TileArray::Wires& wires = array.wires(tile);
    ledger_monitors.push_back(std::make_unique<LedgerMonitor>(
        fmt::format("ledger_monitor_{}", tile).c_str(), array.tile(tile)));
    LedgerMonitor& monitor = *ledger_monitors.back();
    monitor.clk(clk);
    monitor.state(wires.state);
    monitor.turn(wires.turn);
    monitor.pass(wires.pass);
  }
  void pause_when_done() { sc_core::sc_pause(); }
};

PinMachine::PinMachine(const MachineParameters& parameters, const Connectivity& table)
    : always_dense_(parameters.tile.sparsity == Sparsity::none),
      bench_(std::make_unique<Bench>("machine", parameters, table, sink_)) {}

PinMachine::~PinMachine() = default;

void PinMachine::dump_waves(const WaveRequest& request) {
  waves_ = std::make_unique<WaveDump>(*bench_, request);
}

void PinMachine::finish_waves() {
  if (waves_) waves_->finish();
}

void PinMachine::run_clocks(std::uint64_t count) {
  sc_core::sc_start(clocks(count));
  std::uint64_t ran = count;
  if (sc_core::sc_time_stamp() < clocks(now_ + count)) {
    // Paused in the middle of a clock, at the edge that ended the operation: complete it.
    const sc_core::sc_time into = sc_core::sc_time_stamp() - clocks(now_);
    ran = static_cast<std::uint64_t>(into / clocks(1)) + 1;
    sc_core::sc_start(clocks(now_ + ran) - sc_core::sc_time_stamp());
  }
  now_ += ran;
}

void PinMachine::resume_at(std::uint64_t clock) {
  // This process has a reset of its own, which the earlier one has counted already.
  skipped_ = clock < reset_clocks ? 0 : clock - reset_clocks;
}

OperationClocks PinMachine::run(PassSource& source, bool dense, Sink sink, const Progress& progress,
                                const IdleSink& idle_sink) {
  constexpr std::uint64_t progress_interval = 4096;
  const auto step = [&](std::uint64_t count) {
    run_clocks(waves_ ? waves_->until_next_change(now_, count) : count);
  };
  sink_ = std::move(sink);
  for (auto& monitor : bench_->ledger_monitors) monitor->set_sink(idle_sink);
  while (now_ < reset_clocks) step(reset_clocks - now_);
  bench_->rst_n.write(true);
  bench_->bypass.write(dense || always_dense_);
  bench_->array.set_source(&source);
  bench_->start.write(true);
  OperationClocks result;
  result.first_cycle = now();
  step(1);
  bench_->start.write(false);
  do {
    step(progress_interval);
    if (progress) progress(bench_->cycles.read());
  } while (bench_->busy.read());
  step(1);  // the monitors read the last results at the next edge
  result.cycles = bench_->cycles.read();
  const auto& steps = tile_steps();
  result.steps = *std::max_element(steps.begin(), steps.end());
  return result;
}

const std::vector<std::uint64_t>& PinMachine::tile_steps() const {
  return bench_->array.tile_steps();
}

}  // namespace tensordash
