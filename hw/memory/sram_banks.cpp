#include "hw/memory/sram_banks.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tensordash {

SramBanks::SramBanks(const SramParameters& parameters) : parameters_(parameters) {
  if (parameters.lanes == 0 || parameters.lanes > max_lanes) {
    throw std::invalid_argument(
        fmt::format("SRAM of {} lanes, where 1 to {} are allowed", parameters.lanes, max_lanes));
  }
  if (parameters.banks == 0 || parameters.bank_rows == 0) {
    throw std::invalid_argument("an SRAM needs a bank, and a bank a row");
  }
  const std::size_t rows = std::size_t{parameters.banks} * parameters.bank_rows;
  values_.resize(rows * parameters.lanes);
  written_.resize(rows);
}

std::size_t SramBanks::index(unsigned bank, unsigned row) const {
  if (bank >= parameters_.banks || row >= parameters_.bank_rows) {
    throw std::out_of_range(fmt::format("bank {} row {} of an SRAM of {} banks of {} rows", bank,
                                        row, parameters_.banks, parameters_.bank_rows));
  }
  return std::size_t{bank} * parameters_.bank_rows + row;
}

void SramBanks::write(unsigned bank, unsigned row, const LaneRow& value) {
  const std::size_t place = index(bank, row);
  if (value.lanes() != parameters_.lanes) {
    throw std::invalid_argument(
        fmt::format("row of {} lanes written to an SRAM of {}", value.lanes(), parameters_.lanes));
  }
  std::copy_n(value.data(), parameters_.lanes, &values_[place * parameters_.lanes]);
  written_[place] = true;
  ++rows_written_;
}

LaneRow SramBanks::read(unsigned bank, unsigned row) const {
  const std::size_t place = index(bank, row);
  if (!written_[place]) {
    throw std::logic_error(fmt::format("read of bank {} row {}, never written", bank, row));
  }
  LaneRow value(parameters_.lanes);
  std::copy_n(&values_[place * parameters_.lanes], parameters_.lanes, value.data());
  return value;
}

}  // namespace tensordash
