#include "models/trace/npy.h"

#include <fmt/format.h>

#include <boost/iostreams/device/mapped_file.hpp>
#include <cerrno>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include "models/layer/tensor_shape.h"
#include "models/trace/atomic_file.h"
#include "models/trace/npy_header.h"
#include "models/trace/trace.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(float) == 4,
              "values go between file and memory as they are");

[[noreturn]] void refuse(const fs::path& file, const std::string& what) {
  throw TraceError(fmt::format("{}: {}", file.string(), what));
}

std::ifstream open_regular_file(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) refuse(file, "no such file");
  if (error) refuse(file, error.message());
  if (!fs::is_regular_file(status)) refuse(file, "is not a regular file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) refuse(file, std::generic_category().message(errno));
  return stream;
}

NpyHeader read_header_of(const fs::path& file, std::istream& stream) {
  try {
    return read_npy_header(stream);
  } catch (const std::runtime_error& error) {
    refuse(file, error.what());
  }
}

/// "<f8" as "float64 ('<f8')".
std::string type_text(const std::string& type) {
  std::string text = type[0] == '>' ? "big-endian " : "";
  const char kind = type[1];
  text += kind == 'f'   ? "float"
          : kind == 'i' ? "int"
          : kind == 'u' ? "uint"
          : kind == 'c' ? "complex"
                        : "bool";
  const bool one_digit = type.size() == 3;
  if (one_digit && kind != 'b') text += std::to_string(8 * (type[2] - '0'));
  return fmt::format("{} ('{}')", text, type);
}

void require_float32_c_order(const fs::path& file, const NpyHeader& header) {
  if (header.type != "<f4") {
    refuse(file, fmt::format("holds {}; allowed: little-endian float32 ('<f4'), in NumPy "
                             "array.astype('<f4')",
                             type_text(header.type)));
  }
  // With one dimension both orders are the same.
  if (header.fortran_order && header.shape.size() > 1) {
    refuse(file, fmt::format("is in Fortran order, shape {}; allowed: C order, in NumPy "
                             "numpy.ascontiguousarray(array)",
                             shape_text(header.shape)));
  }
}

/// Refuses a file that does not hold exactly what its header says.
void require_whole(const fs::path& file, const NpyHeader& header) {
  const std::optional<std::int64_t> count = element_count(header.shape);
  if (!count) {
    refuse(file, fmt::format("has shape {}; allowed: every dimension at least 1, at most {} "
                             "elements in all",
                             shape_text(header.shape), max_tensor_elements));
  }
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) refuse(file, error.message());
  const std::int64_t held = static_cast<std::int64_t>(size) - header.bytes;
  const std::int64_t needed = *count * std::int64_t{sizeof(float)};
  if (held != needed) {
    refuse(file, fmt::format("{}: {} bytes of data; shape {} takes exactly {}",
                             held < needed ? "truncated" : "longer than its header says", held,
                             shape_text(header.shape), needed));
  }
}

/// The header of a file that can be read, with `stream` at the data behind it.
NpyHeader checked_header(const fs::path& file, std::istream& stream) {
  NpyHeader header = read_header_of(file, stream);
  require_float32_c_order(file, header);
  require_whole(file, header);
  return header;
}

std::vector<float> read_values(const fs::path& file, std::istream& stream, std::size_t count) {
  std::vector<float> values(count);
  const auto bytes = static_cast<std::streamsize>(count * sizeof(float));
  stream.read(reinterpret_cast<char*>(values.data()), bytes);
  if (stream.gcount() != bytes) refuse(file, "could not be read to its end");
  return values;
}

bool can_be_mapped(const NpyHeader& header, std::size_t count) {
  const bool aligned = header.bytes % std::int64_t{alignof(float)} == 0;
  const std::int64_t bytes = header.bytes + static_cast<std::int64_t>(count * sizeof(float));
  return aligned && bytes >= mapped_from_bytes;
}

/// The file's values as a view, or nothing on a file system that cannot map.
std::optional<TensorValues> map_values(const fs::path& file, const NpyHeader& header,
                                       std::size_t count) {
  auto mapping = std::make_shared<boost::iostreams::mapped_file_source>();
  const auto offset = static_cast<std::size_t>(header.bytes);
  try {
    mapping->open(file.string());
  } catch (const std::ios_base::failure&) {
    return std::nullopt;
  }
  // It may have been replaced since its size was looked at.
  if (mapping->size() != offset + count * sizeof(float)) refuse(file, "changed while it was read");
  const char* const bytes = mapping->data() + offset;
  return TensorValues(std::move(mapping), reinterpret_cast<const float*>(bytes), count);
}

}  // namespace

Tensor read_npy(const fs::path& file) {
  std::ifstream stream = open_regular_file(file);
  const NpyHeader header = checked_header(file, stream);

  const auto count = static_cast<std::size_t>(*element_count(header.shape));
  if (can_be_mapped(header, count)) {
    if (std::optional<TensorValues> values = map_values(file, header, count)) {
      return {header.shape, std::move(*values)};
    }
  }
  return {header.shape, read_values(file, stream, count)};
}

std::vector<std::int64_t> read_npy_shape(const fs::path& file) {
  std::ifstream stream = open_regular_file(file);
  return checked_header(file, stream).shape;
}

void write_npy(const fs::path& file, const Tensor& tensor) {
  const std::optional<std::int64_t> count = element_count(tensor.shape);
  if (!count || static_cast<std::size_t>(*count) != tensor.values.size()) {
    throw std::invalid_argument(fmt::format("{}: a tensor of shape {} cannot have {} values",
                                            file.string(), shape_text(tensor.shape),
                                            tensor.values.size()));
  }
  const std::string header = float32_npy_header(tensor.shape);
  AtomicFile output(file);
  output.write(header.data(), header.size());
  output.write(tensor.values.data(), tensor.values.size() * sizeof(float));
  output.commit();
}

}  // namespace tensordash
