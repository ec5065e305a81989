#include "models/ledger/cycle_ledger.h"

#include <algorithm>

namespace tensordash {

const std::array<LedgerCategory, 19>& ledger_categories() {
  static const std::array<LedgerCategory, 19> categories = {{
      {"fill", "pipeline fill and drain", &CycleLedger::fill},
      {"stall_scratchpad", "waiting for a scratchpad", &CycleLedger::stall_scratchpad},
      {"stall_sram", "waiting for rows read from an SRAM", &CycleLedger::stall_sram},
      {"stall_bank_conflict", "waiting for rows of the same SRAM bank",
       &CycleLedger::stall_bank_conflict},
      {"stall_transposer", "waiting for a transposer", &CycleLedger::stall_transposer},
      {"stall_credit", "waiting for room in an SRAM", &CycleLedger::stall_credit},
      {"stall_dram", "waiting for DRAM", &CycleLedger::stall_dram},
      {"out_of_passes", "tile out of passes", &CycleLedger::out_of_passes},
      {"missing_row", "tile row without an output", &CycleLedger::missing_row},
      {"missing_column", "tile column without an output", &CycleLedger::missing_column},
      {"effectual", "pair taken, both values not zero", &CycleLedger::effectual},
      {"zero_a", "pair taken, side A zero", &CycleLedger::zero_a},
      {"zero_b", "pair taken, side B zero", &CycleLedger::zero_b},
      {"zero_both", "pair taken, both zero", &CycleLedger::zero_both},
      {"structural", "pair taken, padding or dilation zero", &CycleLedger::structural},
      {"waiting", "waiting for a slower row", &CycleLedger::waiting},
      {"tail", "nothing left at the end of a pass", &CycleLedger::tail},
      {"priority", "reachable candidates went to other lanes", &CycleLedger::priority},
      {"connectivity", "no candidate within reach", &CycleLedger::connectivity},
  }};
  return categories;
}

std::uint64_t CycleLedger::total() const {
  std::uint64_t sum = 0;
  for (const LedgerCategory& category : ledger_categories()) sum += this->*category.count;
  return sum;
}

CycleLedger& CycleLedger::operator+=(const CycleLedger& other) {
  for (const LedgerCategory& category : ledger_categories()) {
    this->*category.count += other.*category.count;
  }
  return *this;
}

bool CycleLedger::operator==(const CycleLedger& other) const {
  const auto& categories = ledger_categories();
  return std::all_of(categories.begin(), categories.end(), [&](const LedgerCategory& category) {
    return this->*category.count == other.*category.count;
  });
}

}  // namespace tensordash
