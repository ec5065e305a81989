#include "tests/differential/random_case.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "tests/differential/random_values.h"

namespace tensordash::differential {
namespace {

/// Work that the pin level does in some milliseconds.
constexpr std::int64_t most_macs = 12000;
constexpr std::int64_t most_pes = 96;

std::int64_t random_channels(RandomSource& random) {
  if (random.once_in(4)) return random.number(15, 34);
  return random.number(1, 6);
}

/// Many outputs of short reductions: the fast engine takes hundreds of row groups at once.
LayerShape wide_shape(RandomSource& random) {
  const std::int64_t channels = random.number(1, 2);
  const std::int64_t kernel = random.number(1, 2);
  return conv2d_shape({random.number(1, 3), channels, random.number(8, 30), random.number(8, 30)},
                      {random.number(1, 2), channels, kernel, random.number(1, 2)},
                      {random.number(1, 2), 1}, {0, random.number(0, 1)}, {1, 1}, 1);
}

/// Few outputs of long reductions, forward or backward: schedulers get far apart.
LayerShape deep_shape(RandomSource& random) {
  const std::int64_t inputs = random.number(60, 500);
  const std::int64_t outputs = random.number(1, 6);
  if (random.once_in(3)) return linear_shape({outputs, inputs}, {random.number(1, 3), inputs});
  if (random.once_in(2)) return linear_shape({random.number(1, 3), outputs}, {inputs, outputs});
  const std::int64_t kernel = random.number(2, 4);
  const std::int64_t channels = random.number(8, 40);
  return conv2d_shape({1, channels, kernel + random.number(0, 1), kernel + random.number(0, 2)},
                      {random.number(1, 3), channels, kernel, kernel}, {1, 1}, {0, 0}, {1, 1}, 1);
}

LayerShape any_shape(RandomSource& random) {
  if (random.once_in(5)) return deep_shape(random);
  if (random.once_in(12)) return wide_shape(random);
  if (random.once_in(8)) {
    const std::int64_t inputs = random.number(1, 70);
    return linear_shape({random.number(1, 33), inputs}, {random.number(1, 24), inputs});
  }
  std::int64_t groups = random.once_in(3) ? random.number(2, 4) : 1;
  std::int64_t channels = random_channels(random);
  std::int64_t filters = random_channels(random);
  if (random.once_in(10)) {  // depthwise, at times with more than one filter a channel
    groups = random.number(2, 20);
    channels = 1;
    filters = random.once_in(3) ? 2 : 1;
  }
  Axes image{}, kernel{}, stride{}, padding{}, dilation{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    kernel[axis] = random.number(1, 4);
    stride[axis] = random.once_in(2) ? 1 : random.number(1, 5);
    padding[axis] = random.once_in(2) ? 0 : random.number(0, 4);
    dilation[axis] = random.once_in(3) ? random.number(1, 3) : 1;
    const std::int64_t covered = dilation[axis] * (kernel[axis] - 1) + 1;
    image[axis] = std::max<std::int64_t>(1, covered - 2 * padding[axis]) + random.number(0, 8);
  }
  return conv2d_shape({random.number(1, 3), channels * groups, image[0], image[1]},
                      {filters * groups, channels, kernel[0], kernel[1]}, stride, padding, dilation,
                      groups);
}

LayerShape random_shape(RandomSource& random) {
  for (;;) {
    const LayerShape shape = any_shape(random);
    // The gradients of a strided layer's image may cost more than its multiply-accumulates.
    const std::int64_t dense_gradients =
        shape.N * shape.C * shape.H * shape.W * shape.filters_per_group() * shape.R * shape.S;
    if (std::max(shape.macs(), dense_gradients) <= most_macs) return shape;
  }
}

TraceLayer random_layer(RandomSource& random) {
  constexpr ValueStyle styles[] = {ValueStyle::integers, ValueStyle::integers, ValueStyle::ordinary,
                                   ValueStyle::ordinary, ValueStyle::wild,     ValueStyle::tiny};
  TraceLayer layer;
  layer.name = "layer";
  layer.shape = random_shape(random);
  const LayerShape& s = layer.shape;
  const bool nonfinite = random.once_in(12);
  const ValueStyle of_all = random.one_of(styles);
  const bool mixed = random.once_in(3);
  const auto tensor = [&](std::vector<std::int64_t> shape) {
    ValueStyle style = mixed ? random.one_of(styles) : of_all;
    if (nonfinite && random.once_in(2)) style = ValueStyle::nonfinite;
    if (s.linear) shape.resize(2);
    return random_tensor(std::move(shape), style, random);
  };
  layer.activations = tensor({s.N, s.C, s.H, s.W});
  layer.weights = tensor({s.M, s.channels_per_group(), s.R, s.S});
  if (!random.once_in(16)) layer.output_gradients = tensor({s.N, s.M, s.P, s.Q});
  return layer;
}

std::vector<Operation> random_operations(bool inference, RandomSource& random) {
  if (inference) return {Operation::forward};
  // One after the other: nothing of an operation may be left in the machine when the next begins.
  if (random.once_in(6)) return {std::begin(all_operations), std::end(all_operations)};
  return {random.one_of(all_operations)};
}

void random_machine(DifferentialCase& the_case, RandomSource& random) {
  const auto set = [&](const char* key, std::int64_t value) {
    the_case.config.set(key, std::to_string(value));
  };
  const auto choose = [&](const char* key, const char* other, std::int64_t times) {
    if (random.once_in(times)) the_case.config.set(key, other);
  };
  const std::int64_t rows = random.number(1, 8);
  const std::int64_t columns = random.number(1, 8);
  set("tile.rows", rows);
  set("tile.columns", columns);
  set("tiles", random.number(1, std::clamp<std::int64_t>(most_pes / (rows * columns), 1, 24)));
  if (random.once_in(3)) set("pe.lanes", random.once_in(12) ? 64 : random.number(1, 32));
  set("staging.depth", random.number(1, 4));
  choose("connectivity", "dnnsim", 3);
  choose("sync", "elastic", 2);
  choose("sparsity", "two_sided", 2);
  choose("sparsity", "none", 8);
  choose("dilation_zeros", "removed", 2);
  choose("dtype", "bf16", 3);
  choose("accumulate", "exact", 3);
  if (the_case.config.text("accumulate") == "fp32" && random.once_in(3)) {
    set("mapping.reduction_rows", random.once_in(3) ? random.number(1, 60) : random.number(1, 6));
  }
  // At times both levels are to refuse, with the same words.
  if (has_nonfinite(the_case) && !random.once_in(8)) the_case.config.set("nonfinite", "allow");
}

/// A memory in front of the tiles, small enough that layers do not simply fit.
void random_memory(DifferentialCase& the_case, RandomSource& random) {
  const auto set = [&](const char* key, std::int64_t value) {
    the_case.config.set(key, std::to_string(value));
  };
  const auto at_times = [&](const char* key, std::int64_t least, std::int64_t most) {
    if (random.once_in(2)) set(key, random.number(least, most));
  };
  const auto choose = [&](const char* key, const char* other, std::int64_t times) {
    if (random.once_in(times)) the_case.config.set(key, other);
  };
  if (the_case.config.text("sync") == "elastic" || !random.once_in(3)) return;
  the_case.config.set("memory", "modelled");
  // A tile with its memory is slower to elaborate.
  set("tiles", std::min<std::int64_t>(the_case.config.number("tiles"), 4));
  at_times("sram.banks", 1, 8);
  if (random.once_in(2)) set("sram.bank_kb", std::int64_t{1} << random.number(0, 4));
  at_times("sram.rows_per_clock", 1, 6);
  at_times("scratchpad.banks", 1, 5);
  if (random.once_in(2)) set("scratchpad.bank_bytes", std::int64_t{256} << random.number(1, 4));
  at_times("transposers", 1, 6);
  at_times("dma.outstanding", 1, 64);
  at_times("dma.requests_per_clock", 1, 4);
  at_times("dma.rows_per_clock", 1, 8);
  choose("zero_compression", "off", 4);
  choose("dram.width", "32", 3);
  if (random.once_in(3)) set("dram.channels", std::int64_t{1} << random.number(0, 2));
  choose("power_gating", "auto", 6);
  choose("power_gating", "on", 8);
}

CustomTable random_table(const Config& config, RandomSource& random) {
  const auto lanes = static_cast<std::int64_t>(config.number("pe.lanes"));
  const auto deepest = static_cast<std::int64_t>(std::max(config.number("staging.depth"), 3U)) - 1;
  CustomTable table{{{0, 0}}, {}};
  for (auto left = random.number(0, 9); left > 0; --left) {
    table.options.push_back({static_cast<unsigned>(random.number(0, deepest)),
                             static_cast<int>(random.number(-lanes, lanes))});
  }
  if (random.once_in(2)) return table;
  Connectivity::Levels levels(static_cast<std::size_t>(lanes));
  for (std::size_t lane = 0; lane < levels.size(); ++lane) {
    levels[lane] = {static_cast<unsigned>(lane)};
  }
  for (std::size_t left = levels.size(); left > 1; --left) {
    const auto other =
        static_cast<std::size_t>(random.number(0, static_cast<std::int64_t>(left) - 1));
    std::swap(levels[left - 1], levels[other]);
  }
  table.levels = std::move(levels);
  return table;
}

}  // namespace

DifferentialCase random_case(std::uint64_t seed, bool with_memories) {
  RandomSource random(seed);
  DifferentialCase the_case;
  the_case.seed = seed;
  the_case.layer = random_layer(random);
  the_case.operations = random_operations(!the_case.layer.output_gradients, random);
  random_machine(the_case, random);
  if (random.once_in(4)) the_case.table = random_table(the_case.config, random);
  the_case.config.set("memory", "ideal");
  if (with_memories) random_memory(the_case, random);
  return the_case;
}

}  // namespace tensordash::differential
