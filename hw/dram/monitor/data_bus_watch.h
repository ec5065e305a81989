#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "hw/dram/command.h"
#include "hw/dram/spec.h"

namespace tensordash {

/// When the data bus of a channel is taken, from the latencies alone: a check of the distances
/// between column commands that shares nothing with them.
class DataBusWatch {
 public:
  explicit DataBusWatch(const DramSpec& spec);

  /// A burst near another.
  struct Neighbour {
    DramCommandRecord command;
    /// Clocks of the bus between the two bursts' data; negative when they overlap.
    std::int64_t gap = 0;
  };

  /// Nearest bursts among those before; the one of the same rank, the one of another rank.
  struct Neighbours {
    std::optional<Neighbour> same_rank, other_rank;
  };

  /// A column command after all that came before.
  Neighbours note(const DramCommandRecord& command);

 private:
  struct Window {
    std::int64_t begin = 0, end = 0;
    DramCommandRecord command;
  };

  // Data of a write may overtake that of reads given before; of more than these many, never.
  static constexpr std::uint64_t remembered = 8;

  std::int64_t read_delay_, write_delay_, burst_clocks_;  ///< from the command's first edge
  std::array<Window, remembered> windows_;
  std::uint64_t count_ = 0;
};

}  // namespace tensordash
