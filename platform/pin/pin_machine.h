#pragma once

#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/array/tile_array.h"
#include "platform/pin/ledger_monitor.h"
#include "platform/pin/schedule_monitor.h"
#include "platform/pin/wave_dump.h"

namespace tensordash {

/// What a machine is made of.
struct MachineParameters {
  unsigned tiles = 16;
  TileParameters tile;
};

/// Clocks of one operation, all of them counted in simulation.
struct OperationClocks {
  std::uint64_t first_cycle = 0;  ///< clock of the whole simulation at which the operation starts
  std::uint64_t steps = 0;        ///< scheduler cycles of the tile that has most
  std::uint64_t cycles = 0;       ///< from the start to the last result
};

/// The pin-level machine with its clock and reset, elaborated once a process. Operations run on it
/// one after the other, sparse or dense.
class PinMachine {
 public:
  using Sink = ScheduleMonitor::Sink;
  using IdleSink = LedgerMonitor::Sink;
  /// Called now and then while an operation runs, with the clocks since its start.
  using Progress = std::function<void(std::uint64_t)>;

  /// Length of a clock: 500 MHz (paper, section 4).
  static constexpr double clock_ns = 2.0;

  PinMachine(const MachineParameters& parameters, const Connectivity& table);
  ~PinMachine();
  PinMachine(const PinMachine&) = delete;
  PinMachine& operator=(const PinMachine&) = delete;

  /// Dumps waves from now on. To be called before the first operation.
  void dump_waves(const WaveRequest& request);
  /// Completes the dump, if there is one. Throws WaveError.
  void finish_waves();

  /// Clocks since the beginning of the simulation, and before it when it was resumed.
  std::uint64_t now() const { return skipped_ + now_; }
  /// The clocks up to `clock` ran in an earlier process. To be called before the first operation.
  void resume_at(std::uint64_t clock);

  /// Runs the passes of `source`; `dense` bypasses the schedulers (always, when the machine's
  /// sparsity is none). Every pass is handed to `sink`, and its idle lanes to `idle_sink` if given.
  /// The first call starts with two clocks of reset.
  OperationClocks run(PassSource& source, bool dense, Sink sink, const Progress& progress = {},
                      const IdleSink& idle_sink = {});

  /// Scheduler cycles of each tile in the last operation.
  const std::vector<std::uint64_t>& tile_steps() const;

 private:
  void run_clocks(std::uint64_t count);

  class Bench;
  bool always_dense_;
  std::unique_ptr<Bench> bench_;
  std::unique_ptr<WaveDump> waves_;
  Sink sink_;
  std::uint64_t now_ = 0;      ///< clocks since the beginning of the simulation
  std::uint64_t skipped_ = 0;  ///< clocks of an earlier process
};

}  // namespace tensordash
