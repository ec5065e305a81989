#include "hw/memory/scratchpad_core.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>
#include <stdexcept>

namespace tensordash {
namespace {

LaneRow numbered_row(unsigned number, unsigned lanes = 4) {
  LaneRow row(lanes);
  for (unsigned lane = 0; lane < lanes; ++lane) row[lane] = static_cast<float>(100 * number + lane);
  return row;
}

ScratchpadParameters shape(unsigned banks, unsigned bank_rows) {
  ScratchpadParameters parameters;
  parameters.lanes = 4;
  parameters.banks = banks;
  parameters.bank_rows = bank_rows;
  return parameters;
}

ScratchpadCore filled(unsigned banks, unsigned bank_rows, unsigned rows) {
  ScratchpadCore pad(shape(banks, bank_rows));
  for (unsigned number = 0; number < rows; ++number) pad.fill(numbered_row(number));
  return pad;
}

TEST(ScratchpadCoreTest, HasThePapersSize) {
  const ScratchpadParameters paper;
  const ScratchpadCore pad(paper);
  EXPECT_EQ(pad.size(), 48U);
  EXPECT_EQ(pad.size() * paper.lanes * sizeof(float), 3U * 1024U);  // 1 KB x 3 banks
  EXPECT_EQ(pad.room(), 48U);
  EXPECT_EQ(pad.held(), 0U);
}

TEST(ScratchpadCoreTest, RefusesSizesThatMakeNoSense) {
  const auto with = [](auto&& change) {
    ScratchpadParameters parameters;
    change(parameters);
    return [parameters] { ScratchpadCore{parameters}; };
  };
  EXPECT_THROW(with([](auto& p) { p.lanes = 0; })(), std::invalid_argument);
  EXPECT_THROW(with([](auto& p) { p.lanes = max_lanes + 1; })(), std::invalid_argument);
  EXPECT_THROW(with([](auto& p) { p.banks = 0; })(), std::invalid_argument);
  EXPECT_THROW(with([](auto& p) { p.bank_rows = 0; })(), std::invalid_argument);
  EXPECT_THROW(with([](auto& p) { p.fill_rows = 0; })(), std::invalid_argument);
  EXPECT_THROW(with([](auto& p) { p.fill_rows = 17; })(), std::invalid_argument);
  EXPECT_NO_THROW(with([](auto& p) { p.fill_rows = 16; })());
}

TEST(ScratchpadCoreTest, PutsRowsInBanksInTurn) {
  ScratchpadCore pad = filled(3, 4, 12);
  for (unsigned number = 0; number < 12; ++number) {
    EXPECT_EQ(pad.stored(number % 3, number / 3), numbered_row(number)) << number;
  }
  pad.shrink(2);
  pad.fill(numbered_row(12));
  pad.fill(numbered_row(13));
  EXPECT_EQ(pad.stored(0, 0), numbered_row(12));  // round the ring
  EXPECT_EQ(pad.stored(1, 0), numbered_row(13));
}

// The bank and row in which a row of this content lies.
std::set<unsigned> banks_with(const ScratchpadCore& pad, const LaneRow& row, unsigned banks,
                              unsigned bank_rows) {
  std::set<unsigned> found;
  for (unsigned bank = 0; bank < banks; ++bank) {
    for (unsigned bank_row = 0; bank_row < bank_rows; ++bank_row) {
      if (pad.stored(bank, bank_row) == row) found.insert(bank);
    }
  }
  return found;
}

TEST(ScratchpadCoreTest, ConsecutiveRowsAreInDifferentBanks) {
  for (const unsigned banks : {1U, 2U, 3U, 4U, 5U}) {
    constexpr unsigned bank_rows = 3;
    ScratchpadCore pad = filled(banks, bank_rows, banks * bank_rows);
    unsigned next = banks * bank_rows;
    for (unsigned turn = 0; turn < 20; ++turn) {
      for (unsigned offset = 0; offset + banks <= pad.held(); ++offset) {
        std::set<unsigned> used;
        for (unsigned k = 0; k < banks; ++k) {
          const auto found = banks_with(pad, pad.row(offset + k), banks, bank_rows);
          EXPECT_EQ(found.size(), 1U);
          used.insert(found.begin(), found.end());
        }
        EXPECT_EQ(used.size(), banks) << "from offset " << offset;
      }
      pad.shrink(1);
      pad.fill(numbered_row(next++));
    }
  }
}

TEST(ScratchpadCoreTest, SaysWhatIsAvailable) {
  ScratchpadCore pad = filled(3, 4, 5);
  EXPECT_EQ(pad.available(0, 3), 3U);
  EXPECT_EQ(pad.available(2, 3), 3U);
  EXPECT_EQ(pad.available(3, 3), 2U);
  EXPECT_EQ(pad.available(4, 3), 1U);
  EXPECT_EQ(pad.available(5, 3), 0U);
  EXPECT_EQ(pad.available(11, 3), 0U);
  EXPECT_EQ(pad.available(0, 0), 0U);
  EXPECT_EQ(pad.row(4), numbered_row(4));
  EXPECT_THROW(pad.row(5), std::out_of_range);
}

TEST(ScratchpadCoreTest, CountsRowsReadAndWritten) {
  ScratchpadCore pad = filled(3, 4, 5);
  EXPECT_EQ(pad.rows_written(), 5U);
  EXPECT_EQ(pad.rows_read(), 0U);
  pad.read(0, 3);
  EXPECT_EQ(pad.rows_read(), 3U);
  pad.read(4, 3);  // only one is there
  EXPECT_EQ(pad.rows_read(), 4U);
  pad.read(12, 2);
  EXPECT_EQ(pad.rows_read(), 4U);
  pad.clear();
  EXPECT_EQ(pad.held(), 0U);
  pad.fill(numbered_row(5));
  pad.read(0, 1);
  EXPECT_EQ(pad.rows_read(), 5U);
  EXPECT_EQ(pad.rows_written(), 6U);
}

TEST(ScratchpadCoreTest, NeverOverOrUnderflows) {
  ScratchpadCore pad = filled(2, 2, 4);
  EXPECT_EQ(pad.room(), 0U);
  EXPECT_THROW(pad.fill(numbered_row(4)), std::logic_error);
  EXPECT_EQ(pad.row(0), numbered_row(0));
  EXPECT_THROW(pad.shrink(5), std::logic_error);
  pad.shrink(3);  // more than can be read in a clock
  EXPECT_THROW(pad.shrink(2), std::logic_error);
  EXPECT_THROW(pad.fill(numbered_row(4, 5)), std::invalid_argument);
  EXPECT_EQ(pad.held(), 1U);
  EXPECT_EQ(pad.row(0), numbered_row(3));
  EXPECT_THROW(pad.read(0, 3), std::out_of_range);
  EXPECT_THROW(pad.read(5, 1), std::out_of_range);
  EXPECT_EQ(pad.rows_read(), 0U);
}

TEST(ScratchpadCoreTest, AgreesWithAPlainList) {
  std::mt19937 random(5);
  for (const unsigned banks : {1U, 2U, 3U, 4U}) {
    for (const unsigned bank_rows : {1U, 3U, 16U}) {
      ScratchpadCore pad(shape(banks, bank_rows));
      std::deque<unsigned> list;
      unsigned next = 0;
      for (unsigned turn = 0; turn < 1000; ++turn) {
        if (random() % 2 == 0 && list.size() < std::size_t{banks} * bank_rows) {
          pad.fill(numbered_row(next));
          list.push_back(next++);
        }
        const unsigned leave = random() % (banks + 1);
        if (random() % 3 == 0 && leave <= list.size()) {
          pad.shrink(leave);
          list.erase(list.begin(), list.begin() + leave);
        }
        ASSERT_EQ(pad.held(), list.size());
        ASSERT_EQ(pad.room(), banks * bank_rows - list.size());
        for (unsigned offset = 0; offset < list.size(); ++offset) {
          ASSERT_EQ(pad.row(offset), numbered_row(list[offset]));
        }
      }
      EXPECT_GT(next, 100U);
    }
  }
}

}  // namespace
}  // namespace tensordash
