#include "tests/platform/pin/dma_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hw/compression/zero_compression.h"
#include "models/layout/group_values.h"
#include "models/layout/image_placer.h"
#include "models/mapping/mapping_error.h"

namespace tensordash {
namespace {

std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

std::int64_t between(std::mt19937& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
}

}  // namespace

DmaCase::DmaCase(unsigned seed_of_case, bool with_blocks)
    : seed(seed_of_case), blocked(with_blocks) {
  std::mt19937 random(seed);
  while (!draw(random)) {
  }
  draw_values(random);
}

bool DmaCase::draw(std::mt19937& random) {
  const std::int64_t groups = random() % 4 == 0 ? 2 : 1;
  const bool linear = random() % 5 == 0;
  const std::int64_t filter = linear ? 1 : between(random, 1, 3);
  const std::int64_t stride = linear ? 1 : between(random, 1, 2);
  const std::int64_t padding = linear ? 0 : between(random, 0, filter - 1);
  const std::int64_t channels = between(random, 1, 20);
  shape = conv2d_shape({between(random, 1, linear ? 20 : 2), groups * channels,
                        linear ? 1 : between(random, 3, 9), linear ? 1 : between(random, 3, 9)},
                       {groups * between(random, 1, 20), channels, filter, filter},
                       {stride, stride}, {padding, padding}, {1, 1}, groups);
  operation = all_operations[random() % 3];
  const unsigned lanes = 1U << between(random, 2, 4);
  StreamGeometry geometry{lanes, static_cast<unsigned>(between(random, 1, 4)),
                          static_cast<unsigned>(between(random, 1, 4)), random() % 2 == 0};
  tiles = static_cast<unsigned>(between(random, 1, 5));
  if (blocked) geometry.reduction_rows = between(random, 1, 6);
  memory = MemoryParameters{};
  memory.lanes = lanes;
  memory.value_bytes = random() % 2 == 0 ? 4 : 2;
  memory.sram_banks = static_cast<unsigned>(between(random, 1, 6));
  const auto rows = static_cast<unsigned>(between(random, 4, 120));
  memory.sram_bank_bytes = rows * lanes * memory.value_bytes;
  if (memory.sram_bank_bytes < lanes * 4) memory.sram_bank_bytes = lanes * 4;
  memory.transposers = static_cast<unsigned>(between(random, 1, 15));
  memory.dma_outstanding = static_cast<unsigned>(random() % 3 == 0 ? between(random, 1, 64) : 64);
  memory.dma_requests_per_clock = static_cast<unsigned>(between(random, 1, 3));
  memory.dma_rows_per_clock = static_cast<unsigned>(between(random, 1, 8));
  memory.zero_compression = random() % 3 != 0;
  dram = DramParameters{};
  dram.width = random() % 2 == 0 ? 16 : 32;
  dram.channels = 1U << between(random, 0, 2);
  dram.ranks = 1U << between(random, 0, 1);
  try {
    plan = std::make_unique<StreamPlan>(
        operation, random() % 2 == 0 ? SparseOperand::activations : SparseOperand::gradients, shape,
        geometry);
    if (plan->segments().empty() || plan->pass_count() > 400) return false;
    if (blocked && !plan->blocked()) return false;
    b = std::make_unique<SideOperand>(*plan, Side::b);
    a = std::make_unique<SideOperand>(*plan, Side::a);
    portions = std::make_unique<PortionPlan>(*plan, *b, *a, memory, tiles);
  } catch (const MappingError&) {
    return false;
  }
  outputs = std::make_unique<OutputPlan>(*plan);
  std::size_t groups_read = 0;
  for (const Portion& portion : portions->order()) {
    groups_read += portions->groups(portion.groups).size();
  }
  return groups_read <= 1500 && outputs->layout().groups() <= 300 && (blocked || results_fit());
}

// Whether the CMs hold enough for groups to become complete, whatever the order.
bool DmaCase::results_fit() const {
  std::vector<std::uint32_t> missing;
  for (std::int64_t group = 0; group < outputs->layout().groups(); ++group) {
    missing.push_back(outputs->passes_into(group));
  }
  std::vector<std::uint64_t> next(tiles);
  std::vector<std::vector<std::vector<std::int64_t>>> held(tiles);  // groups of each result
  for (unsigned tile = 0; tile < tiles; ++tile) next[tile] = tile;
  for (bool moved = true; moved;) {
    moved = false;
    for (unsigned tile = 0; tile < tiles; ++tile) {
      auto& results = held[tile];
      results.erase(std::remove_if(results.begin(), results.end(),
                                   [&](const std::vector<std::int64_t>& of_result) {
                                     return std::all_of(
                                         of_result.begin(), of_result.end(),
                                         [&](std::int64_t group) {
                                           return missing[static_cast<std::size_t>(group)] == 0;
                                         });
                                   }),
                    results.end());
      if (next[tile] >= passes() || results.size() >= result_room()) continue;
      const PassPlace place = plan->pass(next[tile]);
      std::vector<std::int64_t> groups;
      outputs->groups_of(static_cast<std::size_t>(place.segment - plan->segments().data()),
                         place.first_i / plan->geometry().rows,
                         place.first_j / plan->geometry().columns, groups);
      for (const std::int64_t group : groups) --missing[static_cast<std::size_t>(group)];
      results.push_back(groups);
      next[tile] += tiles;
      moved = true;
    }
  }
  return std::all_of(missing.begin(), missing.end(),
                     [](std::uint32_t passes) { return passes == 0; });
}

unsigned DmaCase::result_room() const {
  const unsigned results = plan->geometry().rows * plan->geometry().columns;
  return memory.result_rows() / ((results + memory.lanes - 1) / memory.lanes);
}

void DmaCase::draw_values(std::mt19937& random) {
  const DramConfiguration configuration(dram);
  ImagePlacer placer(random() % 7 * 4096, configuration.bytes());
  for (const Side which : both_sides) {
    const SideOperand& operand = side(which);
    const std::array<std::int64_t, 3> counts = {shape.activation_count(), shape.weight_count(),
                                                shape.output_count()};
    auto& tensor = values[index(which)];
    tensor.resize(static_cast<std::size_t>(counts[static_cast<std::size_t>(operand.tensor())]));
    const unsigned zeros = random() % 101;
    for (float& value : tensor) {
      std::uint32_t bits = random() % 100 < zeros ? 0 : static_cast<std::uint32_t>(random());
      if (memory.value_bytes == 2) bits &= 0xffff0000U;
      std::memcpy(&value, &bits, sizeof bits);
    }
    TensorImage& image = images[index(which)];
    image = placer.place("operand", operand.layout(), memory.value_bytes);
    StoredTensor& to = stored[index(which)];
    to.data_base = image.data_base;
    to.directory_base = image.directory_base;
    to.slot_bytes = static_cast<std::uint32_t>(image.slot_bytes());
    to.transfer_bytes = configuration.burst_bytes();
    if (memory.zero_compression) {
      image_sizes(image.layout, image.value_bytes, tensor.data(), &to.units);
    }
  }
  output_image = placer.place("outputs", outputs->layout(), 4);
  stored_output.data_base = output_image.data_base;
  stored_output.directory_base = output_image.directory_base;
  stored_output.slot_bytes = static_cast<std::uint32_t>(output_image.slot_bytes());
  stored_output.transfer_bytes = configuration.burst_bytes();
}

void DmaCase::store(BytePort& port) const {
  for (const Side which : both_sides) {
    const TensorImage& image = images[index(which)];
    const float* const tensor = values[index(which)].data();
    if (memory.zero_compression) {
      store_tensor(image, tensor, port);
      continue;
    }
    const std::size_t count = image.group_values();
    std::vector<std::uint32_t> words(count);
    std::vector<std::uint16_t> halves(count);
    for (std::int64_t group = 0; group < image.layout.groups(); ++group) {
      const GroupExtent extent = image.layout.extent(group);
      if (image.value_bytes == 4) {
        gather_group(extent, image.layout.lanes(), tensor, words.data());
        port.write(image.slot_address(group), words.data(), count * 4);
      } else {
        gather_group(extent, image.layout.lanes(), tensor, halves.data());
        port.write(image.slot_address(group), halves.data(), count * 2);
      }
    }
  }
}

std::vector<float> DmaCase::row_values(Side which, const Segment& segment,
                                       const SramRow& row) const {
  const SideOperand& operand = side(which);
  const std::vector<float>& tensor = values[index(which)];
  const std::int64_t lanes = memory.lanes;
  const bool activations = operand.tensor() == OperandTensor::activations;
  const std::int64_t channels =
      activations ? shape.channels_per_group() : shape.filters_per_group();
  const std::int64_t height = activations ? shape.H : shape.P;
  const std::int64_t width = activations ? shape.W : shape.Q;
  const bool images_are_x = height * width == 1;
  const std::int64_t line_width = images_are_x ? shape.N : width;
  std::vector<float> found(static_cast<std::size_t>(lanes), 0.0F);
  // Value of a position tensor; x counts images where they have one position.
  const auto at_position = [&](std::int64_t line, std::int64_t x, std::int64_t channel) {
    if (x >= line_width || channel >= channels) return 0.0F;
    const std::int64_t n = images_are_x ? x : line / height;
    const std::int64_t h = images_are_x ? 0 : line % height;
    const std::int64_t w = images_are_x ? 0 : x;
    const std::int64_t all = channels * shape.groups;
    return tensor[static_cast<std::size_t>(
        ((n * all + segment.group * channels + channel) * height + h) * width + w)];
  };
  const auto at_weight = [&](std::int64_t m, std::int64_t c, std::int64_t tap) {
    if (m >= shape.filters_per_group() || c >= shape.channels_per_group()) return 0.0F;
    return tensor[static_cast<std::size_t>(
        ((segment.group * shape.filters_per_group() + m) * shape.channels_per_group() + c) *
            shape.R * shape.S +
        tap)];
  };
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    float& value = found[static_cast<std::size_t>(lane)];
    switch (operand.kind()) {
      case AccessKind::windows:
        value =
            at_position(row.owner / line_width, row.owner % line_width, row.place * lanes + lane);
        break;
      case AccessKind::filters: {
        const std::int64_t blocks = (shape.channels_per_group() + lanes - 1) / lanes;
        value = at_weight(row.owner, row.place % blocks * lanes + lane, row.place / blocks);
        break;
      }
      case AccessKind::turned_filters: {
        const std::int64_t blocks = (shape.filters_per_group() + lanes - 1) / lanes;
        value = at_weight(row.place % blocks * lanes + lane, row.owner, row.place / blocks);
        break;
      }
      case AccessKind::positions: {
        const std::int64_t blocks = (line_width + lanes - 1) / lanes;
        value = at_position(row.place / blocks, row.place % blocks * lanes + lane, row.owner);
        break;
      }
    }
  }
  return found;
}

std::string DmaCase::description() const {
  return fmt::format(
      "seed {}: {} N{} C{} M{} H{} W{} R{} P{} Q{} stride {} groups {}, lanes {}, tile {}x{}, {} "
      "tiles, {} banks of {} rows, {} transposers, {} outstanding, {} requests and {} rows a "
      "clock, "
      "{} bytes, compression {}, DRAM x{} {} channels, {} passes, {} portions",
      seed, name_of(operation), shape.N, shape.C, shape.M, shape.H, shape.W, shape.R, shape.P,
      shape.Q, shape.stride[0], shape.groups, memory.lanes, plan->geometry().rows,
      plan->geometry().columns, tiles, memory.sram_banks, memory.bank_rows(), memory.transposers,
      memory.dma_outstanding, memory.dma_requests_per_clock, memory.dma_rows_per_clock,
      memory.value_bytes, memory.zero_compression, dram.width, dram.channels, passes(),
      portions->order().size());
}

}  // namespace tensordash
