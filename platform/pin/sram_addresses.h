#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "hw/memory/row_request.h"
#include "models/mapping/portion_plan.h"

namespace tensordash {

/// Where the rows of a side's portions lie in the SRAM of one tile. Every bank is a ring of
/// addresses: a portion takes as many of each as it is charged, behind the portion before; its rows
/// stand there in the order of PortionPlan::rows_of(), each in its own bank.
class SramAddresses {
 public:
  struct Place {
    SramRow row;
    RowRequest address;
  };

  /// Everything must outlive the object.
  SramAddresses(Side side, unsigned tile, const SideOperand& operand, const PortionPlan& portions,
                const MemoryParameters& parameters);

  /// The rows of a portion in the order in which they are written.
  /// Throws std::logic_error when a portion has more rows in a bank than it is charged.
  std::vector<Place> places(std::uint32_t portion) const;

  /// Where `row`, which one of the portions `first` to `last` brings, lies. Throws std::logic_error
  /// when none of them does.
  RowRequest find(std::uint32_t first, std::uint32_t last, const SramRow& row);
  /// Portions below will not be asked for again.
  void forget(std::uint32_t before);

 private:
  using Rows = std::map<std::pair<std::int64_t, std::int64_t>, RowRequest>;  ///< by owner and place

  const Rows& rows_of(std::uint32_t portion);

  const Side side_;
  const unsigned tile_;
  const SideOperand& operand_;
  const PortionPlan& portions_;
  const unsigned banks_, bank_rows_;
  std::vector<unsigned> bases_;          ///< [portion]
  std::map<std::uint32_t, Rows> known_;  ///< of portions that were asked for
};

}  // namespace tensordash
