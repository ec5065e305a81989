#include <fmt/format.h>

#include <random>

#include "platform/dram/request_source.h"

namespace tensordash {
namespace {

/// A pattern whose requests follow from their number.
template <typename Request>
class PatternSource : public RequestSource {
 public:
  PatternSource(std::uint64_t requests, Request request) : left_(requests), request_(request) {}

  std::optional<DramRequest> next() override {
    if (left_ == 0) return std::nullopt;
    --left_;
    return request_(count_++);
  }

 private:
  std::uint64_t left_, count_ = 0;
  Request request_;
};

template <typename Request>
std::unique_ptr<RequestSource> source(std::uint64_t requests, Request request) {
  return std::make_unique<PatternSource<Request>>(requests, request);
}

/// Reads of channel 0 and rank 0, one at a time, far from each other and from the refreshes of that
/// rank, three between two refreshes: of a closed bank, of the open row, of another row.
std::unique_ptr<RequestSource> idle(std::uint64_t requests, const AddressMap& map,
                                    const DramConfiguration& configuration) {
  const DramParameters& parameters = configuration.parameters;
  const DramTimings& timings = configuration.spec.timings;
  const DramClock interval = timings.trefi;
  const DramClock longest = parameters.front_clocks + timings.trppb + timings.trcd + timings.rl +
                            timings.tdqsck + configuration.spec.burst_clocks() + timings.tras +
                            parameters.back_clocks;
  if (longest > interval / 5) {
    throw DramError(fmt::format(
        "pattern idle: a read may take {} clocks, but reads come {} apart; allowed: timings, "
        "dram.front_clocks and dram.back_clocks that are less together",
        longest, interval / 5));
  }
  const bool staggered = parameters.refresh_phase == RefreshPhase::staggered;
  const DramClock start = interval / (parameters.ranks * (staggered ? parameters.channels : 1));
  const unsigned rows = configuration.spec.rows;
  return source(requests, [map, interval, start, rows](std::uint64_t count) {
    const std::uint64_t part = count % 3;
    const std::uint64_t visit = count / 3;
    DramPlace place;
    place.row = static_cast<unsigned>((2 * visit + (part == 2 ? 1 : 0)) % rows);
    const DramClock clock = start + visit * interval + interval * (part + 1) / 5;
    return DramRequest{map.address(place), false, clock};
  });
}

}  // namespace

const std::vector<DramPattern>& dram_patterns() {
  static const std::vector<DramPattern> patterns = {
      {"idle", "one read at a time: closed bank, row hit, conflict", 32},
      {"seq_read", "reads one after the other"},
      {"seq_write", "writes one after the other"},
      {"stride_16k", "reads 16 KiB apart: with one channel and rank, another row of one bank"},
      {"row4", "four reads in each row of one bank, then the next row"},
      {"rand_read", "reads anywhere"},
      {"rand_write", "writes anywhere"},
      {"rand_mix", "reads and writes anywhere, as many of both"},
      {"mix21", "read, read, write, one after the other"},
  };
  return patterns;
}

unsigned default_bytes(std::string_view pattern) {
  for (const DramPattern& each : dram_patterns()) {
    if (each.name == pattern) return each.bytes;
  }
  return 64;
}

std::unique_ptr<RequestSource> pattern_source(std::string_view name, const PatternShape& shape,
                                              const DramConfiguration& configuration) {
  const AddressMap map(configuration);
  const std::uint64_t places = map.size() / shape.bytes;
  const unsigned bytes = shape.bytes;
  const auto along = [places, bytes](std::uint64_t place, bool write) {
    return DramRequest{place % places * bytes, write, std::nullopt};
  };
  const std::uint64_t requests = shape.requests;
  if (name == "idle") return idle(requests, map, configuration);
  if (name == "seq_read") {
    return source(requests, [along](std::uint64_t count) { return along(count, false); });
  }
  if (name == "seq_write") {
    return source(requests, [along](std::uint64_t count) { return along(count, true); });
  }
  if (name == "mix21") {
    return source(requests, [along](std::uint64_t count) { return along(count, count % 3 == 2); });
  }
  if (name == "stride_16k") {
    return source(requests, [size = map.size()](std::uint64_t count) {
      return DramRequest{count * 16384 % size, false, std::nullopt};
    });
  }
  if (name == "row4") {
    const unsigned step = bytes * 8 / configuration.parameters.width;  // columns of a request
    const DramSpec& spec = configuration.spec;
    return source(requests,
                  [map, step, rows = spec.rows, columns = spec.columns](std::uint64_t count) {
                    DramPlace place;
                    place.row = static_cast<unsigned>(count / 4 % rows);
                    place.column = static_cast<unsigned>(count % 4 * step) % columns;
                    return DramRequest{map.address(place), false, std::nullopt};
                  });
  }
  if (name == "rand_read" || name == "rand_write" || name == "rand_mix") {
    std::mt19937_64 random(shape.seed);
    const bool mix = name == "rand_mix";
    const bool write = name == "rand_write";
    return source(requests, [along, random, mix, write](std::uint64_t) mutable {
      const std::uint64_t place = random();
      return along(place, mix ? (random() >> 63) != 0 : write);
    });
  }
  std::string names;
  for (const DramPattern& pattern : dram_patterns()) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", pattern.name);
  }
  throw DramError(fmt::format("no pattern '{}'; allowed: {}", name, names));
}

}  // namespace tensordash
