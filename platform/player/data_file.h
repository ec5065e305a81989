#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>

namespace tensordash {

/// The bytes that a script means by a file: all of it, or the data of a NumPy array, of any type,
/// when its name ends in .npy.
class DataFile {
 public:
  /// Throws std::runtime_error naming the file: missing, no ordinary file, no array in C order and
  /// little endian, an array that is not whole.
  explicit DataFile(const std::filesystem::path& file);

  std::uint64_t bytes() const { return bytes_; }

  /// How many bytes `offset` and `wanted` stand for: that many, or up to the end when it is the
  /// largest number. Throws std::runtime_error when there are none, or not as many.
  std::uint64_t bytes_from(std::uint64_t offset, std::uint64_t wanted) const;

  /// Throws std::runtime_error when the file got shorter meanwhile.
  void read(std::uint64_t offset, void* to, std::size_t bytes);

 private:
  void find_array();
  [[noreturn]] void refuse(const std::string& what) const;

  std::filesystem::path file_;
  std::ifstream stream_;
  std::uint64_t first_ = 0;  ///< of the data, in the file
  std::uint64_t bytes_ = 0;
};

}  // namespace tensordash
