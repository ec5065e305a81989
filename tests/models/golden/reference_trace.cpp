#include "tests/models/golden/reference_trace.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace tensordash::golden_testing {
namespace {

struct Array {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};

std::string read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <typename Value>
std::vector<double> values_of(const std::string& bytes, std::size_t from) {
  std::vector<double> values;
  for (; from + sizeof(Value) <= bytes.size(); from += sizeof(Value)) {
    Value value;
    std::memcpy(&value, bytes.data() + from, sizeof value);
    values.push_back(static_cast<double>(value));
  }
  return values;
}

std::vector<std::int64_t> numbers_in(std::string text) {
  for (char& c : text) {
    if (c < '0' || c > '9') c = ' ';
  }
  std::istringstream in(text);
  return {std::istream_iterator<std::int64_t>(in), {}};
}

/// A version 1 .npy of little-endian float32 or float64, C order.
Array read_array(const std::string& file) {
  const std::string bytes = read_file(file);
  if (bytes.compare(0, 8, std::string("\x93NUMPY\x01\x00", 8)) != 0) {
    throw std::runtime_error(file + ": not a version 1 .npy");
  }
  const auto size = static_cast<std::size_t>(static_cast<unsigned char>(bytes.at(8))) +
                    256u * static_cast<unsigned char>(bytes.at(9));
  const std::string header = bytes.substr(10, size);
  if (header.find("'fortran_order': False") == std::string::npos) {
    throw std::runtime_error(file + ": not in C order");
  }
  Array array;
  array.shape = numbers_in(header.substr(header.find("'shape'") + 7));
  const bool wide = header.find("'<f8'") != std::string::npos;
  if (!wide && header.find("'<f4'") == std::string::npos) {
    throw std::runtime_error(file + ": neither float32 nor float64");
  }
  array.values = wide ? values_of<double>(bytes, 10 + size) : values_of<float>(bytes, 10 + size);
  return array;
}

std::vector<float> narrow(const std::vector<double>& values) {
  return std::vector<float>(values.begin(), values.end());
}

LayerShape shape_of(const nlohmann::json& entry, const Array& activations, const Array& weights) {
  const auto& a = activations.shape;
  const auto& w = weights.shape;
  if (entry.at("kind") == "linear") return dense_shape(a.at(0), a.at(1), w.at(0));
  return conv_shape({a.at(0), a.at(1)}, {a.at(2), a.at(3)}, w.at(0), {w.at(2), w.at(3)},
                    entry.at("stride").get<Axes>(), entry.at("padding").get<Axes>(),
                    entry.at("dilation").get<Axes>(), entry.at("groups").get<std::int64_t>());
}

}  // namespace

const std::vector<double>& ReferenceLayer::result(Operation operation) const {
  switch (operation) {
    case Operation::forward:
      return outputs;
    case Operation::backward_data:
      return activation_gradients;
    case Operation::backward_weights:
      break;
  }
  return weight_gradients;
}

nlohmann::json read_trace_json(const std::string& file) {
  return nlohmann::json::parse(read_file(std::string(TENSORDASH_TRACES "/") + file));
}

std::vector<ReferenceLayer> read_reference_trace(const std::string& trace) {
  std::vector<ReferenceLayer> layers;
  const std::string folder = std::string(TENSORDASH_TRACES "/") + trace + "/";
  const nlohmann::json description = read_trace_json(trace + "/trace.json");
  for (const auto& entry : description.at("layers")) {
    const auto path = [&](const char* key) { return folder + entry.at(key).get<std::string>(); };
    const Array activations = read_array(path("activations"));
    const Array weights = read_array(path("weights"));
    ReferenceLayer result;
    result.layer.name = entry.at("name");
    result.layer.shape = shape_of(entry, activations, weights);
    result.layer.activations = narrow(activations.values);
    result.layer.weights = narrow(weights.values);
    result.layer.output_gradients = narrow(read_array(path("output_gradients")).values);
    const std::string own = folder + result.layer.name + "/ref_";
    result.outputs = read_array(own + "O.npy").values;
    result.activation_gradients = read_array(own + "GA.npy").values;
    result.weight_gradients = read_array(own + "GW.npy").values;
    layers.push_back(result);
  }
  return layers;
}

}  // namespace tensordash::golden_testing
