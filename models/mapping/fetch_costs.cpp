#include "models/mapping/fetch_costs.h"

#include <algorithm>

namespace tensordash {
namespace {

/// Groups with the same signature cost the same.
std::vector<std::int64_t> signature(const SideOperand& operand, const Segment& segment,
                                    std::int64_t group) {
  const std::int64_t per = operand.streams_per_pass();
  const std::int64_t first = group * per;
  const std::int64_t end = std::min(operand.streams(segment), first + per);
  std::vector<std::int64_t> signature{end - first};
  if (operand.kind() == AccessKind::windows) {
    signature.push_back(group);
  } else if (operand.kind() == AccessKind::positions) {
    // Turning all banks by a channel changes nothing.
    for (std::int64_t stream = first; stream < end; ++stream) {
      signature.push_back(operand.channel(stream) - operand.channel(first));
      signature.push_back(stream % operand.streams_per_channel());
    }
  }
  return signature;
}

}  // namespace

FetchCosts::FetchCosts(const SideOperand& operand, const Segment& segment,
                       const MemoryParameters& parameters)
    : banks_(parameters.sram_banks), rows_per_clock_(parameters.sram_rows_per_clock) {
  const std::int64_t per = operand.streams_per_pass();
  const std::int64_t groups = (operand.streams(segment) + per - 1) / per;
  std::map<std::vector<std::int64_t>, std::uint32_t> known;
  for (std::int64_t group = 0; group < groups; ++group) {
    const auto [entry, fresh] = known.try_emplace(signature(operand, segment, group),
                                                  static_cast<std::uint32_t>(costs_.size()));
    if (fresh) costs_.push_back(cost(operand, segment, group));
    index_.push_back(entry->second);
  }
}

FetchCost FetchCosts::cost(const SideOperand& operand, const Segment& segment,
                           std::int64_t group) const {
  const std::int64_t per = operand.streams_per_pass();
  const std::int64_t first = group * per;
  const std::int64_t end = std::min(operand.streams(segment), first + per);
  std::vector<SramRow> latched(static_cast<std::size_t>(end - first), {-1, -1});
  std::vector<SramRow> rows, wanted;
  std::vector<unsigned> banks(banks_);
  FetchCost cost;
  cost.streams = static_cast<std::uint64_t>(end - first);
  for (std::int64_t k = 0; k < segment.K; k += rows_per_clock_) {
    wanted.clear();
    for (std::int64_t stream = first; stream < end; ++stream) {
      SramRow& latch = latched[static_cast<std::size_t>(stream - first)];
      for (std::int64_t row = k; row < std::min<std::int64_t>(segment.K, k + rows_per_clock_);
           ++row) {
        rows.clear();
        operand.rows_of(segment, stream, row, rows);
        for (const SramRow& each : rows) {
          const bool again = each == latch;
          latch = each;
          if (again || std::find(wanted.begin(), wanted.end(), each) != wanted.end()) continue;
          wanted.push_back(each);
        }
      }
    }
    std::fill(banks.begin(), banks.end(), 0);
    unsigned busiest = 0;
    for (const SramRow& row : wanted) {
      busiest = std::max(busiest, ++banks[operand.bank(row, banks_)]);
    }
    const unsigned clocks = std::max(1U, (busiest + rows_per_clock_ - 1) / rows_per_clock_);
    cost.clocks.push_back(static_cast<std::uint16_t>(clocks));
    cost.reads += wanted.size();
    cost.conflicts += clocks - 1;
  }
  return cost;
}

}  // namespace tensordash
