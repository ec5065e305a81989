#include "platform/dram/command_file.h"

#include <system_error>

namespace tensordash {

CommandFile::CommandFile(const std::filesystem::path& file) : buffer_(file), stream_(&buffer_) {}

void CommandFile::commit() {
  buffer_.commit();
}

void CommandFile::Buffer::check() const {
  if (failure_) std::rethrow_exception(failure_);
}

void CommandFile::Buffer::commit() {
  check();
  file_.commit();
}

CommandFile::Buffer::int_type CommandFile::Buffer::overflow(int_type character) {
  const char byte = traits_type::to_char_type(character);
  return xsputn(&byte, 1) == 1 ? character : traits_type::eof();
}

std::streamsize CommandFile::Buffer::xsputn(const char* bytes, std::streamsize count) {
  if (failure_) return 0;
  try {
    file_.write(bytes, static_cast<std::size_t>(count));
    return count;
  } catch (const std::system_error&) {
    failure_ = std::current_exception();
    return 0;
  }
}

}  // namespace tensordash
