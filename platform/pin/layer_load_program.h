#pragma once

#include <array>
#include <map>
#include <vector>

#include "hw/dma/load_program.h"
#include "models/mapping/portion_plan.h"
#include "models/memory/load_stream.h"

namespace tensordash {

/// What the load engine does in an operation of a layer: its portions, in the order of a
/// LoadStream. The tile's fetch engines find the rows where it puts them: a portion takes
/// charge(portion, tile) addresses in every bank of the tile's SRAM, behind those of the tile's
/// earlier portions of the side, modulo the rows of a bank; a row's address is that of the portion
/// and its rank among those of the portion's rows (PortionPlan::rows_of()) that lie in its bank.
class LayerLoadProgram : public LoadProgram {
 public:
  /// The plan and the operands outlive the program. `tensors`: where they lie; whether they land
  /// transposed follows from the operands.
  LayerLoadProgram(const PortionPlan& plan, std::array<const SideOperand*, 2> sides,
                   const std::array<LoadTensor, 2>& tensors, const MemoryParameters& parameters,
                   unsigned tiles);

  const LoadTensor& tensor(unsigned side) const override { return tensors_[side]; }
  const LoadItem* front() const override { return done_ ? nullptr : &item_; }
  void pop() override;
  std::uint32_t portions() const override {
    return static_cast<std::uint32_t>(plan_.order().size());
  }
  LoadPortion portion(std::uint32_t at) const override;
  std::uint32_t charge(unsigned side, std::uint32_t number, unsigned tile) const override {
    return plan_.charge(static_cast<Side>(side), number, tile);
  }
  /// Throws std::logic_error for a row whose address would lie beyond its portion's.
  std::vector<RowPlace> rows(const LoadItem& item) override;

 private:
  using RowKey = std::pair<std::int64_t, std::int64_t>;  ///< owner and place

  void settle();
  void place(std::uint32_t portion);

  const PortionPlan& plan_;
  const std::array<const SideOperand*, 2> sides_;
  std::array<LoadTensor, 2> tensors_;
  const unsigned tiles_, banks_;
  const std::uint32_t bank_rows_;
  LoadStream stream_;
  LoadItem item_;
  bool done_ = false;
  std::array<std::vector<std::uint32_t>, 2> bases_;  ///< [side][tile] of the next portion
  std::array<std::uint32_t, 2> next_{};              ///< [side] portions that were placed
  std::uint32_t placed_ = 0;                         ///< the portion in `places_`, in the order
  std::map<RowKey, std::vector<RowTarget>> places_;
};

}  // namespace tensordash
