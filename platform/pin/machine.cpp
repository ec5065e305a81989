#include "platform/pin/machine.h"

#include <algorithm>

namespace tensordash {
namespace {

constexpr std::uint64_t reset_clocks = 2;

}  // namespace

Machine::Machine(bool always_dense, MachineBench& bench)
    : always_dense_(always_dense), bench_(bench) {}

Machine::~Machine() = default;

void Machine::dump_waves(const WaveRequest& request) {
  waves_ = std::make_unique<WaveDump>(bench_, request);
}

void Machine::finish_waves() {
  if (waves_) waves_->finish();
}

void Machine::resume_at(std::uint64_t clock) {
  // This process has a reset of its own, which the earlier one has counted already.
  skipped_ = clock < reset_clocks ? 0 : clock - reset_clocks;
}

void Machine::run_clocks(std::uint64_t count) {
  sc_core::sc_start(machine_clocks(count));
  std::uint64_t ran = count;
  if (sc_core::sc_time_stamp() < machine_clocks(now_ + count)) {
    // Paused in the middle of a clock, at the edge that ended the operation: complete it.
    const sc_core::sc_time into = sc_core::sc_time_stamp() - machine_clocks(now_);
    ran = static_cast<std::uint64_t>(into / machine_clocks(1)) + 1;
    sc_core::sc_start(machine_clocks(now_ + ran) - sc_core::sc_time_stamp());
  }
  now_ += ran;
}

void Machine::step(std::uint64_t count) {
  run_clocks(waves_ ? waves_->until_next_change(now_, count) : count);
}

void Machine::leave_reset() {
  while (now_ < reset_clocks) step(reset_clocks - now_);
  bench_.rst_n.write(true);
}

OperationClocks Machine::run_operation(bool dense, const Progress& progress) {
  constexpr std::uint64_t progress_interval = 4096;
  bench_.bypass.write(dense || always_dense_);
  bench_.start.write(true);
  OperationClocks result;
  result.first_cycle = now();
  step(1);
  bench_.start.write(false);
  do {
    step(progress_interval);
    if (progress) progress(bench_.cycles.read());
  } while (bench_.busy.read());
  step(1);  // the monitors read the last results at the next edge
  result.cycles = bench_.cycles.read();
  const auto& steps = tile_steps();
  result.steps = *std::max_element(steps.begin(), steps.end());
  return result;
}

}  // namespace tensordash
