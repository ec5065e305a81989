#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <sstream>

#include "platform/dram/request_source.h"

namespace tensordash {
namespace {

/// What simulated time can hold in picoseconds, with room to spare: a week of 0.625 ns clocks.
constexpr DramClock last_clock_allowed = 1'000'000'000'000'000;

template <typename Number>
bool read_number(std::string_view text, Number& value) {
  const bool hexadecimal = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  if (hexadecimal) text.remove_prefix(2);
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, hexadecimal ? 16 : 10);
  return error == std::errc{} && stop == end;
}

class TraceFileSource : public RequestSource {
 public:
  TraceFileSource(const std::filesystem::path& file, std::uint64_t size, unsigned bytes)
      : name_(file.string()), stream_(file), size_(size), bytes_(bytes) {
    if (!stream_ || std::filesystem::is_directory(file)) {
      throw DramError(fmt::format("request trace {} cannot be read", name_));
    }
  }

  std::optional<DramRequest> next() override {
    std::string text;
    while (std::getline(stream_, text)) {
      ++line_;
      text.erase(std::min(text.find('#'), text.size()));
      std::istringstream words(text);
      std::string kind;
      if (!(words >> kind)) continue;
      return request(kind, words);
    }
    if (stream_.bad()) throw DramError(fmt::format("request trace {} cannot be read", name_));
    return std::nullopt;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw DramError(fmt::format("request trace {}: line {}: {}", name_, line_, why));
  }

  DramRequest request(const std::string& kind, std::istringstream& words) {
    if (kind != "R" && kind != "W" && kind != "r" && kind != "w") {
      refuse(fmt::format("'{}' is no request; allowed: R|W 0xADDR [clock]", kind));
    }
    DramRequest request;
    request.write = kind == "W" || kind == "w";
    std::string address;
    std::string clock;
    std::string more;
    if (!(words >> address)) refuse("no address; allowed: R|W 0xADDR [clock]");
    if (!read_number(address, request.address)) {
      refuse(fmt::format("'{}' is no address; allowed: such as 0x1f40", address));
    }
    if (size_ < bytes_ || request.address > size_ - bytes_) {
      refuse(fmt::format("{} bytes at {} lie outside of the memory of {:#x} bytes", bytes_, address,
                         size_));
    }
    if (words >> clock) {
      DramClock value = 0;
      if (!read_number(clock, value)) {
        refuse(fmt::format("'{}' is no clock; allowed: whole numbers", clock));
      }
      if (value > last_clock_allowed) {
        refuse(fmt::format("clock {} is too late; allowed: 0 to {}", value, last_clock_allowed));
      }
      if (value < last_clock_) {
        refuse(fmt::format("clock {} is before the one above, {}", value, last_clock_));
      }
      last_clock_ = value;
      request.clock = value;
    }
    if (words >> more) refuse(fmt::format("'{}' is too much; allowed: R|W 0xADDR [clock]", more));
    return request;
  }

  std::string name_;
  std::ifstream stream_;
  std::uint64_t size_;
  unsigned bytes_;
  std::uint64_t line_ = 0;
  DramClock last_clock_ = 0;
};

}  // namespace

std::unique_ptr<RequestSource> trace_file_source(const std::filesystem::path& file,
                                                 std::uint64_t size, unsigned bytes) {
  return std::make_unique<TraceFileSource>(file, size, bytes);
}

}  // namespace tensordash
