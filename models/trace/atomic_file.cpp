#include "models/trace/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace tensordash {
namespace {

/// A name that no other writer of this or another process uses; short, so that a long file name
/// leaves room for it.
std::filesystem::path temporary_name() {
  static std::atomic<unsigned> serial{0};
  return fmt::format(".tensordash-{}-{}.tmp", ::getpid(), serial++);
}

}  // namespace

AtomicFile::AtomicFile(const std::filesystem::path& file) : file_(file) {
  require_replaceable();
  create();
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::require_replaceable() const {
  // The rename would put an ordinary file in the place of a device or a pipe.
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file_, error);
  if (status.type() == std::filesystem::file_type::not_found) return;
  if (error) fail(error.value());
  if (std::filesystem::is_directory(status)) fail(EISDIR);
  if (!std::filesystem::is_regular_file(status)) {
    throw std::system_error(
        EINVAL, std::generic_category(),
        fmt::format("cannot write {}: it is a device or a pipe, allowed: an ordinary file",
                    file_.string()));
  }
}

void AtomicFile::create() {
  // A process that was killed may have left a file of the same number behind: take the next.
  do {
    const std::filesystem::path candidate = file_.parent_path() / temporary_name();
    descriptor_ = ::open(candidate.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ >= 0) temporary_ = candidate;
  } while (descriptor_ < 0 && (errno == EEXIST || errno == EINTR));
  if (descriptor_ < 0) fail(errno);
}

void AtomicFile::write(const void* bytes, std::size_t count) {
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = ::write(descriptor_, next, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      fail(errno);
    }
    next += written;
    count -= static_cast<std::size_t>(written);
  }
}

void AtomicFile::commit() {
  // Some file systems report a full disk only here or on closing.
  if (::fsync(descriptor_) != 0) fail(errno);
  close();
  if (std::rename(temporary_.c_str(), file_.c_str()) != 0) fail(errno);
  temporary_.clear();
}

void AtomicFile::close() {
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) fail(errno);
}

void AtomicFile::fail(int error) const {
  throw std::system_error(error, std::generic_category(),
                          fmt::format("cannot write {}", file_.string()));
}

}  // namespace tensordash
