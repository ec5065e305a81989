#pragma once

#include <cstdint>
#include <vector>

namespace tensordash {

/// A result of a pass, and its place in a group of outputs.
struct ResultPlace {
  unsigned result = 0;  ///< row of the tile * columns + column
  unsigned place = 0;   ///< value of the group: block * lanes + channel
};

/// What a store engine does in an operation: which passes write into which groups of the outputs,
/// and where these lie in DRAM. Outputs are written raw, slot by slot.
class StoreProgram {
 public:
  StoreProgram() = default;
  virtual ~StoreProgram() = default;
  StoreProgram(const StoreProgram&) = delete;
  StoreProgram& operator=(const StoreProgram&) = delete;

  virtual std::uint64_t data_base() const = 0;   ///< address of the slot of group 0
  virtual std::uint32_t slot_bytes() const = 0;  ///< whole lines of the DMA
  virtual std::uint64_t groups() const = 0;
  /// Blocks of a group that hold outputs.
  virtual unsigned blocks(std::uint64_t group) const = 0;
  /// Passes that write into a group; of none, its outputs are +0.
  virtual std::uint32_t passes_into(std::uint64_t group) const = 0;
  /// Appends the groups that a pass writes into.
  virtual void groups_of(std::uint64_t pass, std::vector<std::uint64_t>& groups) const = 0;
  /// Appends the results of a pass that belong to one of its groups.
  virtual void places(std::uint64_t pass, std::uint64_t group,
                      std::vector<ResultPlace>& places) const = 0;
};

}  // namespace tensordash
