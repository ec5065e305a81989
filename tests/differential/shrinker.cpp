#include "tests/differential/shrinker.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "tests/differential/layer_dimensions.h"

namespace tensordash::differential {
namespace {

/// A smaller stride or filter makes more outputs; beyond this a case takes too long to be tried.
constexpr std::int64_t most_macs = 200000;

using Dimension = std::int64_t LayerDimensions::*;

struct Knob {
  Dimension dimension;
  std::int64_t least;
};

constexpr Knob knobs[] = {
    {&LayerDimensions::N, 1},          {&LayerDimensions::groups, 1},
    {&LayerDimensions::filters, 1},    {&LayerDimensions::channels, 1},
    {&LayerDimensions::H, 1},          {&LayerDimensions::W, 1},
    {&LayerDimensions::padding_v, 0},  {&LayerDimensions::padding_h, 0},
    {&LayerDimensions::R, 1},          {&LayerDimensions::S, 1},
    {&LayerDimensions::stride_v, 1},   {&LayerDimensions::stride_h, 1},
    {&LayerDimensions::dilation_v, 1}, {&LayerDimensions::dilation_h, 1},
};

/// `changed` with the smallest image that gives as many outputs as `before` has.
LayerDimensions with_outputs_of(const LayerShape& before, LayerDimensions changed) {
  const auto image = [](std::int64_t outputs, std::int64_t stride, std::int64_t dilation,
                        std::int64_t filter, std::int64_t padding) {
    const std::int64_t covered = dilation * (filter - 1) + 1;
    return std::max<std::int64_t>(1, (outputs - 1) * stride + covered - 2 * padding);
  };
  changed.H = image(before.P, changed.stride_v, changed.dilation_v, changed.R, changed.padding_v);
  changed.W = image(before.Q, changed.stride_h, changed.dilation_h, changed.S, changed.padding_h);
  return changed;
}

class Shrinker {
 public:
  Shrinker(DifferentialCase failing, const Fails& fails, unsigned most_runs)
      : best_(std::move(failing)), fails_(fails), most_runs_(most_runs) {}

  ShrunkCase run() {
    bool better = true;
    while (better && runs_ < most_runs_) {
      better = shrink_operations();
      better |= shrink_layer();
      better |= shrink_machine();
      better |= shrink_table();
      better |= shrink_values();
    }
    return {std::move(best_), runs_};
  }

 private:
  bool attempt(DifferentialCase candidate) {
    if (runs_ == most_runs_) return false;
    ++runs_;
    if (!fails_(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  /// Changes a copy of the best case.
  template <typename Change>
  bool attempt_with(const Change& change) {
    DifferentialCase candidate = best_;
    change(candidate);
    return attempt(std::move(candidate));
  }

  /// Brings a number from `value` as far down to `least` as `attempt_value` succeeds.
  template <typename AttemptValue>
  static bool lower(std::int64_t value, std::int64_t least, const AttemptValue& attempt_value) {
    bool better = false;
    while (value > least) {
      const std::set<std::int64_t> values{least, least + (value - least) / 2, value - 1};
      const auto found = std::find_if(values.begin(), values.end(), attempt_value);
      if (found == values.end()) break;
      value = *found;
      better = true;
    }
    return better;
  }

  bool shrink_operations() {
    bool better = false;
    for (std::size_t at = best_.operations.size(); at-- > 0 && best_.operations.size() > 1;) {
      better |= attempt_with([&](DifferentialCase& candidate) {
        candidate.operations.erase(candidate.operations.begin() + static_cast<std::ptrdiff_t>(at));
      });
    }
    return better;
  }

  bool attempt_dimensions(const LayerDimensions& dimensions) {
    return attempt_dimensions(dimensions, Keep::first) ||
           attempt_dimensions(dimensions, Keep::last);
  }

  bool attempt_dimensions(const LayerDimensions& dimensions, Keep keep) {
    std::optional<TraceLayer> layer = resized(best_.layer, dimensions, keep);
    if (!layer) return false;
    const std::int64_t allowed = std::max(most_macs, best_.layer.shape.macs());
    if (layer->shape.macs() > allowed) return false;
    return attempt_with([&](DifferentialCase& candidate) { candidate.layer = std::move(*layer); });
  }

  bool shrink_layer() {
    bool better = false;
    for (const Knob& knob : knobs) {
      const std::int64_t present = LayerDimensions(best_.layer.shape).*knob.dimension;
      better |= lower(present, knob.least, [&](std::int64_t value) {
        LayerDimensions changed(best_.layer.shape);
        changed.*knob.dimension = value;
        const bool is_image =
            knob.dimension == &LayerDimensions::H || knob.dimension == &LayerDimensions::W;
        if (!is_image && attempt_dimensions(with_outputs_of(best_.layer.shape, changed))) {
          return true;
        }
        return attempt_dimensions(changed);
      });
    }
    return better;
  }

  bool shrink_number(const char* key, unsigned least) {
    return lower(best_.config.number(key), least, [&](std::int64_t value) {
      return attempt_with(
          [&](DifferentialCase& candidate) { candidate.config.set(key, std::to_string(value)); });
    });
  }

  bool restore_default(const KeyDescription& key) {
    // Ideal memory is the simpler one.
    const std::string_view plain = key.name == "memory" ? "ideal" : key.initial;
    if (best_.config.text(key.name) == plain) return false;
    if (key.name == "nonfinite" && has_nonfinite(best_)) return false;
    return attempt_with(
        [&](DifferentialCase& candidate) { candidate.config.set(key.name, plain); });
  }

  bool shrink_machine() {
    bool better = false;
    for (const char* key : {"tiles", "tile.rows", "tile.columns"}) better |= shrink_number(key, 1);
    for (const KeyDescription& key : config_keys()) {
      const bool blocks = key.name == "mapping.reduction_rows";
      if (key.kind == KeyKind::text || blocks) better |= restore_default(key);
    }
    const std::set<std::string_view> sizes = {"tiles", "tile.rows", "tile.columns", "pe.lanes"};
    for (const KeyDescription& key : config_keys()) {
      const bool is_size = sizes.count(key.name) != 0;
      if (key.kind != KeyKind::text && !is_size) better |= restore_default(key);
    }
    return better | shrink_lanes();
  }

  /// Fewer lanes; levels would name lanes that are gone.
  bool shrink_lanes() {
    if (best_.table && best_.table->levels) return false;
    return shrink_number("pe.lanes", 1);
  }

  bool shrink_table() {
    if (!best_.table) return false;
    if (attempt_with([](DifferentialCase& candidate) { candidate.table.reset(); })) return true;
    bool better = best_.table->levels.has_value() && attempt_with([](DifferentialCase& candidate) {
                    candidate.table->levels.reset();
                  });
    for (std::size_t at = best_.table->options.size(); at-- > 1;) {
      better |= attempt_with([&](DifferentialCase& candidate) {
        auto& options = candidate.table->options;
        options.erase(options.begin() + static_cast<std::ptrdiff_t>(at));
      });
    }
    return better;
  }

  using TensorOf = Tensor& (*)(DifferentialCase& of);

  bool shrink_values() {
    constexpr TensorOf tensors[] = {
        [](DifferentialCase& of) -> Tensor& { return of.layer.activations; },
        [](DifferentialCase& of) -> Tensor& { return of.layer.weights; },
        [](DifferentialCase& of) -> Tensor& { return *of.layer.output_gradients; },
    };
    bool better = false;
    for (const TensorOf tensor : tensors) {
      if (tensor == tensors[2] && !best_.layer.output_gradients) continue;
      better |= zero_values(tensor);
      better |= simplify_values(tensor);
    }
    return better;
  }

  /// Zeroes all, halves, quarters, ... down to single values.
  bool zero_values(TensorOf tensor) {
    bool better = false;
    const std::size_t count = tensor(best_).values.size();
    for (std::size_t length = count; length > 0; length /= 2) {
      for (std::size_t first = 0; first < count; first += length) {
        const std::size_t end = std::min(first + length, count);
        better |= replace(tensor, first, end, 0.0F);
      }
    }
    return better;
  }

  /// Small numbers instead of what is there, all of them at once or else each.
  bool simplify_values(TensorOf tensor) {
    const std::size_t count = tensor(best_).values.size();
    const auto fewer_digits = [&](std::size_t first, std::size_t end, float (*simple)(float)) {
      DifferentialCase candidate = best_;
      Tensor& changed = tensor(candidate);
      for (std::size_t at = first; at < end; ++at)
        changed.values.owned()[at] = simple(changed.values[at]);
      const auto same = [](float x, float y) {
        return (x == y && std::signbit(x) == std::signbit(y)) || (std::isnan(x) && std::isnan(y));
      };
      const TensorValues& before = tensor(best_).values;
      if (std::equal(before.begin(), before.end(), changed.values.begin(), same)) return false;
      return attempt(std::move(candidate));
    };
    const auto one = [](float value) { return value == 0.0F ? 0.0F : 1.0F; };
    const auto small = [](float value) {
      if (value == 0.0F || std::isnan(value)) return std::isnan(value) ? 1.0F : 0.0F;
      return std::clamp(std::round(value), -9.0F, 9.0F) == 0.0F
                 ? 1.0F
                 : std::clamp(std::round(value), -9.0F, 9.0F);
    };
    bool better = fewer_digits(0, count, one) || fewer_digits(0, count, small);
    for (std::size_t at = 0; at < count; ++at) {
      better |= fewer_digits(at, at + 1, one) || fewer_digits(at, at + 1, small);
    }
    return better;
  }

  bool replace(TensorOf tensor, std::size_t first, std::size_t end, float value) {
    const TensorValues& present = tensor(best_).values;
    const bool anything = std::any_of(present.begin() + static_cast<std::ptrdiff_t>(first),
                                      present.begin() + static_cast<std::ptrdiff_t>(end),
                                      [](float old) { return old != 0.0F; });
    if (!anything) return false;
    return attempt_with([&](DifferentialCase& candidate) {
      std::vector<float>& values = tensor(candidate).values.owned();
      std::fill(values.begin() + static_cast<std::ptrdiff_t>(first),
                values.begin() + static_cast<std::ptrdiff_t>(end), value);
    });
  }

  DifferentialCase best_;
  const Fails& fails_;
  const unsigned most_runs_;
  unsigned runs_ = 0;
};

}  // namespace

ShrunkCase shrink(DifferentialCase failing, const Fails& fails, unsigned most_runs) {
  return Shrinker(std::move(failing), fails, most_runs).run();
}

}  // namespace tensordash::differential
