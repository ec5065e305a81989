#include "hw/memory/sram_banks.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tensordash {
namespace {

SramParameters small() {
  SramParameters parameters;
  parameters.lanes = 5;
  parameters.banks = 3;
  parameters.bank_rows = 4;
  return parameters;
}

LaneRow numbered_row(unsigned number, unsigned lanes = 5) {
  LaneRow row(lanes);
  for (unsigned lane = 0; lane < lanes; ++lane) row[lane] = static_cast<float>(100 * number + lane);
  return row;
}

TEST(SramBanksTest, HasThePapersSize) {
  const SramParameters paper;
  EXPECT_EQ(paper.bank_rows * paper.lanes * sizeof(float), 256U * 1024U);
  SramBanks banks(paper);
  banks.write(3, 4095, numbered_row(1, 16));
  EXPECT_EQ(banks.read(3, 4095), numbered_row(1, 16));
}

TEST(SramBanksTest, KeepsEveryRowApart) {
  SramBanks banks(small());
  for (unsigned bank = 0; bank < 3; ++bank) {
    for (unsigned row = 0; row < 4; ++row) banks.write(bank, row, numbered_row(10 * bank + row));
  }
  banks.write(1, 2, numbered_row(77));
  for (unsigned bank = 0; bank < 3; ++bank) {
    for (unsigned row = 0; row < 4; ++row) {
      const unsigned number = bank == 1 && row == 2 ? 77 : 10 * bank + row;
      EXPECT_EQ(banks.read(bank, row), numbered_row(number));
    }
  }
  EXPECT_EQ(banks.rows_written(), 13U);
}

TEST(SramBanksTest, KnowsWhatWasNeverWritten) {
  for (unsigned written = 0; written < 12; ++written) {
    SramBanks banks(small());
    banks.write(written / 4, written % 4, LaneRow(5));
    for (unsigned place = 0; place < 12; ++place) {
      if (place == written) {
        EXPECT_EQ(banks.read(place / 4, place % 4), LaneRow(5));
      } else {
        EXPECT_THROW(banks.read(place / 4, place % 4), std::logic_error);
      }
    }
  }
}

TEST(SramBanksTest, RefusesWhatDoesNotExist) {
  SramBanks banks(small());
  EXPECT_THROW(banks.read(3, 0), std::out_of_range);
  EXPECT_THROW(banks.read(0, 4), std::out_of_range);
  EXPECT_THROW(banks.write(3, 0, numbered_row(0)), std::out_of_range);
  EXPECT_THROW(banks.write(0, 4, numbered_row(0)), std::out_of_range);
  EXPECT_THROW(banks.write(0, 0, numbered_row(0, 6)), std::invalid_argument);
  EXPECT_EQ(banks.rows_written(), 0U);
  const auto make = [](auto&& change) {
    SramParameters parameters = small();
    change(parameters);
    SramBanks refused(parameters);
  };
  EXPECT_THROW(make([](auto& p) { p.lanes = 0; }), std::invalid_argument);
  EXPECT_THROW(make([](auto& p) { p.lanes = max_lanes + 1; }), std::invalid_argument);
  EXPECT_THROW(make([](auto& p) { p.banks = 0; }), std::invalid_argument);
  EXPECT_THROW(make([](auto& p) { p.bank_rows = 0; }), std::invalid_argument);
}

}  // namespace
}  // namespace tensordash
