#include "platform/run/output_sample.h"

#include <numeric>
#include <random>
#include <set>

namespace tensordash {

std::vector<std::int64_t> sample_outputs(std::uint64_t outputs, std::uint64_t count) {
  if (count >= outputs) {
    std::vector<std::int64_t> all(outputs);
    std::iota(all.begin(), all.end(), std::int64_t{0});
    return all;
  }
  // std::uniform_int_distribution differs between standard libraries; a remainder does not, and its
  // bias is nothing beside 2^64.
  std::mt19937_64 random(2020);
  std::set<std::uint64_t> chosen;
  for (std::uint64_t last = outputs - count; last < outputs; ++last) {
    const std::uint64_t candidate = random() % (last + 1);
    chosen.insert(chosen.count(candidate) == 0 ? candidate : last);
  }
  return {chosen.begin(), chosen.end()};
}

}  // namespace tensordash
