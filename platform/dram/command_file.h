#pragma once

#include <exception>
#include <filesystem>
#include <ostream>
#include <streambuf>

#include "models/trace/atomic_file.h"

namespace tensordash {

/// A stream into a file that appears under its name whole or not at all, for CommandCsv.
///
/// The constructor and commit() throw std::system_error naming the file, also when an earlier write
/// failed; the stream itself only goes bad.
class CommandFile {
 public:
  explicit CommandFile(const std::filesystem::path& file);

  std::ostream& stream() { return stream_; }

  /// Throws when a write failed.
  void check() const { buffer_.check(); }

  /// Gives the file its name. Nothing may be written afterwards.
  void commit();

 private:
  class Buffer : public std::streambuf {
   public:
    explicit Buffer(const std::filesystem::path& file) : file_(file) {}
    void check() const;
    void commit();

   protected:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* bytes, std::streamsize count) override;

   private:
    AtomicFile file_;
    std::exception_ptr failure_;  ///< of the first write that failed
  };

  Buffer buffer_;
  std::ostream stream_;
};

}  // namespace tensordash
