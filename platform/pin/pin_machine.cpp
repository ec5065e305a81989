#include "platform/pin/pin_machine.h"

#include <utility>

namespace tensordash {

/// The array with its stimulus and monitors.
class PinMachine::Bench : public MachineBench {
 public:
  TileArray array;

  Bench(sc_core::sc_module_name name, const MachineParameters& parameters,
        const Connectivity& table)
      : MachineBench(name), array("array", parameters.tiles, parameters.tile, table) {
    array.clk(clk);
    array.rst_n(rst_n);
    array.start(start);
    array.bypass(bypass);
    array.busy(busy);
    array.cycles(cycles);
    for (unsigned tile = 0; tile < parameters.tiles; ++tile) {
      watch(array.tile(tile), array.wires(tile), parameters.tile, table);
    }
  }
  ~Bench() override { unwatch(); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
};

PinMachine::PinMachine(bool always_dense, std::unique_ptr<Bench> bench)
    : Machine(always_dense, *bench), bench_(std::move(bench)) {}

PinMachine::PinMachine(const MachineParameters& parameters, const Connectivity& table)
    : PinMachine(parameters.tile.sparsity == Sparsity::none,
                 std::make_unique<Bench>("machine", parameters, table)) {}

PinMachine::~PinMachine() = default;

OperationClocks PinMachine::run(PassSource& source, bool dense, Sink sink, const Progress& progress,
                                const IdleSink& idle_sink) {
  bench_->set_sinks(std::move(sink), idle_sink);
  leave_reset();
  bench_->array.set_source(&source);
  return run_operation(dense, progress);
}

const std::vector<std::uint64_t>& PinMachine::tile_steps() const {
  return bench_->array.tile_steps();
}

}  // namespace tensordash
