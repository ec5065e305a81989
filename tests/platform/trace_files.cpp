#include "tests/platform/trace_files.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <xtensor/xnpy.hpp>

#include "tests/models/trace/npy_bytes.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using Shape = std::vector<std::int64_t>;

void write_bytes(const fs::path& file, const std::string& bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

template <typename Value>
NpyArray<Value> load(const fs::path& file) {
  const auto array = xt::load_npy<Value>(file.string());
  NpyArray<Value> loaded;
  loaded.shape.assign(array.shape().begin(), array.shape().end());
  loaded.values.assign(array.begin(), array.end());
  return loaded;
}

nlohmann::json listing_of(const NamedLayer& layer) {
  const LayerShape& shape = layer.tensors.shape;
  nlohmann::json entry = {{"name", layer.name},
                          {"kind", shape.linear ? "linear" : "conv2d"},
                          {"activations", layer.name + "/A.npy"},
                          {"weights", layer.name + "/W.npy"}};
  if (!layer.tensors.output_gradients.empty()) {
    entry["output_gradients"] = layer.name + "/GO.npy";
  }
  if (!shape.linear) {
    entry["stride"] = shape.stride;
    entry["padding"] = shape.padding;
    entry["dilation"] = shape.dilation;
    entry["groups"] = shape.groups;
  }
  return entry;
}

}  // namespace

std::string float32_npy(const Shape& shape, const std::vector<float>& values) {
  std::string text;
  for (const std::int64_t extent : shape) text += std::to_string(extent) + ", ";
  std::string data(values.size() * sizeof(float), '\0');
  std::memcpy(data.data(), values.data(), data.size());
  text = shape.size() == 1 ? text.substr(0, text.size() - 1) : text.substr(0, text.size() - 2);
  return npy_bytes(npy_dictionary("'<f4'", "(" + text + ")"), data);
}

void write_trace(const fs::path& folder, const std::vector<NamedLayer>& layers) {
  nlohmann::json listing = {{"format", "tensordash-trace/1"},
                            {"model", "generated"},
                            {"epoch", 0},
                            {"dtype", "float32"},
                            {"layers", nlohmann::json::array()}};
  for (const NamedLayer& layer : layers) {
    const LayerShape& s = layer.tensors.shape;
    const fs::path own = folder / layer.name;
    const bool linear = s.linear;
    write_bytes(own / "A.npy", float32_npy(linear ? Shape{s.N, s.C} : Shape{s.N, s.C, s.H, s.W},
                                           layer.tensors.activations));
    write_bytes(own / "W.npy",
                float32_npy(linear ? Shape{s.M, s.C} : Shape{s.M, s.C / s.groups, s.R, s.S},
                            layer.tensors.weights));
    if (!layer.tensors.output_gradients.empty()) {
      write_bytes(own / "GO.npy", float32_npy(linear ? Shape{s.N, s.M} : Shape{s.N, s.M, s.P, s.Q},
                                              layer.tensors.output_gradients));
    }
    listing["layers"].push_back(listing_of(layer));
  }
  write_bytes(folder / "trace.json", listing.dump(1));
}

NpyArray<float> load_float32(const fs::path& file) {
  return load<float>(file);
}

NpyArray<double> load_float64(const fs::path& file) {
  return load<double>(file);
}

std::vector<NamedLayer> load_trace(const fs::path& folder) {
  std::vector<NamedLayer> layers;
  const auto listing = nlohmann::json::parse(std::ifstream(folder / "trace.json"));
  for (const auto& entry : listing.at("layers")) {
    const auto tensor = [&](const char* key) {
      return load_float32(folder / entry.at(key).get<std::string>());
    };
    const NpyArray<float> activations = tensor("activations");
    const NpyArray<float> weights = tensor("weights");
    NamedLayer layer;
    layer.name = entry.at("name");
    layer.tensors.shape =
        entry.at("kind") == "linear"
            ? linear_shape(activations.shape, weights.shape)
            : conv2d_shape(activations.shape, weights.shape, entry.at("stride").get<Axes>(),
                           entry.at("padding").get<Axes>(), entry.at("dilation").get<Axes>(),
                           entry.at("groups").get<std::int64_t>());
    layer.tensors.activations = activations.values;
    layer.tensors.weights = weights.values;
    layer.tensors.output_gradients = tensor("output_gradients").values;
    layers.push_back(std::move(layer));
  }
  return layers;
}

std::string file_bytes(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> everything_in(const fs::path& folder) {
  std::vector<std::string> paths;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    paths.push_back(fs::relative(item.path(), folder).string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace tensordash
