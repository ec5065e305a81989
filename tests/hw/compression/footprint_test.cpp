#include "hw/compression/footprint.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>

#include "hw/compression/group_rows.h"
#include "hw/compression/scheduled_form.h"
#include "tests/hw/compression/naive_masks.h"
#include "tests/hw/compression/random_rows.h"

namespace tensordash {
namespace {

const Connectivity& paper() {
  static const Connectivity table = Connectivity::named("paper", 16, 3);
  return table;
}

// 40 rows in groups of 16, 16 and 8: the first dense, the second zero, of the third the even lanes.
std::vector<LaneRow> three_groups() {
  std::vector<LaneRow> rows(40, LaneRow(16));
  for (unsigned row = 0; row < rows.size(); ++row) {
    for (unsigned lane = 0; lane < 16; ++lane) {
      const bool kept = row < 16 || (row >= 32 && lane % 2 == 0);
      rows[row][lane] = kept ? 1.0F : 0.0F;
    }
  }
  return rows;
}

void expect(const Footprint& found, const Footprint& wanted) {
  EXPECT_EQ(found.value_bits, wanted.value_bits);
  EXPECT_EQ(found.side_bits, wanted.side_bits);
  EXPECT_EQ(found.pointer_bits, wanted.pointer_bits);
  EXPECT_EQ(found.bytes, wanted.bytes);
  EXPECT_EQ(found.accesses, wanted.accesses);
  EXPECT_EQ(found.row_accesses, wanted.row_accesses);
}

TEST(Footprint, OfTheDenseForm) {
  const auto of = [](Placement placement) {
    return footprint(three_groups(), MemoryForm::dense, placement, paper());
  };
  expect(of(Placement::whole), {20480, 0, 0, 2560, 80, 40});
  expect(of(Placement::pointers), {20480, 0, 96, 2592, 81, 40});
  expect(of(Placement::slots), {20480, 0, 0, 2560, 80, 40});
}

TEST(Footprint, OfTheZeroMaskForm) {
  const auto of = [](Placement placement) {
    return footprint(three_groups(), MemoryForm::zero_mask, placement, paper());
  };
  // 256 + 64 values kept, 20 masks: 1360 bytes, 42.5 accesses.
  expect(of(Placement::whole), {10240, 640, 0, 1376, 43, 0});
  // 1024 + 32, 32 and 256 + 16 bytes: 33, 1 and 9 accesses, and one for three pointers.
  expect(of(Placement::pointers), {10240, 640, 96, 44 * 32, 44, 0});
  // Slots of 1056, 1056 and 528 bytes, the last one rounded up.
  expect(of(Placement::slots), {10240, 640, 0, 1056 + 1056 + 544, 43, 0});
}

TEST(Footprint, OfTheScheduledForm) {
  const auto of = [](Placement placement) {
    return footprint(three_groups(), MemoryForm::scheduled, placement, paper());
  };
  // Rows of 512 + 50 bits. Groups: 16 rows; 6 rows (3 dense rows each, at last 1); and what the
  // scheduler needs for 8 half-full rows.
  const std::vector<LaneRow> all = three_groups();
  const std::vector<LaneRow> last(all.begin() + 32, all.end());
  const std::uint64_t third = schedule_block(last, paper()).rows.size();
  EXPECT_GE(third, 4U);
  EXPECT_LT(third, 8U);
  const std::uint64_t rows = 16 + 6 + third;
  const auto accesses = [](std::uint64_t count) { return (count * 562 + 255) / 256; };
  const std::uint64_t total = accesses(16) + accesses(6) + accesses(third);
  expect(of(Placement::pointers), {rows * 512, rows * 50, 96, (total + 1) * 32, total + 1, rows});
  expect(of(Placement::slots), {rows * 512, rows * 50, 0, (36 + 36 + 18) * 32, total, rows});
  // In whole the schedule runs across the borders of the groups.
  const std::uint64_t whole = schedule_block(all, paper()).rows.size();
  EXPECT_LE(whole, rows);
  expect(of(Placement::whole),
         {whole * 512, whole * 50, 0, accesses(whole) * 32, accesses(whole), whole});
}

TEST(Footprint, TakesOtherSizes) {
  FootprintParameters parameters;
  parameters.value_bytes = 2;
  parameters.group_rows = 8;
  parameters.pointer_bits = 24;
  parameters.access_bytes = 64;
  const std::vector<LaneRow> zeros(24, LaneRow(16));
  // 3 groups of 128 values: 16 bytes of masks each.
  expect(footprint(zeros, MemoryForm::zero_mask, Placement::pointers, paper(), parameters),
         {0, 384, 72, 4 * 64, 4, 0});
  expect(footprint(zeros, MemoryForm::zero_mask, Placement::slots, paper(), parameters),
         {0, 384, 0, 3 * 320, 3, 0});
  expect(footprint(zeros, MemoryForm::dense, Placement::whole, paper(), parameters),
         {6144, 0, 0, 768, 12, 24});
  // 3 scheduled rows a group, of 256 + 50 bits.
  expect(footprint(zeros, MemoryForm::scheduled, Placement::slots, paper(), parameters),
         {9 * 256, 9 * 50, 0, 3 * 5 * 64, 6, 9});
}

TEST(Footprint, OfNothingIsNothing) {
  for (const Placement placement : {Placement::whole, Placement::pointers, Placement::slots}) {
    expect(footprint({}, MemoryForm::scheduled, placement, paper()), Footprint{});
    expect(footprint({}, MemoryForm::zero_mask, placement, paper()), Footprint{});
  }
}

TEST(Footprint, RefusesWhatItCannotCut) {
  const std::vector<LaneRow> rows(2, LaneRow(16));
  const auto cut = [&](const FootprintParameters& parameters, const std::vector<LaneRow>& tensor) {
    return footprint(tensor, MemoryForm::dense, Placement::slots, paper(), parameters);
  };
  EXPECT_THROW(cut({3, 16, 32, 32}, rows), std::invalid_argument);
  EXPECT_THROW(cut({4, 0, 32, 32}, rows), std::invalid_argument);
  EXPECT_THROW(cut({4, 16, 32, 0}, rows), std::invalid_argument);
  EXPECT_THROW(cut({}, {LaneRow(16), LaneRow(8)}), std::invalid_argument);
}

// The bits that are counted are those of the bytes that are written.
TEST(Footprint, CountsWhatTheEncodersWrite) {
  RandomRows random(5);
  for (unsigned round = 0; round < 30; ++round) {
    const std::vector<LaneRow> rows = random.rows(1 + random.below(40), 16);
    std::vector<std::uint32_t> words;
    for (const LaneRow& row : rows) {
      for (unsigned lane = 0; lane < 16; ++lane) words.push_back(fp32_bits(row[lane]));
    }
    const Footprint masks = footprint(rows, MemoryForm::zero_mask, Placement::whole, paper());
    EXPECT_EQ(masks.value_bits + masks.side_bits, 8 * naive_masks::compressed(words).size());
    const Footprint scheduled = footprint(rows, MemoryForm::scheduled, Placement::whole, paper());
    const auto bytes = encode_block(schedule_block(rows, paper()), ScheduledFormat(paper(), 4));
    EXPECT_EQ((scheduled.value_bits + scheduled.side_bits + 7) / 8, bytes.size());
  }
}

TEST(GroupRows, LieInMemoryRowAfterRow) {
  LaneRow first(2);
  first[0] = 1.0F;  // 3f800000
  LaneRow second(2);
  second[1] = -2.0F;  // c0000000
  using Bytes = std::vector<std::uint8_t>;
  const Bytes fp32{0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0};
  const Bytes bf16{0x80, 0x3f, 0, 0, 0, 0, 0, 0xc0};
  EXPECT_EQ(values_of_rows({first, second}, 4), fp32);
  EXPECT_EQ(values_of_rows({first, second}, 2), bf16);
  EXPECT_EQ(rows_of_values(fp32, 4, 2), (std::vector<LaneRow>{first, second}));
  EXPECT_EQ(rows_of_values(bf16, 2, 2), (std::vector<LaneRow>{first, second}));
  LaneRow three(3);
  three[0] = 1.0F;
  LaneRow rest(3);
  rest[0] = -2.0F;
  EXPECT_EQ(rows_of_values(fp32, 4, 3), (std::vector<LaneRow>{three, rest}));
  EXPECT_TRUE(rows_of_values({}, 4, 3).empty());
}

TEST(GroupRows, RefuseWhatIsNoRow) {
  LaneRow row(1);
  row[0] = 1.00390625F;
  EXPECT_THROW(values_of_rows({row}, 2), std::invalid_argument);
  EXPECT_THROW(values_of_rows({row}, 8), std::invalid_argument);
  EXPECT_EQ(values_of_rows({row}, 4).size(), 4U);
  EXPECT_THROW(rows_of_values({0, 0, 0}, 2, 4), std::invalid_argument);
  EXPECT_THROW(rows_of_values({0, 0, 0, 0}, 4, 0), std::invalid_argument);
  EXPECT_THROW(rows_of_values({0, 0, 0, 0}, 4, 65), std::invalid_argument);
  EXPECT_THROW(rows_of_values({0, 0, 0, 0}, 1, 4), std::invalid_argument);
}

}  // namespace
}  // namespace tensordash
