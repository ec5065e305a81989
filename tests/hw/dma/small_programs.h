#pragma once

#include <array>
#include <vector>

#include "hw/dma/load_program.h"
#include "hw/dma/store_program.h"

namespace tensordash {

// Loads that a test writes down.
struct SmallLoads : LoadProgram {
  std::array<LoadTensor, 2> tensors{};
  std::vector<LoadItem> items;
  std::vector<LoadPortion> all;                                      // portions in their order
  std::array<std::vector<std::vector<std::uint32_t>>, 2> charges{};  // [side][portion][tile]
  unsigned banks = 4;
  std::size_t at = 0;

  const LoadTensor& tensor(unsigned side) const override { return tensors[side]; }
  const LoadItem* front() const override { return at < items.size() ? &items[at] : nullptr; }
  void pop() override { ++at; }
  std::uint32_t portions() const override { return static_cast<std::uint32_t>(all.size()); }
  LoadPortion portion(std::uint32_t number) const override { return all[number]; }
  std::uint32_t charge(unsigned side, std::uint32_t number, unsigned tile) const override {
    return charges[side][number][tile];
  }
  // Row n of group g goes to bank n, address g, of tile 0.
  std::vector<RowPlace> rows(const LoadItem& item) override {
    std::vector<RowPlace> rows;
    const unsigned count = tensors[item.side].transposed ? item.channels : item.blocks;
    for (unsigned row = 0; row < count; ++row) rows.push_back({row % banks, {{0, item.group}}});
    return rows;
  }
};

// Groups of four blocks of four values, each from passes 2 * group and 2 * group + 1: result r of
// the one goes to place r, of the other to place 8 + r.
struct SmallStores : StoreProgram {
  std::uint64_t count = 1;

  std::uint64_t data_base() const override { return 0x1000; }
  std::uint32_t slot_bytes() const override { return 64; }
  std::uint64_t groups() const override { return count; }
  unsigned blocks(std::uint64_t) const override { return 4; }
  std::uint32_t passes_into(std::uint64_t) const override { return 2; }
  void groups_of(std::uint64_t pass, std::vector<std::uint64_t>& groups) const override {
    if (pass / 2 < count) groups.push_back(pass / 2);
  }
  void places(std::uint64_t pass, std::uint64_t, std::vector<ResultPlace>& places) const override {
    for (unsigned result = 0; result < 8; ++result) {
      places.push_back({result, static_cast<unsigned>(pass % 2 * 8 + result)});
    }
  }
};

}  // namespace tensordash
