#include "models/trace/npy_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <xtensor/xnpy.hpp>

namespace tensordash {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view magic = "\x93NUMPY"sv;
constexpr std::size_t max_header_bytes = 65536;     // with the spaces that align the data
constexpr std::size_t max_dictionary_bytes = 1024;  // without them

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error(what);
}

std::string read_bytes(std::istream& stream, std::size_t count) {
  std::string bytes(count, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

std::string read_header_bytes(std::istream& stream, std::size_t count) {
  std::string bytes = read_bytes(stream, count);
  if (bytes.size() < count) {
    refuse(fmt::format("truncated inside its header: {} of {} bytes", bytes.size(), count));
  }
  return bytes;
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

/// Width of the field that holds the header's length, by the version of the format.
std::size_t length_bytes(std::string_view version) {
  if (version == "\x01\x00"sv) return 2;
  if (version == "\x02\x00"sv) return 4;
  refuse(fmt::format("has version {}.{} of the .npy format; allowed: 1.0 and 2.0",
                     static_cast<unsigned char>(version[0]),
                     static_cast<unsigned char>(version[1])));
}

/// The dictionary as one printable line of bounded length.
std::string quotable(std::string_view dictionary) {
  constexpr std::size_t most = 160;
  std::string text(dictionary.substr(0, most));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  return dictionary.size() > most ? text + "..." : text;
}

[[noreturn]] void refuse_dictionary(std::string_view dictionary, std::string_view reason) {
  refuse(
      fmt::format("has the header {} ({}); allowed: {{'descr': '<f4', 'fortran_order': False, "
                  "'shape': (3, 4), }} with any shape",
                  quotable(dictionary), reason));
}

/// The text of the dictionary without the line end and the spaces before it.
std::string read_dictionary(std::istream& stream, std::size_t count) {
  std::string text = read_header_bytes(stream, count);
  if (text.empty() || text.back() != '\n') refuse_dictionary(text, "no line end at its end");
  text.pop_back();
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/// xtensor's parser takes "-3", "3x" and "3 4" for dimensions, reads an empty value out of bounds
/// and matches by recursion, so the text must be short and end in its only shape, a tuple of
/// numbers.
void require_parsable(const std::string& dictionary) {
  if (dictionary.size() > max_dictionary_bytes) refuse_dictionary(dictionary, "too long");
  static const std::regex ends_in_shape(
      R"('shape': *\((|\d{1,18},|\d{1,18}(, *\d{1,18})+,?)\) *,? *\}$)");
  std::smatch match;
  const bool found = std::regex_search(dictionary, match, ends_in_shape);
  if (!found || dictionary.find("'shape'") != static_cast<std::size_t>(match.position())) {
    refuse_dictionary(dictionary, "no tuple of numbers as its only 'shape', at its end");
  }
}

NpyHeader parse_dictionary(const std::string& dictionary) {
  require_parsable(dictionary);
  NpyHeader header;
  std::vector<std::size_t> shape;
  try {
    xt::detail::parse_header(dictionary + "\n", header.type, &header.fortran_order, shape);
  } catch (const std::exception& error) {
    refuse_dictionary(dictionary, error.what());
  }
  header.shape.assign(shape.begin(), shape.end());
  return header;
}

}  // namespace

NpyHeader read_npy_header(std::istream& stream) {
  if (read_bytes(stream, magic.size()) != magic) {
    refuse("is not a .npy file; allowed: a file that begins with \\x93NUMPY");
  }
  const std::size_t length_field = length_bytes(read_header_bytes(stream, 2));
  const std::size_t length = little_endian(read_header_bytes(stream, length_field));
  if (length > max_header_bytes) {
    refuse(fmt::format("has a header of {} bytes; allowed: at most {}", length, max_header_bytes));
  }
  NpyHeader header = parse_dictionary(read_dictionary(stream, length));
  header.bytes = static_cast<std::int64_t>(magic.size() + 2 + length_field + length);
  return header;
}

std::string float32_npy_header(const std::vector<std::int64_t>& shape) {
  std::ostringstream stream;
  xt::detail::write_header(stream, "<f4", false, shape);
  return stream.str();
}

}  // namespace tensordash
