#pragma once

#include <memory>
#include <vector>

#include "platform/pin/machine.h"

namespace tensordash {

/// The pin-level machine with ideal memory.
class PinMachine : public Machine {
 public:
  PinMachine(const MachineParameters& parameters, const Connectivity& table);
  ~PinMachine() override;
  PinMachine(const PinMachine&) = delete;
  PinMachine& operator=(const PinMachine&) = delete;

  /// Runs the passes of `source`; `dense` bypasses the schedulers (always, when the machine's
  /// sparsity is none). Every pass is handed to `sink`, and its idle lanes to `idle_sink` if given.
  /// The first call starts with two clocks of reset.
  OperationClocks run(PassSource& source, bool dense, Sink sink, const Progress& progress = {},
                      const IdleSink& idle_sink = {});

  const std::vector<std::uint64_t>& tile_steps() const override;

 private:
  class Bench;

  PinMachine(bool always_dense, std::unique_ptr<Bench> bench);

  std::unique_ptr<Bench> bench_;
};

}  // namespace tensordash
