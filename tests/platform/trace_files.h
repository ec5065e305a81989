#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/models/dataflow/naive_dataflow.h"

namespace tensordash {

/// A layer to write into a trace. Without output gradients it is an inference layer.
struct NamedLayer {
  std::string name;
  dataflow_testing::LayerTensors tensors;
};

/// Writes a trace in the format tensordash-trace/1 into `folder`, with tensors in
/// NAME/A.npy, NAME/W.npy and NAME/GO.npy.
void write_trace(const std::filesystem::path& folder, const std::vector<NamedLayer>& layers);

/// The bytes of a .npy file of little-endian float32.
std::string float32_npy(const std::vector<std::int64_t>& shape, const std::vector<float>& values);

/// A .npy file, read by xtensor.
template <typename Value>
struct NpyArray {
  std::vector<std::int64_t> shape;
  std::vector<Value> values;
};
NpyArray<float> load_float32(const std::filesystem::path& file);
NpyArray<double> load_float64(const std::filesystem::path& file);

/// The layers of a bundled trace with tensors read by xtensor.
std::vector<NamedLayer> load_trace(const std::filesystem::path& folder);

/// All of a file's bytes.
std::string file_bytes(const std::filesystem::path& file);

/// Path of every file and folder below `folder`, in order; hidden ones too.
std::vector<std::string> everything_in(const std::filesystem::path& folder);

}  // namespace tensordash
