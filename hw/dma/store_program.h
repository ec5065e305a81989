#pragma once

#include <cstdint>
#include <vector>

namespace tensordash {

/// A result of a pass, and its place in a group of outputs.
struct ResultPlace {
  unsigned result = 0;  ///< row of the tile * columns + column
  unsigned place = 0;   ///< value of the group: block * lanes + channel
};

/// What becomes of the sums of a pass: of a block of a reduction they stay in CM for the next
/// block.
struct PassSums {
  std::uint64_t outputs = 0;  ///< the place in CM: what the tile's other outputs do not have
  bool resumes = false;       ///< its accumulators start from what lies there
  bool leaves = false;        ///< another pass will go on with them; else they are outputs
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
  /// Of any pass.
  virtual PassSums sums(std::uint64_t pass) const { return {pass, false, false}; }
  /// Passes that write into a group; of none, its outputs are +0.
  virtual std::uint32_t passes_into(std::uint64_t group) const = 0;
  /// Appends the groups that a pass writes into.
  virtual void groups_of(std::uint64_t pass, std::vector<std::uint64_t>& groups) const = 0;
  /// Appends the results of a pass that belong to one of its groups.
  virtual void places(std::uint64_t pass, std::uint64_t group,
                      std::vector<ResultPlace>& places) const = 0;
};

}  // namespace tensordash
