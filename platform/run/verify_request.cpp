#include "platform/run/verify_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "platform/run/run_request.h"

namespace tensordash {

using Kind = VerifyRequest::Kind;

std::uint64_t VerifyRequest::checks(std::uint64_t outputs) const {
  if (kind == Kind::none) return 0;
  return kind == Kind::sample ? std::min(count, outputs) : outputs;
}

VerifyRequest verify_request(std::string_view text) {
  constexpr std::string_view sample = "sample:";
  if (text == "all") return {Kind::all, 0};
  if (text == "none") return {Kind::none, 0};
  if (text.substr(0, sample.size()) == sample) {
    const std::string_view digits = text.substr(sample.size());
    const char* const end = digits.data() + digits.size();
    std::uint64_t count = 0;
    const auto [stop, error] = std::from_chars(digits.data(), end, count);
    if (error == std::errc{} && stop == end && count > 0) return {Kind::sample, count};
  }
  throw RequestError(fmt::format(
      "--verify is '{}'; allowed: all, none, or sample:N for N outputs of every operation (at "
      "least 1)",
      text));
}

std::string text_of(const VerifyRequest& request) {
  switch (request.kind) {
    case Kind::all:
      return "all";
    case Kind::sample:
      return fmt::format("sample:{}", request.count);
    case Kind::none:
      return "none";
    case Kind::automatic:
      break;
  }
  return "automatic";
}

}  // namespace tensordash
