#include "platform/soc_run/soc_tensors.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/layout/image_placer.h"
#include "models/mapping/output_plan.h"

namespace tensordash {
namespace {

constexpr std::size_t chunk_values = 16384;

template <typename Enumeration>
std::size_t index(Enumeration value) {
  return static_cast<std::size_t>(value);
}

tensordash_shape shape_words(const LayerShape& shape) {
  const auto word = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  tensordash_shape words = {};
  words.n = word(shape.N);
  words.c = word(shape.C);
  words.m = word(shape.M);
  words.h = word(shape.H);
  words.w = word(shape.W);
  words.r = word(shape.R);
  words.s = word(shape.S);
  words.stride_v = word(shape.stride[0]);
  words.stride_h = word(shape.stride[1]);
  words.padding_v = word(shape.padding[0]);
  words.padding_h = word(shape.padding[1]);
  words.dilation_v = word(shape.dilation[0]);
  words.dilation_h = word(shape.dilation[1]);
  words.groups = word(shape.groups);
  return words;
}

tensordash_which tensor_of(OperandTensor tensor) {
  switch (tensor) {
    case OperandTensor::activations:
      return TENSORDASH_TENSOR_A;
    case OperandTensor::weights:
      return TENSORDASH_TENSOR_W;
    case OperandTensor::gradients:
      break;
  }
  return TENSORDASH_TENSOR_O;
}

/// The tensor that an operation's result has the sizes of.
tensordash_which result_of(Operation operation) {
  switch (operation) {
    case Operation::backward_data:
      return TENSORDASH_TENSOR_A;
    case Operation::backward_weights:
      return TENSORDASH_TENSOR_W;
    case Operation::forward:
      break;
  }
  return TENSORDASH_TENSOR_O;
}

void store_plain(const float* values, std::size_t count, std::uint64_t address, BytePort& memory) {
  for (std::size_t at = 0; at < count; at += chunk_values) {
    memory.write(address + at * sizeof(float), values + at,
                 std::min(chunk_values, count - at) * sizeof(float));
  }
}

/// Places behind what a placer has placed.
class PlainPlacer {
 public:
  PlainPlacer(std::uint64_t first, std::uint64_t end) : next_(first), end_(end) {}

  std::uint64_t place(const char* name, std::size_t values) {
    constexpr std::uint64_t alignment = ImagePlacer::alignment;
    const std::uint64_t at = (next_ + alignment - 1) / alignment * alignment;
    const std::uint64_t bytes = values * sizeof(float);
    if (at > end_ || bytes > end_ - at) {
      throw PlacementError(fmt::format("{} take {} bytes in C order", name, bytes));
    }
    next_ = at + bytes;
    return at;
  }

 private:
  std::uint64_t next_, end_;
};

}  // namespace

SocTensors::SocTensors(const OperandSet& layer, const SocLayout& layout, BytePort& memory)
    : shape_(layer.shape), words_(shape_words(layer.shape)), layout_(layout) {
  struct Given {
    OperandTensor tensor;
    const char* name;
    const Tensor* values;
    TensorLayout layout;
  };
  const Given given[] = {{OperandTensor::activations, "activations", &layer.activations,
                          TensorLayout::of_activations(shape_, layout.lanes)},
                         {OperandTensor::weights, "weights", &layer.weights,
                          TensorLayout::of_weights(shape_, layout.lanes)},
                         {OperandTensor::gradients, "gradients",
                          layer.output_gradients ? &*layer.output_gradients : nullptr,
                          TensorLayout::of_outputs(shape_, layout.lanes)}};
  try {
    ImagePlacer placer(layout.first, layout.end);
    for (const Given& one : given) {
      TensorImage image = placer.place(one.name, one.layout, layout.value_bytes);
      image.compressed = layout.compressed;
      operands_[index(one.tensor)] = image;
    }
    for (const Operation operation : all_operations) {
      results_[index(operation)] =
          placer.place("results", output_layout(operation, shape_, layout.lanes), sizeof(float));
      results_[index(operation)]->compressed = false;
    }
    if (layout.plain) {
      PlainPlacer behind(placer.end(), layout.end);
      for (const Given& one : given) {
        if (one.values == nullptr) continue;
        plain_operands_[index(one.tensor)] = behind.place(one.name, one.values->values.size());
      }
      for (const Operation operation : all_operations) {
        plain_results_[index(operation)] = behind.place("results", result_count(operation));
      }
    }
  } catch (const PlacementError& misfit) {
    throw ConfigError(fmt::format("layer {}: {}", layer.name, misfit.what()));
  }
  for (const Given& one : given) {
    if (one.values == nullptr) continue;
    const float* const values = one.values->values.data();
    if (layout.plain) {
      store_plain(values, one.values->values.size(), plain_operands_[index(one.tensor)], memory);
    } else {
      store_tensor(*operands_[index(one.tensor)], values, memory);
    }
  }
}

tensordash_tensor SocTensors::tensor(OperandTensor which) const {
  const TensorImage& image = *operands_[index(which)];
  return {image.data_base, image.directory_base, image.compressed};
}

tensordash_options SocTensors::options() const {
  tensordash_options options = {};
  options.type = layout_.value_bytes == 2 ? TENSORDASH_BF16 : TENSORDASH_FP32;
  options.interrupt = true;
  return options;
}

SocDescriptor SocTensors::from_plain(SocDriver& driver, OperandTensor which) const {
  SocDescriptor words{};
  const tensordash_options chosen = options();
  const tensordash_tensor groups = tensor(which);
  driver.require(tensordash_encode_from_plain(&driver.device(), &words_, tensor_of(which), &chosen,
                                              plain_operands_[index(which)], &groups, words.data()),
                 "encode_from_plain");
  return words;
}

SocDescriptor SocTensors::operation(SocDriver& driver, Operation operation, SparseOperand sparse,
                                    const SocChoices& choices) const {
  SocDescriptor words{};
  tensordash_options chosen = options();
  chosen.reduction_rows = choices.reduction_rows;
  chosen.tag = static_cast<std::uint32_t>(operation);
  const tensordash_tensor a = tensor(OperandTensor::activations);
  const tensordash_tensor w = tensor(OperandTensor::weights);
  const tensordash_tensor go = tensor(OperandTensor::gradients);
  const std::uint64_t result = results_[index(operation)]->data_base;
  const tensordash_device* const device = &driver.device();
  tensordash_result encoded = TENSORDASH_BAD_ARGUMENT;
  switch (operation) {
    case Operation::forward:
      encoded = tensordash_encode_forward(device, &words_, &chosen, &a, &w, result, words.data());
      break;
    case Operation::backward_data:
      chosen.dilation_removed = choices.dilation_removed;
      encoded =
          tensordash_encode_backward_data(device, &words_, &chosen, &go, &w, result, words.data());
      break;
    case Operation::backward_weights:
      chosen.sparse_activations = sparse == SparseOperand::activations;
      encoded = tensordash_encode_backward_weights(device, &words_, &chosen, &go, &a, result,
                                                   words.data());
      break;
  }
  driver.require(encoded, "encode");
  return words;
}

SocDescriptor SocTensors::to_plain(SocDriver& driver, Operation operation) const {
  SocDescriptor words{};
  // Results are fp32, whatever operands are.
  tensordash_options chosen = options();
  chosen.type = TENSORDASH_FP32;
  const tensordash_tensor groups = {results_[index(operation)]->data_base, 0, false};
  driver.require(
      tensordash_encode_to_plain(&driver.device(), &words_, result_of(operation), &chosen, &groups,
                                 plain_results_[index(operation)], words.data()),
      "encode_to_plain");
  return words;
}

const TensorImage& SocTensors::operand_image(OperandTensor tensor) const {
  return *operands_[index(tensor)];
}

const TensorImage& SocTensors::result_image(Operation operation) const {
  return *results_[index(operation)];
}

std::size_t SocTensors::result_count(Operation operation) const {
  switch (operation) {
    case Operation::backward_data:
      return static_cast<std::size_t>(shape_.activation_count());
    case Operation::backward_weights:
      return static_cast<std::size_t>(shape_.weight_count());
    case Operation::forward:
      break;
  }
  return static_cast<std::size_t>(shape_.output_count());
}

std::vector<float> SocTensors::result(Operation operation, BytePort& memory) const {
  std::vector<float> values(result_count(operation));
  if (!layout_.plain) {
    load_tensor(*results_[index(operation)], memory, values.data());
    return values;
  }
  for (std::size_t at = 0; at < values.size(); at += chunk_values) {
    memory.read(plain_results_[index(operation)] + at * sizeof(float), values.data() + at,
                std::min(chunk_values, values.size() - at) * sizeof(float));
  }
  return values;
}

}  // namespace tensordash
