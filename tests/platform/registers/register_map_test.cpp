#include "platform/registers/register_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "models/ledger/cycle_ledger.h"
#include "platform/driver/tensordash_registers.h"

namespace tensordash {
namespace {

const RegisterDescription& description(const std::string& name) {
  const auto* const found =
      std::find_if(register_table.begin(), register_table.end(),
                   [&name](const RegisterDescription& each) { return each.name == name; });
  if (found == register_table.end()) throw std::invalid_argument(name);
  return *found;
}

// Written by hand, to be looked at when the table changes: software relies on these.
TEST(RegisterMapTest, HoldsWhatSoftwareReliesOn) {
  const struct {
    const char* name;
    std::uint32_t offset, rw, ro, w1c, w1s, reset;
    bool locked;
  } expected[] = {
      {"ID", 0x000, 0, 0xffffffff, 0, 0, 0x54445348, false},
      {"VERSION", 0x004, 0, 0xffffffff, 0, 0, 0x00010000, false},
      {"CAPABILITY_FEATURES", 0x010, 0, 0x3f0f033f, 0, 0, 0, false},
      {"CONTROL", 0x020, 0x3, 0, 0, 0x300, 0, false},
      {"STATUS", 0x024, 0, 0x7, 0, 0, 1, false},
      {"IRQ_ENABLE", 0x028, 0xf, 0, 0, 0, 0, false},
      {"IRQ_STATUS", 0x02c, 0, 0, 0xf, 0, 0, false},
      {"IRQ_RAISE", 0x030, 0, 0, 0, 0xf, 0, false},
      {"RING_BASE_LOW", 0x040, 0xffffff00, 0, 0, 0, 0, true},
      {"RING_BASE_HIGH", 0x044, 0xffffffff, 0, 0, 0, 0, true},
      {"RING_SIZE", 0x048, 0xf, 0, 0, 0, 0, true},
      {"RING_HEAD", 0x04c, 0, 0xffffffff, 0, 0, 0, false},
      {"RING_TAIL", 0x050, 0xffffffff, 0, 0, 0, 0, false},
      {"ERROR_CODE", 0x060, 0, 0xffff, 0x80000000, 0, 0, false},
      {"COUNTER_CONTROL", 0x080, 0, 0, 0, 0x3, 0, false},
  };
  for (const auto& each : expected) {
    const RegisterDescription& found = description(each.name);
    EXPECT_EQ(static_cast<std::uint32_t>(found.place), each.offset) << each.name;
    EXPECT_EQ(found.rw, each.rw) << each.name;
    EXPECT_EQ(found.ro, each.ro) << each.name;
    EXPECT_EQ(found.w1c, each.w1c) << each.name;
    EXPECT_EQ(found.w1s, each.w1s) << each.name;
    EXPECT_EQ(found.reset, each.reset) << each.name;
    EXPECT_EQ(found.locked, each.locked) << each.name;
  }
  EXPECT_EQ(register_table.size(), 22U);
  EXPECT_EQ(std::count_if(register_table.begin(), register_table.end(),
                          [](const RegisterDescription& each) { return each.configured; }),
            4);
  EXPECT_EQ(register_window_bytes, 4096U);
  EXPECT_EQ(counters_offset, 0x100U);
}

TEST(RegisterMapTest, HoldsTheDescriptorThatSoftwareWrites) {
  EXPECT_EQ(descriptor_bytes, 256U);
  EXPECT_EQ(descriptor_version, 1U);
  EXPECT_EQ(static_cast<int>(DescriptorOpcode::backward_weights), 3);
  EXPECT_EQ(static_cast<int>(DescriptorOpcode::to_plain), 5);
  EXPECT_EQ(static_cast<int>(DescriptorWord::groups), 17);
  EXPECT_EQ(static_cast<int>(DescriptorWord::a_data), 20);
  EXPECT_EQ(static_cast<int>(DescriptorWord::result_directory), 38);
  EXPECT_EQ(descriptor_field::command_tensor.place, DescriptorWord::command);
  EXPECT_EQ(descriptor_field::command_tensor.mask, 0x03000000U);
  EXPECT_EQ(descriptor_field::types_result_compressed.shift, 12U);
  EXPECT_EQ(static_cast<int>(ErrorCode::ring_overrun), 15);
  EXPECT_EQ(static_cast<int>(ErrorCode::internal), 18);
  EXPECT_EQ(word_table[0].mask, 0x030fffffU);
  EXPECT_EQ(word_table[1].mask, 0x00001f03U);
}

// Categories of the ledger are the last counters, in its order.
TEST(RegisterMapTest, CountsEveryCategoryOfTheLedger) {
  const auto& categories = ledger_categories();
  ASSERT_EQ(counter_table.size(), 11 + categories.size());
  for (std::size_t index = 0; index < categories.size(); ++index) {
    std::string name(categories[index].name);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return std::toupper(letter); });
    EXPECT_EQ(counter_table[11 + index].name, name);
    EXPECT_EQ(static_cast<std::size_t>(counter_table[11 + index].value), 11 + index);
  }
}

TEST(RegisterMapTest, IsTheSameInC) {
  EXPECT_EQ(TENSORDASH_WINDOW_BYTES, register_window_bytes);
  EXPECT_EQ(TENSORDASH_REGISTER_RING_TAIL, static_cast<std::uint32_t>(Register::ring_tail));
  EXPECT_EQ(TENSORDASH_ID_RESET, description("ID").reset);
  EXPECT_EQ(TENSORDASH_CONTROL_SOFT_RESET_MASK, register_field::control_soft_reset.mask);
  EXPECT_EQ(TENSORDASH_CAPABILITY_ARRAY_ROWS_SHIFT, register_field::capability_array_rows.shift);
  EXPECT_EQ(TENSORDASH_COUNTERS, counters_offset);
  EXPECT_EQ(TENSORDASH_COUNTER_COUNT, counter_count);
  EXPECT_EQ(TENSORDASH_COUNTER_CONNECTIVITY, static_cast<unsigned>(Counter::connectivity));
  EXPECT_EQ(TENSORDASH_DESCRIPTOR_BYTES, descriptor_bytes);
  EXPECT_EQ(TENSORDASH_OPCODE_FROM_PLAIN, static_cast<int>(DescriptorOpcode::from_plain));
  EXPECT_EQ(TENSORDASH_WORD_SOURCE_DATA, static_cast<unsigned>(DescriptorWord::source_data));
  EXPECT_EQ(TENSORDASH_TYPES_GO_COMPRESSED_MASK, descriptor_field::types_go_compressed.mask);
  EXPECT_EQ(TENSORDASH_ERROR_ABORTED, static_cast<int>(ErrorCode::aborted));
}

}  // namespace
}  // namespace tensordash
