#include "tests/platform/pin/memory_case.h"

#include <algorithm>

#include "models/mapping/mapping_error.h"

namespace tensordash {
namespace {

using dataflow_testing::pick;

// One case in four has several small conv groups of several filters each, which the scratchpads of
// side A can hold.
bool is_grouped(unsigned seed) {
  return seed % 4 == 3;
}

dataflow_testing::RandomCase random_case(unsigned seed) {
  dataflow_testing::RandomCase chosen(seed);
  if (!is_grouped(seed)) return chosen;
  const std::int64_t groups = pick(chosen.random, 2, 3);
  const std::int64_t filters = pick(chosen.random, 2, 5);
  const std::int64_t size = pick(chosen.random, 3, 6);
  chosen.layer = dataflow_testing::random_tensors(
      conv2d_shape({1, groups * filters, size, size}, {groups * filters, filters, 1, 2}, {1, 1},
                   {0, 0}, {1, 1}, groups),
      chosen.random);
  chosen.geometry.columns = static_cast<unsigned>(pick(chosen.random, 1, 2));
  chosen.orientation = dataflow_testing::orientations[pick(chosen.random, 0, 1)];
  return chosen;
}

}  // namespace

MemoryCase::MemoryCase(unsigned seed)
    : the_case(random_case(seed)), plan(the_case.plan()), b(plan, Side::b), a(plan, Side::a) {
  // Large operations run on many tiles, of which one is looked at.
  std::uint64_t rows = 0;
  for (const Segment& segment : plan.segments()) {
    rows += segment.passes() * static_cast<std::uint64_t>(segment.K);
  }
  const auto least = static_cast<unsigned>(rows / 500 + 1);
  tiles = number(least, least + number(0, 4));
  if (is_grouped(seed)) tiles = number(2, 5);
  tile = number(0, tiles - 1);
  depth = number(1, 5);
  result_room = number(2, 4);
  choose_memory(is_grouped(seed) ? number(0, 15) : number(0, 1) * number(0, 70));
  choose_paces();
  read_streams();
  for (const Portion& portion : portions->order()) {
    auto& segments = portion_segments_[static_cast<std::size_t>(portion.side)];
    segments.resize(std::max<std::size_t>(segments.size(), portion.number + 1));
    segments[portion.number] = portion.content.segment;
  }
}

void MemoryCase::choose_memory(unsigned spare_rows) {
  parameters.lanes = the_case.geometry.lanes;
  parameters.sram_banks = number(1, 5);
  parameters.sram_rows_per_clock = number(1, 3);
  parameters.scratchpad_banks = number(1, 5);
  const unsigned row_bytes = parameters.lanes * parameters.value_bytes;
  const unsigned least = depth + parameters.sram_rows_per_clock - 1;
  const unsigned bank_rows =
      (least + parameters.scratchpad_banks - 1) / parameters.scratchpad_banks;
  parameters.scratchpad_bank_bytes = row_bytes * (bank_rows + spare_rows);
  for (unsigned rows = number(1, 60);; rows += 1 + rows / 3) {
    parameters.sram_bank_bytes = rows * row_bytes;
    try {
      portions = std::make_unique<PortionPlan>(plan, b, a, parameters, tiles);
      return;
    } catch (const MappingError&) {
      portions.reset();
    }
  }
}

void MemoryCase::choose_paces() {
  const bool dense = number(0, 3) == 0;
  for (const Segment& segment : plan.segments()) {
    SegmentPace pace;
    pace.by_pass = true;
    for (std::uint64_t pass = 0; pass < segment.passes(); ++pass) {
      pace.first.push_back(pace.advance.size());
      for (std::int64_t position = 0; position < segment.K;) {
        const auto held =
            static_cast<unsigned>(std::min<std::int64_t>(depth, segment.K - position));
        const unsigned rows = dense ? 1 : number(1, held);
        pace.advance.push_back(static_cast<std::uint8_t>(rows));
        position += rows;
      }
    }
    pace.first.push_back(pace.advance.size());
    paces.push_back(std::move(pace));
  }
}

void MemoryCase::read_streams() {
  const StreamReader reader(plan, the_case.layer.view());
  for (const Segment& segment : plan.segments()) {
    const auto size = static_cast<std::size_t>(segment.K) * parameters.lanes;
    std::vector<float> on_b(static_cast<std::size_t>(segment.I) * size);
    std::vector<float> on_a(static_cast<std::size_t>(segment.J) * size);
    for (std::int64_t i = 0; i < segment.I; ++i) {
      reader.side_b(segment, i, &on_b[static_cast<std::size_t>(i) * size]);
    }
    for (std::int64_t j = 0; j < segment.J; ++j) {
      reader.side_a(segment, j, &on_a[static_cast<std::size_t>(j) * size]);
    }
    streams_[0].push_back(std::move(on_b));
    streams_[1].push_back(std::move(on_a));
  }
}

std::size_t MemoryCase::segment_of(std::uint64_t pass) const {
  return static_cast<std::size_t>(plan.pass(pass).segment - plan.segments().data());
}

std::vector<unsigned> MemoryCase::advances(std::uint64_t pass) const {
  const std::size_t segment = segment_of(pass);
  const SegmentPace& pace = paces[segment];
  const std::uint64_t at = pass - plan.segments()[segment].first_pass;
  return {pace.advance.begin() + static_cast<std::ptrdiff_t>(pace.first[at]),
          pace.advance.begin() + static_cast<std::ptrdiff_t>(pace.first[at + 1])};
}

LaneRow MemoryCase::row_value(Side side, std::uint32_t portion, const SramRow& row) const {
  const SideOperand& read = operand(side);
  const LayerShape& shape = plan.shape();
  const Segment* segment =
      &plan.segments()[portion_segments_[static_cast<std::size_t>(side)][portion]];
  const std::int64_t lanes = parameters.lanes;
  const bool activations = read.tensor() == OperandTensor::activations;
  const std::int64_t height = activations ? shape.H : shape.P;
  const std::int64_t width = activations ? shape.W : shape.Q;
  const std::int64_t channels =
      activations ? shape.channels_per_group() : shape.filters_per_group();
  const std::int64_t all_channels = activations ? shape.C : shape.M;
  const auto& tensor = activations ? the_case.layer.activations : the_case.layer.output_gradients;
  // Images of one position stand side by side, as the positions of one line.
  const auto at_position = [&](std::int64_t channel, std::int64_t line, std::int64_t x) {
    if (height * width == 1) {
      return channel < channels && x < shape.N
                 ? tensor[static_cast<std::size_t>(x * all_channels + segment->group * channels +
                                                   channel)]
                 : 0.0F;
    }
    if (channel >= channels || x >= width) return 0.0F;
    const std::int64_t plane = line / height * all_channels + segment->group * channels + channel;
    return tensor[static_cast<std::size_t>((plane * height + line % height) * width + x)];
  };
  const auto weight = [&](std::int64_t m, std::int64_t c, std::int64_t tap) {
    if (m >= shape.filters_per_group() || c >= shape.channels_per_group()) return 0.0F;
    const std::int64_t filter = segment->group * shape.filters_per_group() + m;
    return the_case.layer.weights[static_cast<std::size_t>(
        (filter * shape.channels_per_group() + c) * shape.R * shape.S + tap)];
  };
  const auto blocks = [lanes](std::int64_t count) { return (count + lanes - 1) / lanes; };
  LaneRow value(parameters.lanes);
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    float& to = value[static_cast<unsigned>(lane)];
    switch (read.kind()) {
      case AccessKind::windows: {
        const std::int64_t line_width = read.layout().width();
        to = at_position(row.place * lanes + lane, row.owner / line_width, row.owner % line_width);
        break;
      }
      case AccessKind::filters: {
        const std::int64_t in_tap = blocks(shape.channels_per_group());
        to = weight(row.owner, row.place % in_tap * lanes + lane, row.place / in_tap);
        break;
      }
      case AccessKind::turned_filters: {
        const std::int64_t in_tap = blocks(shape.filters_per_group());
        to = weight(row.place % in_tap * lanes + lane, row.owner, row.place / in_tap);
        break;
      }
      case AccessKind::positions: {
        const std::int64_t in_line = read.layout().x_blocks();
        to = at_position(row.owner, row.place / in_line, row.place % in_line * lanes + lane);
        break;
      }
    }
  }
  return value;
}

}  // namespace tensordash
