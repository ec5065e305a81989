#include "models/golden/pass_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace tensordash::golden {
namespace {

std::int64_t ceil_divide(std::int64_t value, std::int64_t by) {
  return (value + by - 1) / by;
}

/// Outputs and filter positions on one axis that belong to a stride phase.
struct AxisPhase {
  std::int64_t first = 0, count = 0;
  std::vector<std::int64_t> taps;
};

AxisPhase axis_phase(std::int64_t phase, std::int64_t size, std::int64_t filter,
                     std::int64_t stride, std::int64_t padding, std::int64_t dilation) {
  AxisPhase result;
  for (std::int64_t position = size; position-- > 0;) {
    if ((position + padding) % stride != phase) continue;
    result.first = position;
    ++result.count;
  }
  for (std::int64_t tap = 0; tap < filter; ++tap) {
    if (tap * dilation % stride == phase) result.taps.push_back(tap);
  }
  return result;
}

std::vector<std::int64_t> all_taps(std::int64_t filter) {
  std::vector<std::int64_t> taps;
  for (std::int64_t tap = 0; tap < filter; ++tap) taps.push_back(tap);
  return taps;
}

}  // namespace

PassMap::PassMap(const Problem& problem, const Geometry& geometry)
    : problem_(problem), geometry_(geometry) {
  if (geometry.rows == 0 || geometry.columns == 0 || geometry.tiles == 0 || geometry.lanes == 0) {
    throw std::invalid_argument(
        fmt::format("golden: rows, columns, tiles and lanes must be 1 or more, got {}, {}, {}, {}",
                    geometry.rows, geometry.columns, geometry.tiles, geometry.lanes));
  }
  for (std::int64_t group = 0; group < problem.shape.groups; ++group) add_group(group);
}

void PassMap::add_group(std::int64_t group) {
  const LayerShape& shape = problem_.shape;
  Section section;
  section.group = group;
  section.taps = {all_taps(shape.R), all_taps(shape.S)};
  switch (problem_.operation) {
    case Operation::forward:
      section.count = {shape.P, shape.Q};
      section.column_streams = shape.filters_per_group();
      add(section);
      return;
    case Operation::backward_data:
      section.count = {shape.H, shape.W};
      section.column_streams = shape.channels_per_group();
      if (problem_.dilation_zeros_removed) {
        add_phases(section);
      } else {
        add(section);
      }
      return;
    case Operation::backward_weights:
      section.row_streams = shape.filters_per_group();
      section.column_streams = shape.channels_per_group() * shape.R * shape.S;
      if (problem_.sparse == SparseOperand::activations) {
        std::swap(section.row_streams, section.column_streams);
      }
      add(section);
  }
}

void PassMap::add_phases(const Section& whole) {
  const LayerShape& shape = problem_.shape;
  for (std::int64_t vertical = 0; vertical < shape.stride[0]; ++vertical) {
    const AxisPhase up = axis_phase(vertical, shape.H, shape.R, shape.stride[0], shape.padding[0],
                                    shape.dilation[0]);
    if (up.count == 0 || up.taps.empty()) continue;
    for (std::int64_t horizontal = 0; horizontal < shape.stride[1]; ++horizontal) {
      const AxisPhase across = axis_phase(horizontal, shape.W, shape.S, shape.stride[1],
                                          shape.padding[1], shape.dilation[1]);
      if (across.count == 0 || across.taps.empty()) continue;
      Section phase = whole;
      phase.first = {up.first, across.first};
      phase.step = shape.stride;
      phase.count = {up.count, across.count};
      phase.taps = {up.taps, across.taps};
      add(phase);
    }
  }
}

void PassMap::add(Section section) {
  const LayerShape& shape = problem_.shape;
  const std::int64_t lanes = geometry_.lanes;
  if (problem_.operation == Operation::backward_weights) {
    section.stream_rows = ceil_divide(shape.N * shape.P * shape.Q, lanes);
  } else {
    const std::int64_t depth = problem_.operation == Operation::forward ? shape.channels_per_group()
                                                                        : shape.filters_per_group();
    const auto taps = static_cast<std::int64_t>(section.taps[0].size() * section.taps[1].size());
    section.row_streams = shape.N * section.count[0] * section.count[1];
    section.stream_rows = taps * ceil_divide(depth, lanes);
  }
  if (section.stream_rows * lanes > std::numeric_limits<StreamPlace>::max()) {
    throw std::invalid_argument(
        fmt::format("golden: a stream of {} rows of {} lanes is longer than the {} places allowed",
                    section.stream_rows, lanes, std::numeric_limits<StreamPlace>::max()));
  }
  const bool phases =
      problem_.operation == Operation::backward_data && problem_.dilation_zeros_removed;
  const std::int64_t down = phases ? (section.first[0] + shape.padding[0]) % shape.stride[0] : 0;
  const std::int64_t across = phases ? (section.first[1] + shape.padding[1]) % shape.stride[1] : 0;
  section.row_groups = ceil_divide(section.row_streams, geometry_.rows);
  section.column_groups = ceil_divide(section.column_streams, geometry_.columns);
  const auto passes = static_cast<std::uint64_t>(section.row_groups * section.column_groups);
  section.whole_rows = section.stream_rows;
  section.whole_base = whole_count_;
  whole_count_ += passes;
  do {
    const std::int64_t left = section.whole_rows - section.skipped_rows;
    section.stream_rows =
        geometry_.reduction_rows > 0 ? std::min(geometry_.reduction_rows, left) : left;
    section_of_[{section.group, down, across}] = sections_.size();
    section.base = pass_count_;
    pass_count_ += passes;
    sections_.push_back(section);
    section.skipped_rows += section.stream_rows;
  } while (section.skipped_rows < section.whole_rows);
}

unsigned PassMap::tile_of(std::uint64_t id) const {
  const Section& section = sections_[place_of(id).section];
  return static_cast<unsigned>((section.whole_base + (id - section.base)) % geometry_.tiles);
}

std::optional<std::uint64_t> PassMap::resumed_by(std::uint64_t id) const {
  const Section& section = sections_[place_of(id).section];
  if (section.skipped_rows == 0) return std::nullopt;
  return id - static_cast<std::uint64_t>(section.row_groups * section.column_groups);
}

std::uint64_t PassMap::begun_by(std::uint64_t id) const {
  auto first = id;
  while (const auto before = resumed_by(first)) first = *before;
  return first;
}

PassPlace PassMap::place_of(std::uint64_t id) const {
  const auto after =
      std::upper_bound(sections_.begin(), sections_.end(), id,
                       [](std::uint64_t value, const Section& s) { return value < s.base; });
  const Section& section = *(after - 1);
  const auto offset = static_cast<std::int64_t>(id - section.base);
  PassPlace place;
  place.section = static_cast<std::size_t>(after - 1 - sections_.begin());
  place.row_group = offset / section.column_groups;
  place.column_group = offset % section.column_groups;
  place.first_row = place.row_group * geometry_.rows;
  place.first_column = place.column_group * geometry_.columns;
  place.rows = std::min<std::int64_t>(geometry_.rows, section.row_streams - place.first_row);
  place.columns =
      std::min<std::int64_t>(geometry_.columns, section.column_streams - place.first_column);
  return place;
}

std::int64_t PassMap::output_index(const Section& section, std::int64_t i, std::int64_t j) const {
  const LayerShape& shape = problem_.shape;
  if (problem_.operation == Operation::backward_weights) {
    const bool rows_are_filters = problem_.sparse == SparseOperand::gradients;
    const std::int64_t filter = rows_are_filters ? i : j;
    const std::int64_t inside = rows_are_filters ? j : i;
    return (section.group * shape.filters_per_group() + filter) * shape.channels_per_group() *
               shape.R * shape.S +
           inside;
  }
  const std::int64_t across = section.first[1] + i % section.count[1] * section.step[1];
  i /= section.count[1];
  const std::int64_t down = section.first[0] + i % section.count[0] * section.step[0];
  const std::int64_t n = i / section.count[0];
  if (problem_.operation == Operation::forward) {
    const std::int64_t m = section.group * shape.filters_per_group() + j;
    return ((n * shape.M + m) * shape.P + down) * shape.Q + across;
  }
  const std::int64_t c = section.group * shape.channels_per_group() + j;
  return ((n * shape.C + c) * shape.H + down) * shape.W + across;
}

std::optional<OutputOwner> PassMap::owner_of(std::int64_t index) const {
  const LayerShape& shape = problem_.shape;
  if (problem_.operation == Operation::backward_weights) {
    const std::int64_t filter_size = shape.channels_per_group() * shape.R * shape.S;
    const std::int64_t m = index / filter_size;
    const std::int64_t filters = shape.filters_per_group();
    const Section& section = sections_[section_of_.at({m / filters, 0, 0})];
    const bool rows_are_filters = problem_.sparse == SparseOperand::gradients;
    const std::int64_t filter = m % filters;
    const std::int64_t inside = index % filter_size;
    return rows_are_filters ? owner_in(section, filter, inside) : owner_in(section, inside, filter);
  }
  const bool forward = problem_.operation == Operation::forward;
  const Axes image = forward ? Axes{shape.P, shape.Q} : Axes{shape.H, shape.W};
  const std::int64_t channels = forward ? shape.M : shape.C;
  const std::int64_t a_group = forward ? shape.filters_per_group() : shape.channels_per_group();
  const std::int64_t across = index % image[1];
  const std::int64_t down = index / image[1] % image[0];
  const std::int64_t channel = index / (image[0] * image[1]) % channels;
  const std::int64_t n = index / (image[0] * image[1] * channels);
  std::array<std::int64_t, 3> key{channel / a_group, 0, 0};
  if (!forward && problem_.dilation_zeros_removed) {
    key[1] = (down + shape.padding[0]) % shape.stride[0];
    key[2] = (across + shape.padding[1]) % shape.stride[1];
  }
  const auto found = section_of_.find(key);
  if (found == section_of_.end()) return std::nullopt;
  const Section& section = sections_[found->second];
  const std::int64_t p = (down - section.first[0]) / section.step[0];
  const std::int64_t q = (across - section.first[1]) / section.step[1];
  const std::int64_t i = (n * section.count[0] + p) * section.count[1] + q;
  return owner_in(section, i, channel % a_group);
}

OutputOwner PassMap::owner_in(const Section& section, std::int64_t i, std::int64_t j) const {
  const std::int64_t pass = i / geometry_.rows * section.column_groups + j / geometry_.columns;
  return {section.base + static_cast<std::uint64_t>(pass), i, j};
}

}  // namespace tensordash::golden
