#include "platform/player/data_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <limits>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "models/layer/tensor_shape.h"
#include "models/trace/npy_header.h"

namespace tensordash {

DataFile::DataFile(const std::filesystem::path& file) : file_(file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) refuse("no such file");
  if (error) refuse(error.message());
  if (!std::filesystem::is_regular_file(status)) refuse("is no ordinary file");
  stream_.open(file, std::ios::binary);
  if (!stream_) refuse(std::generic_category().message(errno));
  bytes_ = std::filesystem::file_size(file, error);
  if (error) refuse(error.message());
  if (file.extension() == ".npy") find_array();
}

void DataFile::find_array() {
  NpyHeader header;
  try {
    header = read_npy_header(stream_);
  } catch (const std::runtime_error& problem) {
    refuse(problem.what());
  }
  if (header.type[0] == '>') {
    refuse(fmt::format("holds '{}'; allowed: little endian values", header.type));
  }
  if (header.fortran_order && header.shape.size() > 1) {
    refuse("is in Fortran order; allowed: C order, in NumPy numpy.ascontiguousarray(array)");
  }
  const std::optional<std::int64_t> count = element_count(header.shape);
  const std::uint64_t value_bytes = std::stoul(header.type.substr(2));
  first_ = static_cast<std::uint64_t>(header.bytes);
  bytes_ -= first_;
  if (!count || static_cast<std::uint64_t>(*count) * value_bytes != bytes_) {
    refuse(fmt::format("has {} bytes of data; allowed: exactly those of shape {} and type '{}'",
                       bytes_, shape_text(header.shape), header.type));
  }
}

std::uint64_t DataFile::bytes_from(std::uint64_t offset, std::uint64_t wanted) const {
  const bool to_end = wanted == std::numeric_limits<std::uint64_t>::max();
  if (offset >= bytes_ || (!to_end && wanted > bytes_ - offset)) {
    refuse(fmt::format("has {} bytes of data; allowed: OFFSET, and BYTES from there, within them",
                       bytes_));
  }
  return to_end ? bytes_ - offset : wanted;
}

void DataFile::read(std::uint64_t offset, void* to, std::size_t bytes) {
  stream_.clear();
  stream_.seekg(static_cast<std::streamoff>(first_ + offset));
  stream_.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
  if (stream_.gcount() != static_cast<std::streamsize>(bytes)) {
    refuse("could not be read to its end");
  }
}

void DataFile::refuse(const std::string& what) const {
  throw std::runtime_error(fmt::format("{}: {}", file_.string(), what));
}

}  // namespace tensordash
