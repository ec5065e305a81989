#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "platform/pin/machine_bench.h"
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
  std::uint64_t cycles = 0;       ///< from the start to the last result, or answer of the memory
};

/// A pin-level machine with its clock and reset, elaborated once a process. Operations run on it
/// one after the other, sparse or dense; what they read and write is for those derived from it.
class Machine {
 public:
  using Sink = MachineBench::Sink;
  using IdleSink = MachineBench::IdleSink;
  /// Called now and then while an operation runs, with the clocks since its start.
  using Progress = std::function<void(std::uint64_t)>;

  virtual ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// Dumps waves from now on. To be called before the first operation.
  void dump_waves(const WaveRequest& request);
  /// Completes the dump, if there is one. Throws WaveError.
  void finish_waves();

  /// Clocks since the beginning of the simulation, and before it when it was resumed.
  std::uint64_t now() const { return skipped_ + now_; }
  /// The clocks up to `clock` ran in an earlier process. To be called before the first operation.
  void resume_at(std::uint64_t clock);

  /// Scheduler cycles of each tile in the last operation.
  virtual const std::vector<std::uint64_t>& tile_steps() const = 0;

 protected:
  /// `always_dense`: its tiles have no schedulers. `bench` outlives the machine.
  Machine(bool always_dense, MachineBench& bench);

  /// The clocks of this process alone.
  std::uint64_t clocks_here() const { return now_; }
  /// So many clocks, or fewer when an operation ends.
  void step(std::uint64_t count);
  /// Releases the reset, once.
  void leave_reset();
  /// Pulses `start` and lets the clock run until the operation has ended.
  OperationClocks run_operation(bool dense, const Progress& progress);

 private:
  void run_clocks(std::uint64_t count);

  const bool always_dense_;
  MachineBench& bench_;
  std::unique_ptr<WaveDump> waves_;
  std::uint64_t now_ = 0;      ///< clocks since the beginning of the simulation
  std::uint64_t skipped_ = 0;  ///< clocks of an earlier process
};

}  // namespace tensordash
