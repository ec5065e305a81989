#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "hw/dram/address_map.h"
#include "hw/dram/command.h"

namespace tensordash {

/// What the bench asks of a memory.
struct DramRequest {
  std::uint64_t address = 0;
  bool write = false;
  std::optional<DramClock> clock;  ///< not before; otherwise as soon as there is room
};

/// A sequence of requests.
class RequestSource {
 public:
  virtual ~RequestSource() = default;
  RequestSource(const RequestSource&) = delete;
  RequestSource& operator=(const RequestSource&) = delete;

  /// The next request, or nothing at the end.
  virtual std::optional<DramRequest> next() = 0;

 protected:
  RequestSource() = default;
};

/// A named pattern as documented to users.
struct DramPattern {
  std::string_view name, help;
  unsigned bytes = 64;  ///< of a request, unless the user says another number
};

const std::vector<DramPattern>& dram_patterns();

/// Bytes of a request of a pattern, or of a trace (any other name), when nobody says a number.
unsigned default_bytes(std::string_view pattern);

/// What a pattern is made of besides its name.
struct PatternShape {
  std::uint64_t requests = 100000;
  unsigned bytes = 64;  ///< of a request
  std::uint64_t seed = 2020;
};

/// The requests of a pattern on a memory. Throws DramError for an unknown name.
std::unique_ptr<RequestSource> pattern_source(std::string_view name, const PatternShape& shape,
                                              const DramConfiguration& configuration);

/// The requests of a text file, a line each: `R 0xADDR [clock]` or `W 0xADDR [clock]`, addresses
/// below `size` with `bytes` after them, clocks in ascending order up to 1e15; empty lines and what
/// follows a
/// `#` are skipped. Reading throws DramError with the line's number.
std::unique_ptr<RequestSource> trace_file_source(const std::filesystem::path& file,
                                                 std::uint64_t size, unsigned bytes);

}  // namespace tensordash
