#pragma once

#include <cstddef>
#include <filesystem>

namespace tensordash {

/// A file that appears under its name whole or not at all: it is written under a temporary name in
/// the same folder, and commit() renames it. Without a commit the destructor removes it, and what
/// stood under the name before stays.
///
/// Every member throws std::system_error naming the file: no such folder, no permission, disk full,
/// or a folder, a device or a pipe under that name, none of which is ever replaced.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& file);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(const void* bytes, std::size_t count);

  /// Syncs, closes and renames. Nothing may be written afterwards.
  void commit();

 private:
  void require_replaceable() const;
  void create();
  void close();
  [[noreturn]] void fail(int error) const;

  std::filesystem::path file_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

}  // namespace tensordash
