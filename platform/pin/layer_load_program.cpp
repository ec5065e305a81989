#include "platform/pin/layer_load_program.h"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

namespace tensordash {

LayerLoadProgram::LayerLoadProgram(const PortionPlan& plan, std::array<const SideOperand*, 2> sides,
                                   const std::array<LoadTensor, 2>& tensors,
                                   const MemoryParameters& parameters, unsigned tiles)
    : plan_(plan),
      sides_(sides),
      tensors_(tensors),
      tiles_(tiles),
      banks_(parameters.sram_banks),
      bank_rows_(parameters.bank_rows()),
      stream_(plan, {tensors[0].directory, tensors[1].directory}),
      placed_(std::numeric_limits<std::uint32_t>::max()) {
  for (unsigned side = 0; side < 2; ++side) {
    tensors_[side].transposed = sides_[side]->transposed();
    bases_[side].assign(tiles, 0);
  }
  settle();
}

void LayerLoadProgram::pop() {
  stream_.pop();
  settle();
}

void LayerLoadProgram::settle() {
  done_ = stream_.done();
  if (done_) return;
  const LoadStream::Item& item = stream_.front();
  item_ = LoadItem{};
  item_.line = item.line;
  item_.side = static_cast<unsigned>(item.side);
  item_.group = item.group;
  if (item.line) return;
  item_.portion = item.portion;
  item_.needs = item.needs;
  const GroupExtent extent = sides_[item_.side]->layout().extent(item.group);
  item_.blocks = extent.width;
  item_.channels = extent.height;
}

LoadPortion LayerLoadProgram::portion(std::uint32_t at) const {
  const Portion& portion = plan_.order()[at];
  return {static_cast<unsigned>(portion.side), portion.number,
          static_cast<std::uint32_t>(plan_.groups(portion.groups).size())};
}

/// Finds where the tiles keep the rows of a portion, and moves on to the next of its side.
void LayerLoadProgram::place(std::uint32_t portion) {
  placed_ = portion;
  places_.clear();
  const Portion& wanted = plan_.order()[portion];
  const auto side = static_cast<unsigned>(wanted.side);
  std::vector<std::uint32_t> ranks;
  for (; next_[side] <= wanted.number; ++next_[side]) {
    const std::uint32_t number = next_[side];
    for (unsigned tile = 0; tile < tiles_; ++tile) {
      const std::uint32_t charge = plan_.charge(wanted.side, number, tile);
      if (charge == 0) continue;
      const std::uint32_t base = bases_[side][tile];
      bases_[side][tile] = (base + charge) % bank_rows_;
      if (number != wanted.number) continue;
      ranks.assign(banks_, 0);
      for (const SramRow& row : plan_.rows_of(wanted.side, number, tile)) {
        const std::uint32_t rank = ranks[sides_[side]->bank(row, banks_)]++;
        if (rank >= charge) {
          throw std::logic_error(fmt::format(
              "portion {} of side {} has more rows in a bank of tile {} than its {} addresses",
              number, side == 0 ? "B" : "A", tile, charge));
        }
        places_[{row.owner, row.place}].push_back({tile, (base + rank) % bank_rows_});
      }
    }
  }
}

std::vector<RowPlace> LayerLoadProgram::rows(const LoadItem& item) {
  if (item.portion != placed_) place(item.portion);
  const SideOperand& operand = *sides_[item.side];
  std::vector<RowPlace> rows;
  const unsigned count = operand.transposed() ? item.channels : item.blocks;
  for (unsigned number = 0; number < count; ++number) {
    const SramRow row = operand.landed_row(item.group, number);
    RowPlace place;
    place.bank = operand.bank(row, banks_);
    const auto found = places_.find({row.owner, row.place});
    if (found != places_.end()) place.targets = found->second;
    rows.push_back(std::move(place));
  }
  return rows;
}

}  // namespace tensordash
