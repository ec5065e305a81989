#pragma once

#include <vector>

#include "hw/dma/store_program.h"
#include "models/dataflow/stream_plan.h"
#include "models/mapping/output_plan.h"

namespace tensordash {

/// What the store engine does in an operation of a layer: passes are those of the StreamPlan, a
/// pass's result number is row of the tile * columns + column.
class LayerStoreProgram : public StoreProgram {
 public:
  /// The plans outlive the program. The outputs lie at `data_base`, `slot_bytes` from one group to
  /// the next.
  LayerStoreProgram(const StreamPlan& streams, const OutputPlan& outputs, std::uint64_t data_base,
                    std::uint32_t slot_bytes);

  std::uint64_t data_base() const override { return data_base_; }
  std::uint32_t slot_bytes() const override { return slot_bytes_; }
  std::uint64_t groups() const override {
    return static_cast<std::uint64_t>(outputs_.layout().groups());
  }
  unsigned blocks(std::uint64_t group) const override {
    return outputs_.layout().extent(static_cast<std::int64_t>(group)).width;
  }
  std::uint32_t passes_into(std::uint64_t group) const override {
    return outputs_.passes_into(static_cast<std::int64_t>(group));
  }
  PassSums sums(std::uint64_t pass) const override;
  void groups_of(std::uint64_t pass, std::vector<std::uint64_t>& groups) const override;
  void places(std::uint64_t pass, std::uint64_t group,
              std::vector<ResultPlace>& places) const override;

 private:
  /// Where an output of the tensor lies.
  struct Place {
    std::uint32_t group = 0;
    std::uint32_t place = 0;
  };

  const StreamPlan& streams_;
  const OutputPlan& outputs_;
  const std::uint64_t data_base_;
  const std::uint32_t slot_bytes_;
  std::vector<Place> places_;  ///< [output]
};

}  // namespace tensordash
