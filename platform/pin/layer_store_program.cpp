#include "platform/pin/layer_store_program.h"

#include "platform/pin/segment_sums.h"

namespace tensordash {

LayerStoreProgram::LayerStoreProgram(const StreamPlan& streams, const OutputPlan& outputs,
                                     std::uint64_t data_base, std::uint32_t slot_bytes)
    : streams_(streams), outputs_(outputs), data_base_(data_base), slot_bytes_(slot_bytes) {
  const TensorLayout& layout = outputs.layout();
  places_.resize(static_cast<std::size_t>(streams.output_count()));
  for (std::int64_t group = 0; group < layout.groups(); ++group) {
    const GroupExtent extent = layout.extent(group);
    for (unsigned x = 0; x < extent.width; ++x) {
      for (unsigned y = 0; y < extent.height; ++y) {
        const std::int64_t output = extent.first + x * extent.x_stride + y * extent.y_stride;
        places_[static_cast<std::size_t>(output)] = {static_cast<std::uint32_t>(group),
                                                     x * layout.lanes() + y};
      }
    }
  }
}

PassSums LayerStoreProgram::sums(std::uint64_t pass) const {
  const PassPlace place = streams_.pass(pass);
  return sums_of(*place.segment, place.number);
}

void LayerStoreProgram::groups_of(std::uint64_t pass, std::vector<std::uint64_t>& groups) const {
  const PassPlace at = streams_.pass(pass);
  const auto& segments = streams_.segments();
  const auto segment = static_cast<std::size_t>(at.segment - segments.data());
  std::vector<std::int64_t> found;
  outputs_.groups_of(segment, at.first_i / streams_.geometry().rows,
                     at.first_j / streams_.geometry().columns, found);
  groups.insert(groups.end(), found.begin(), found.end());
}

void LayerStoreProgram::places(std::uint64_t pass, std::uint64_t group,
                               std::vector<ResultPlace>& places) const {
  const PassPlace at = streams_.pass(pass);
  for (unsigned row = 0; row < at.rows; ++row) {
    for (unsigned column = 0; column < at.columns; ++column) {
      const std::int64_t output =
          streams_.output_index(*at.segment, at.first_i + row, at.first_j + column);
      const Place& place = places_[static_cast<std::size_t>(output)];
      if (place.group != group) continue;
      places.push_back({row * streams_.geometry().columns + column, place.place});
    }
  }
}

}  // namespace tensordash
