#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "models/golden/exact_sum.h"
#include "models/golden/golden.h"
#include "models/golden/problem_parts.h"

namespace tensordash::golden {
namespace {

float produced_nan() {
  const std::uint32_t bits = 0x7fc00000;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// One output: pairs of a side-B and a side-A value, exact for finite ones, IEEE rules for the
/// others.
class DotProduct {
 public:
  explicit DotProduct(Sidedness sidedness) : sidedness_(sidedness) {}

  void add(float b, float a) {
    const double product = static_cast<double>(b) * static_cast<double>(a);
    if (product == 0.0) return;
    if (std::fabs(product) <= std::numeric_limits<double>::max()) {
      sum_.add(product);
    } else if (!skipped(b, a)) {
      add_nonfinite(product);
    }
  }

  /// The rounded sum; the next one starts from zero.
  float take() {
    float result = sum_.take();
    if (nan_ || (plus_ && minus_)) {
      result = produced_nan();
    } else if (plus_ || minus_) {
      const float infinity = std::numeric_limits<float>::infinity();
      result = plus_ ? infinity : -infinity;
    }
    nan_ = plus_ = minus_ = false;
    return result;
  }

 private:
  bool skipped(float b, float a) const {
    switch (sidedness_) {
      case Sidedness::one_sided:
        return b == 0.0f;
      case Sidedness::two_sided:
        return b == 0.0f || a == 0.0f;
      case Sidedness::none:
        break;
    }
    return false;
  }

  void add_nonfinite(double product) {
    if (std::isnan(product)) {
      nan_ = true;
    } else {
      (product > 0.0 ? plus_ : minus_) = true;
    }
  }

  Sidedness sidedness_;
  ExactSum sum_;
  bool nan_ = false, plus_ = false, minus_ = false;
};

bool all_finite(const float* values, std::int64_t count) {
  return std::all_of(values, values + count, [](float value) { return std::isfinite(value); });
}

bool operands_finite(const Problem& problem) {
  const LayerShape& shape = problem.shape;
  const Operation operation = problem.operation;
  return (operation == Operation::backward_data ||
          all_finite(problem.activations, shape.activation_count())) &&
         (operation == Operation::backward_weights ||
          all_finite(problem.weights, shape.weight_count())) &&
         (operation == Operation::forward ||
          all_finite(problem.output_gradients, shape.output_count()));
}

class Convolution {
 public:
  explicit Convolution(const Problem& problem)
      : problem_(problem),
        shape_(problem.shape),
        filters_(shape_.filters_per_group()),
        channels_(shape_.channels_per_group()),
        structural_zeros_matter_(!operands_finite(problem)),
        dot_(problem.sidedness) {}

  std::vector<float> run() {
    outputs_.reserve(static_cast<std::size_t>(output_count(problem_)));
    switch (problem_.operation) {
      case Operation::forward:
        forward();
        break;
      case Operation::backward_data:
        backward_data();
        break;
      case Operation::backward_weights:
        backward_weights();
    }
    return std::move(outputs_);
  }

 private:
  void forward() {
    for (std::int64_t n = 0; n < shape_.N; ++n) {
      for (std::int64_t m = 0; m < shape_.M; ++m) {
        for (std::int64_t p = 0; p < shape_.P; ++p) {
          for (std::int64_t q = 0; q < shape_.Q; ++q) {
            forward_output(n, m, p, q);
            outputs_.push_back(dot_.take());
          }
        }
      }
    }
  }

  void forward_output(std::int64_t n, std::int64_t m, std::int64_t p, std::int64_t q) {
    const std::int64_t first_channel = m / filters_ * channels_;
    const float* weight = problem_.weights + m * channels_ * shape_.R * shape_.S;
    for (std::int64_t c = 0; c < channels_; ++c) {
      const float* plane = activation_plane(n, first_channel + c);
      for (std::int64_t r = 0; r < shape_.R; ++r) {
        const std::int64_t h = input_position(0, p, r);
        for (std::int64_t s = 0; s < shape_.S; ++s, ++weight) {
          const std::int64_t w = input_position(1, q, s);
          if (in_image(h, w)) {
            dot_.add(plane[h * shape_.W + w], *weight);
          } else if (structural_zeros_matter_) {
            dot_.add(0.0f, *weight);
          }
        }
      }
    }
  }

  void backward_data() {
    for (std::int64_t n = 0; n < shape_.N; ++n) {
      for (std::int64_t c = 0; c < shape_.C; ++c) {
        for (std::int64_t h = 0; h < shape_.H; ++h) {
          for (std::int64_t w = 0; w < shape_.W; ++w) {
            for (std::int64_t r = 0; r < shape_.R; ++r) {
              for (std::int64_t s = 0; s < shape_.S; ++s) backward_data_tap(n, c, h, w, r, s);
            }
            outputs_.push_back(dot_.take());
          }
        }
      }
    }
  }

  void backward_data_tap(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w,
                         std::int64_t r, std::int64_t s) {
    const std::int64_t up = h + shape_.padding[0] - r * shape_.dilation[0];
    const std::int64_t left = w + shape_.padding[1] - s * shape_.dilation[1];
    const bool on_grid = up % shape_.stride[0] == 0 && left % shape_.stride[1] == 0;
    const std::int64_t p = up / shape_.stride[0];
    const std::int64_t q = left / shape_.stride[1];
    const bool reached = on_grid && up >= 0 && left >= 0 && p < shape_.P && q < shape_.Q;
    const bool zero_in_stream = on_grid || !problem_.dilation_zeros_removed;
    if (!reached && !(structural_zeros_matter_ && zero_in_stream)) return;

    const std::int64_t first_filter = c / channels_ * filters_;
    const std::int64_t channel = c % channels_;
    for (std::int64_t m = first_filter; m < first_filter + filters_; ++m) {
      const float gradient = reached ? gradient_plane(n, m)[p * shape_.Q + q] : 0.0f;
      const std::int64_t filter = m * channels_ + channel;
      dot_.add(gradient, problem_.weights[(filter * shape_.R + r) * shape_.S + s]);
    }
  }

  void backward_weights() {
    for (std::int64_t m = 0; m < shape_.M; ++m) {
      for (std::int64_t c = 0; c < channels_; ++c) {
        for (std::int64_t r = 0; r < shape_.R; ++r) {
          for (std::int64_t s = 0; s < shape_.S; ++s) {
            for (std::int64_t n = 0; n < shape_.N; ++n) backward_weights_image(n, m, c, r, s);
            outputs_.push_back(dot_.take());
          }
        }
      }
    }
  }

  void backward_weights_image(std::int64_t n, std::int64_t m, std::int64_t c, std::int64_t r,
                              std::int64_t s) {
    const float* gradient = gradient_plane(n, m);
    const float* plane = activation_plane(n, m / filters_ * channels_ + c);
    for (std::int64_t p = 0; p < shape_.P; ++p) {
      const std::int64_t h = input_position(0, p, r);
      for (std::int64_t q = 0; q < shape_.Q; ++q, ++gradient) {
        const std::int64_t w = input_position(1, q, s);
        if (in_image(h, w)) {
          add_weight_pair(*gradient, plane[h * shape_.W + w]);
        } else if (structural_zeros_matter_) {
          add_weight_pair(*gradient, 0.0f);
        }
      }
    }
  }

  void add_weight_pair(float gradient, float activation) {
    if (problem_.sparse == SparseOperand::gradients) {
      dot_.add(gradient, activation);
    } else {
      dot_.add(activation, gradient);
    }
  }

  const float* activation_plane(std::int64_t n, std::int64_t c) const {
    return problem_.activations + (n * shape_.C + c) * shape_.H * shape_.W;
  }
  const float* gradient_plane(std::int64_t n, std::int64_t m) const {
    return problem_.output_gradients + (n * shape_.M + m) * shape_.P * shape_.Q;
  }
  std::int64_t input_position(std::size_t axis, std::int64_t output, std::int64_t tap) const {
    return output * shape_.stride[axis] - shape_.padding[axis] + tap * shape_.dilation[axis];
  }
  bool in_image(std::int64_t h, std::int64_t w) const {
    return h >= 0 && h < shape_.H && w >= 0 && w < shape_.W;
  }

  const Problem& problem_;
  const LayerShape& shape_;
  const std::int64_t filters_, channels_;  // of one group
  const bool structural_zeros_matter_;     // a zero meets an infinity or a NaN somewhere
  DotProduct dot_;
  std::vector<float> outputs_;
};

}  // namespace

std::vector<float> exact_outputs(const Problem& problem) {
  require_operands(problem);
  return Convolution(problem).run();
}

}  // namespace tensordash::golden
