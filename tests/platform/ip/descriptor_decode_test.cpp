// Descriptors are a guest's: whatever their words are, they decode or are refused.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "models/mapping/output_plan.h"
#include "platform/ip/descriptor.h"
#include "tests/models/dataflow/random_layer.h"
#include "tests/platform/ip/descriptor_words.h"

namespace tensordash::testing {
namespace {

using dataflow_testing::pick;
using dataflow_testing::random_shape;

constexpr std::uint32_t all_ones = 0xffffffffU;
constexpr std::uint64_t last_line = 0xffffffffffffffc0U;

JobLimits limits(unsigned max_elements_log2 = 28) {
  JobLimits made;
  made.max_elements_log2 = max_elements_log2;
  made.ring = {0x1000, 0x800};
  return made;
}

struct Refusal {
  ErrorCode code = ErrorCode::none;
  unsigned detail = 0;
  std::uint64_t address = 0;
};

/// How the descriptor is refused; code none: it is not.
Refusal refusal(const HandDescriptor& descriptor, const JobLimits& with = limits()) {
  try {
    decode_descriptor(descriptor.words, with);
  } catch (const JobError& error) {
    return {error.code(), error.detail(), error.address()};
  }
  return {};
}

void expect_refused(const HandDescriptor& descriptor, ErrorCode code, unsigned detail,
                    std::uint64_t address = 0, const JobLimits& with = limits()) {
  const Refusal got = refusal(descriptor, with);
  EXPECT_EQ(static_cast<unsigned>(got.code), static_cast<unsigned>(code));
  EXPECT_EQ(got.detail, detail);
  EXPECT_EQ(got.address, address);
}

/// FORWARD of [2,16,6,6] * [16,16,3,3]: A 12 groups of 1024 bytes, W 9, O 8; all compressed.
HandDescriptor good() {
  HandDescriptor made;
  made.command(1);
  made.words[1] = 0x300;
  made.shape(conv2d_shape({2, 16, 6, 6}, {16, 16, 3, 3}, {1, 1}, {0, 0}, {1, 1}, 1));
  made.address(20, 0x10000);
  made.address(22, 0x20000);
  made.address(24, 0x30000);
  made.address(26, 0x40000);
  made.address(36, 0x50000);
  return made;
}

/// The same tensor A into or from C order.
HandDescriptor conversion(bool to_plain) {
  HandDescriptor made = good();
  made.command(to_plain ? 5 : 4);
  made.words[1] = to_plain ? 0x800 : 0x1000;
  for (unsigned word = 20; word < 32; ++word) made.words[word] = 0;
  made.address(32, 0x10000);
  if (to_plain) made.address(34, 0x20000);
  made.address(36, 0x50000);
  if (!to_plain) made.address(38, 0x60000);
  return made;
}

TEST(DescriptorDecode, TheDescriptorsThatOthersAreMadeOfAreGood) {
  for (const HandDescriptor& each : {good(), conversion(false), conversion(true)}) {
    EXPECT_EQ(refusal(each).code, ErrorCode::none);
  }
}

TEST(DescriptorDecode, OpcodesAndVersionsThatAreNone) {
  for (std::uint32_t opcode = 6; opcode < 256; ++opcode) {
    HandDescriptor bad = good();
    bad.command(opcode);
    expect_refused(bad, ErrorCode::opcode, 0);
  }
  for (std::uint32_t version = 0; version < 256; ++version) {
    HandDescriptor bad = good();
    bad.words[0] = 1 | version << 8U;
    if (version != 1) expect_refused(bad, ErrorCode::opcode, 0);
  }
}

TEST(DescriptorDecode, ReservedBitsOfEveryWord) {
  std::array<std::uint32_t, 64> known{};
  known[0] = 0x030fffff;
  known[1] = 0x00001f03;
  for (unsigned word = 2; word < 18; ++word) known[word] = all_ones;
  for (unsigned word = 20; word < 40; ++word) known[word] = all_ones;
  for (const HandDescriptor& from : {good(), conversion(false), conversion(true)}) {
    for (unsigned word = 0; word < 64; ++word) {
      for (unsigned bit = 0; bit < 32; ++bit) {
        HandDescriptor bad = from;
        bad.words[word] |= 1U << bit;
        if ((known[word] >> bit & 1U) == 0) expect_refused(bad, ErrorCode::reserved, word);
      }
    }
  }
}

TEST(DescriptorDecode, WordsThatAnOperationDoesNotUse) {
  for (unsigned word = 28; word < 40; ++word) {
    if (word == 36 || word == 37) continue;  // the result
    HandDescriptor bad = good();
    bad.words[word] = 64;
    expect_refused(bad, ErrorCode::reserved, word);
  }
  HandDescriptor raw = good();
  raw.words[1] = 0;  // and now their directories are not used
  expect_refused(raw, ErrorCode::reserved, 22);
  HandDescriptor plain = conversion(true);
  plain.words[3] = 1;
  expect_refused(plain, ErrorCode::reserved, 3);
  HandDescriptor nothing;
  nothing.command(0, interrupt_flag);
  nothing.words[2] = all_ones;
  EXPECT_EQ(refusal(nothing).code, ErrorCode::none);
  for (unsigned word = 3; word < 18; ++word) {
    HandDescriptor bad = nothing;
    bad.words[word] = 1;
    expect_refused(bad, ErrorCode::reserved, word);
  }
}

/// Flags of COMMAND and TYPES that each opcode may have.
TEST(DescriptorDecode, FlagsThatAnOpcodeDoesNotHave) {
  constexpr std::array<std::uint32_t, 6> command_flags = {0x00010000, 0x00030000, 0x000b0000,
                                                          0x00070000, 0x03010000, 0x03010000};
  constexpr std::array<std::uint32_t, 6> type_flags = {0, 0x303, 0x603, 0x503, 0x1003, 0x803};
  for (std::uint32_t opcode = 0; opcode < 6; ++opcode) {
    for (unsigned bit = 16; bit < 26; ++bit) {
      const std::uint32_t flag = 1U << bit;
      if ((0x030f0000U & flag) == 0 || (command_flags[opcode] & flag) != 0) continue;
      HandDescriptor bad;
      bad.command(opcode, flag);
      // The converters' TENSOR is told as a flag of TYPES, where operations have theirs.
      const bool tensor = bit >= 24 && opcode != 0;
      expect_refused(bad, ErrorCode::type, tensor ? 1 : 0);
    }
    for (unsigned bit = 0; bit < 13; ++bit) {
      const std::uint32_t flag = 1U << bit;
      if ((0x1f03U & flag) == 0 || (type_flags[opcode] & flag) != 0) continue;
      HandDescriptor bad;
      bad.command(opcode);
      bad.words[1] = flag;
      expect_refused(bad, ErrorCode::type, 1);
    }
  }
}

TEST(DescriptorDecode, TypesThatTheMachineDoesNotHave) {
  JobLimits only_fp32 = limits(), only_bf16 = limits(), exact = limits();
  only_fp32.bf16 = false;
  only_bf16.fp32 = false;
  exact.exact = true;
  HandDescriptor bf16 = good();
  bf16.words[1] |= 1;
  EXPECT_EQ(refusal(bf16).code, ErrorCode::none);
  expect_refused(bf16, ErrorCode::type, 1, 0, only_fp32);
  expect_refused(good(), ErrorCode::type, 1, 0, only_bf16);
  HandDescriptor blocked = good();
  blocked.words[3] = 2;
  EXPECT_EQ(refusal(blocked).code, ErrorCode::none);
  expect_refused(blocked, ErrorCode::type, 3, 0, exact);
  for (const std::uint32_t type : {2U, 3U}) {
    for (HandDescriptor bad : {good(), conversion(false), conversion(true)}) {
      bad.words[1] |= type;
      expect_refused(bad, ErrorCode::type, 1);
    }
  }
  HandDescriptor fourth = conversion(true);
  fourth.words[0] |= 3U << 24U;
  expect_refused(fourth, ErrorCode::type, 0);
}

TEST(DescriptorDecode, ShapesThatCannotBe) {
  for (unsigned word = 4; word < 18; ++word) {
    HandDescriptor bad = good();
    bad.words[word] = 0;
    const bool padding = word == 13 || word == 14;
    if (padding) continue;
    expect_refused(bad, ErrorCode::shape, word);
  }
  for (unsigned word = 11; word < 18; ++word) {
    HandDescriptor bad = good();
    bad.words[word] = (1U << 20U) + 1;
    expect_refused(bad, ErrorCode::shape, word);
    bad.words[word] = all_ones;
    expect_refused(bad, ErrorCode::shape, word);
  }
  HandDescriptor filter = good();
  filter.words[9] = 7;
  expect_refused(filter, ErrorCode::shape, 9);
  filter = good();
  filter.words[10] = all_ones;
  expect_refused(filter, ErrorCode::shape, 10);
  HandDescriptor grouped = good();
  grouped.words[17] = 3;
  expect_refused(grouped, ErrorCode::shape, 5);
  grouped.words[5] = 18;
  expect_refused(grouped, ErrorCode::shape, 6);
}

TEST(DescriptorDecode, TensorsAndOperationsBeyondAllMeasure) {
  for (const unsigned word : {4U, 5U, 6U, 7U, 8U}) {
    HandDescriptor bad = good();
    bad.words[word] = all_ones;
    expect_refused(bad, ErrorCode::too_large, 0);
  }
  HandDescriptor everywhere = good();
  for (unsigned word = 4; word < 11; ++word) everywhere.words[word] = all_ones;
  expect_refused(everywhere, ErrorCode::too_large, 0);
  // A: 2 * 16 * 6 * 6 is 1152 elements, W 2304.
  EXPECT_EQ(refusal(good(), limits(12)).code, ErrorCode::none);
  expect_refused(good(), ErrorCode::too_large, 0, 0, limits(11));
}

/// The same with operands far apart, none compressed.
HandDescriptor far_apart(std::uint32_t opcode, const std::array<std::uint32_t, 14>& shape,
                         std::uint32_t flags = 0) {
  HandDescriptor made;
  made.command(opcode, flags);
  std::copy(shape.begin(), shape.end(), made.words.begin() + 4);
  const auto operation = static_cast<Operation>(opcode - 1);
  if (reads_activations(operation)) made.address(20, std::uint64_t{1} << 40U);
  if (reads_weights(operation)) made.address(24, std::uint64_t{2} << 40U);
  if (reads_gradients(operation)) made.address(28, std::uint64_t{3} << 40U);
  made.address(36, std::uint64_t{4} << 40U);
  return made;
}

// A group with one value takes as much as a full one.
TEST(DescriptorDecode, TensorsCountWithThePaddingOfTheirGroups) {
  struct Case {
    const char* largest;
    std::array<std::uint32_t, 14> shape;
    unsigned tensor;
    unsigned log2;  ///< of its groups
  };
  const std::array<Case, 3> cases = {
      Case{"A", {1, 1, 1, 64, 1, 1, 1, 64, 1, 0, 0, 1, 1, 1}, 0, 6},
      Case{"W", {1, 1, 1, 16, 16, 16, 16, 1, 1, 0, 0, 1, 1, 1}, 1, 8},
      Case{"O", {1, 1, 1, 2, 1, 1, 1, 1, 1, 31, 0, 1, 1, 1}, 2, 6}};
  for (const Case& each : cases) {
    for (const std::uint32_t opcode : {1U, 2U, 3U}) {
      const HandDescriptor made = far_apart(opcode, each.shape);
      for (const unsigned lanes_log2 : {2U, 4U, 5U}) {
        JobLimits with = limits(each.log2 + 2 * lanes_log2);
        with.lanes = 1U << lanes_log2;
        EXPECT_EQ(refusal(made, with).code, ErrorCode::none) << each.largest << opcode;
        --with.max_elements_log2;
        expect_refused(made, ErrorCode::too_large, 0, 0, with);
      }
    }
    for (const std::uint32_t opcode : {4U, 5U}) {
      HandDescriptor made;
      made.command(opcode, each.tensor << 24U);
      std::copy(each.shape.begin(), each.shape.end(), made.words.begin() + 4);
      made.address(32, std::uint64_t{1} << 40U);
      made.address(36, std::uint64_t{4} << 40U);
      EXPECT_EQ(refusal(made, limits(each.log2 + 8)).code, ErrorCode::none) << each.largest;
      expect_refused(made, ErrorCode::too_large, 0, 0, limits(each.log2 + 7));
    }
  }
}

// 2^30 slots of multipliers are let through, one more place is not: it takes a whole row or column
// of a tile, or a block of lanes.
TEST(DescriptorDecode, OperationsOfTooMuchWork) {
  constexpr std::uint32_t many = 1024;
  JobLimits with = limits(32);
  with.max_work_log2 = 30;
  JobLimits less = with;
  --less.max_work_log2;
  for (const std::uint32_t opcode : {1U, 2U, 3U}) {
    std::array<std::uint32_t, 14> linear = {many, many, many, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1};
    EXPECT_EQ(refusal(far_apart(opcode, linear), with).code, ErrorCode::none) << opcode;
    expect_refused(far_apart(opcode, linear), ErrorCode::too_large, 0, 0, less);
    for (const unsigned size : {0U, 1U, 2U}) {
      ++linear[size];
      expect_refused(far_apart(opcode, linear), ErrorCode::too_large, 0, 0, with);
      --linear[size];
    }
    // Only channels of one group meet.
    std::array<std::uint32_t, 14> grouped = {many, 2 * many, 2 * many, 1, 1, 1, 1,
                                             1,    1,        0,        0, 1, 1, 4};
    EXPECT_EQ(refusal(far_apart(opcode, grouped), with).code, ErrorCode::none) << opcode;
    grouped[13] = 2;
    expect_refused(far_apart(opcode, grouped), ErrorCode::too_large, 0, 0, with);
    // Every tap counts.
    std::array<std::uint32_t, 14> taps = {many, many, many / 2, 1, 2, 1, 2, 1, 1, 0, 0, 1, 1, 1};
    EXPECT_EQ(refusal(far_apart(opcode, taps), with).code,
              opcode == 2 ? ErrorCode::too_large : ErrorCode::none)
        << opcode;
    taps[2] = many;
    expect_refused(far_apart(opcode, taps), ErrorCode::too_large, 0, 0, with);
  }
  // One channel takes a block of lanes, one filter a row of PEs.
  const std::array<std::uint32_t, 14> thin = {1U << 24U, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1};
  EXPECT_EQ(refusal(far_apart(1, thin), with).code, ErrorCode::none);
  expect_refused(far_apart(1, thin), ErrorCode::too_large, 0, 0, less);
}

// Sizes alone say nothing about the work: without a limit each of these would take hours.
TEST(DescriptorDecode, SmallTensorsThatAreEndlessWork) {
  HandDescriptor phases = good();
  phases.command(2, removed_flag);
  phases.words[1] = 0;
  constexpr std::uint32_t many = 1U << 20U;
  const std::array<std::uint32_t, 14> one_column = {1,    1,    1, many, 1, many, 1,
                                                    many, many, 0, 0,    1, 1,    1};
  std::copy(one_column.begin(), one_column.end(), phases.words.begin() + 4);
  expect_refused(phases, ErrorCode::too_large, 0);
  // Every place of the input meets every tap, though there is one output.
  HandDescriptor zeros = good();
  zeros.command(2);
  zeros.words[1] = 0;
  constexpr std::uint32_t side = 1U << 14U;
  const std::array<std::uint32_t, 14> one_output = {1, 1, 1, side, side, side, side,
                                                    1, 1, 0, 0,    1,    1,    1};
  std::copy(one_output.begin(), one_output.end(), zeros.words.begin() + 4);
  expect_refused(zeros, ErrorCode::too_large, 0);
  HandDescriptor macs = good();
  macs.words[4] = 1U << 10U;
  macs.words[7] = macs.words[8] = 1U << 6U;
  macs.words[6] = 1U << 6U;
  macs.words[5] = 1U << 6U;
  macs.words[9] = macs.words[10] = 1U << 6U;
  macs.words[13] = macs.words[14] = 1U << 5U;
  EXPECT_EQ(refusal(macs).code, ErrorCode::too_large);
}

TEST(DescriptorDecode, AddressesThatAreNoMultiplesOf64) {
  const auto try_out = [](const HandDescriptor& from, std::initializer_list<unsigned> words) {
    for (const unsigned word : words) {
      for (unsigned bit = 0; bit < 6; ++bit) {
        HandDescriptor bad = from;
        bad.words[word] |= 1U << bit;
        expect_refused(bad, ErrorCode::alignment, word, from.words[word] | 1U << bit);
      }
    }
  };
  try_out(good(), {20, 22, 24, 26, 36});
  try_out(conversion(false), {32, 36, 38});
  try_out(conversion(true), {32, 34, 36});
}

TEST(DescriptorDecode, TensorsThatReachBeyondTheLastAddress) {
  const auto try_out = [](const HandDescriptor& from,
                          std::initializer_list<std::pair<unsigned, std::uint64_t>> regions) {
    for (const auto& [word, bytes] : regions) {
      HandDescriptor edge = from;
      edge.address(word, 0 - bytes);
      EXPECT_EQ(refusal(edge).code, ErrorCode::none) << word;
      edge.address(word, 0 - bytes + 64);
      expect_refused(edge, ErrorCode::range, word, 0 - bytes + 64);
    }
  };
  try_out(good(), {{20, 12 * 1024}, {24, 9 * 1024}, {36, 8 * 1024}});
  // Directories of one line are never too long.
  HandDescriptor last = good();
  last.address(22, last_line);
  EXPECT_EQ(refusal(last).code, ErrorCode::none);
  // 1152 values in C order are 4608 bytes.
  try_out(conversion(false), {{32, 4608}, {36, 12 * 1024}});
  try_out(conversion(true), {{32, 12 * 1024}, {36, 4608}});
}

/// A result at the last byte before and the first behind everything, and one line nearer.
TEST(DescriptorDecode, ResultsThatOverlap) {
  struct Other {
    unsigned word;
    std::uint64_t first, bytes;
  };
  const auto try_out = [](const HandDescriptor& from, unsigned moved, std::uint64_t bytes,
                          std::initializer_list<Other> others) {
    for (const Other& other : others) {
      HandDescriptor result = from;
      result.address(moved, other.first - bytes);
      EXPECT_EQ(refusal(result).code, ErrorCode::none) << moved << " before " << other.word;
      result.address(moved, other.first - bytes + 64);
      expect_refused(result, ErrorCode::overlap, other.word, other.first);
      result.address(moved, other.first + (other.bytes - 64));
      expect_refused(result, ErrorCode::overlap, other.word, other.first);
      result.address(moved, other.first + other.bytes);
      EXPECT_EQ(refusal(result).code, ErrorCode::none) << moved << " behind " << other.word;
    }
  };
  JobLimits far = limits();
  const Other ring{0, 0x100000, 0x800};
  far.ring = {ring.first, ring.bytes};
  try_out(
      good(), 36, 8 * 1024,
      {{20, 0x10000, 12 * 1024}, {22, 0x20000, 64}, {24, 0x30000, 9 * 1024}, {26, 0x40000, 64}});
  try_out(conversion(true), 36, 4608, {{32, 0x10000, 12 * 1024}, {34, 0x20000, 64}});
  try_out(conversion(false), 36, 12 * 1024, {{32, 0x10000, 4608}});
  try_out(conversion(false), 38, 64, {{32, 0x10000, 4608}});
  HandDescriptor own = conversion(false);
  own.address(38, 0x50000 + 12 * 1024 - 64);
  expect_refused(own, ErrorCode::overlap, 38, 0x50000 + 12 * 1024 - 64);
  own.address(38, 0x50000 + 12 * 1024);
  EXPECT_EQ(refusal(own).code, ErrorCode::none);
  for (const std::uint64_t over : {ring.first - 8 * 1024 + 64, ring.first + ring.bytes - 64}) {
    HandDescriptor result = good();
    result.address(36, over);
    expect_refused(result, ErrorCode::overlap, 0, ring.first, far);
    HandDescriptor group = conversion(false);
    group.address(38, ring.first + 64);
    expect_refused(group, ErrorCode::overlap, 0, ring.first, far);
  }
  HandDescriptor behind = good();
  behind.address(36, ring.first + ring.bytes);
  EXPECT_EQ(refusal(behind, far).code, ErrorCode::none);
}

/// A word of a soup: often something near a limit.
std::uint32_t random_word(std::mt19937& random) {
  switch (random() % 8) {
    case 0:
      return all_ones;
    case 1:
      return 0;
    case 2:
      return 1U << random() % 32;
    case 3:
      return (1U << random() % 32) - 1;
    case 4:
      return static_cast<std::uint32_t>(random());
    default:
      return random() % 20;
  }
}

TEST(DescriptorDecode, AnySoupOfWordsDecodesOrIsRefused) {
  std::mt19937 random(1);
  std::set<ErrorCode> seen;
  const std::array<HandDescriptor, 3> goods = {good(), conversion(false), conversion(true)};
  for (unsigned round = 0; round < 100000U * TENSORDASH_ROUNDS; ++round) {
    HandDescriptor soup = goods[random() % 3];
    const unsigned way = random() % 4;
    if (way == 0) {
      for (std::uint32_t& word : soup.words) word = random_word(random);
      soup.words[0] = (soup.words[0] & 0x030f0000U) | 0x100U | random() % 7;
    } else if (way == 1) {
      for (unsigned word = 3; word < 18; ++word) soup.words[word] = random_word(random);
    } else {
      for (unsigned times = 1 + random() % 3; times != 0; --times) {
        soup.words[random() % 40] = random_word(random);
      }
    }
    if (random() % 16 == 0) soup.address(20 + 2 * (random() % 10), 0 - 64 * (random() % 64));
    JobLimits with = limits(random() % 33);
    with.lanes = 1 + random() % 64;
    if (random() % 4 == 0) with.ring = {random(), 256U << random() % 13};
    try {
      decode_descriptor(soup.words, with);
      seen.insert(ErrorCode::none);
    } catch (const JobError& error) {
      seen.insert(error.code());
      ASSERT_LT(error.detail(), 64);
    }
  }
  for (const ErrorCode code :
       {ErrorCode::none, ErrorCode::opcode, ErrorCode::reserved, ErrorCode::type, ErrorCode::shape,
        ErrorCode::too_large, ErrorCode::alignment, ErrorCode::overlap, ErrorCode::range}) {
    EXPECT_EQ(seen.count(code), 1U) << static_cast<unsigned>(code);
  }
}

TEST(DescriptorDecode, LayersDecodeToTheAddressesGiven) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    const LayerShape shape = random_shape(random);
    JobLimits with = limits();
    with.lanes = pick(random, 0, 1) == 0 ? 16 : static_cast<unsigned>(pick(random, 1, 64));
    const auto operation = static_cast<Operation>(random() % 3);
    HandDescriptor made;
    made.command(1 + static_cast<std::uint32_t>(operation), random() % 2 == 0 ? interrupt_flag : 0);
    made.words[1] = random() % 2;
    made.words[2] = static_cast<std::uint32_t>(random());
    made.shape(shape);
    const std::array<bool, 3> reads = {reads_activations(operation), reads_weights(operation),
                                       reads_gradients(operation)};
    std::array<std::uint64_t, 3> data{}, directory{};
    for (unsigned tensor = 0; tensor < 3; ++tensor) {
      if (!reads[tensor]) continue;
      data[tensor] = (std::uint64_t{1 + tensor} << 40U) + random() % 4096 * 64;
      made.address(20 + 4 * tensor, data[tensor]);
      if (random() % 2 == 0) continue;
      directory[tensor] = (std::uint64_t{5 + tensor} << 40U) + random() % 4096 * 64;
      made.address(22 + 4 * tensor, directory[tensor]);
      made.words[1] |= 0x100U << tensor;
    }
    const std::uint64_t result = (std::uint64_t{9} << 40U) + random() % 4096 * 64;
    made.address(36, result);
    const Job job = decode_descriptor(made.words, with);
    EXPECT_EQ(job.tag, made.words[2]);
    EXPECT_EQ(job.interrupt, (made.words[0] & interrupt_flag) != 0);
    const auto& work = std::get<OperationJob>(job.work);
    EXPECT_EQ(work.operation, operation);
    EXPECT_EQ(work.value_bytes, (made.words[1] & 1) == 0 ? 4U : 2U);
    EXPECT_EQ(work.shape.P, shape.P) << seed;
    EXPECT_EQ(work.shape.Q, shape.Q) << seed;
    EXPECT_EQ(work.shape.groups, shape.groups);
    for (unsigned tensor = 0; tensor < 3; ++tensor) {
      ASSERT_EQ(work.operands[tensor].has_value(), reads[tensor]);
      if (!reads[tensor]) continue;
      EXPECT_EQ(work.operands[tensor]->data_base, data[tensor]);
      EXPECT_EQ(work.operands[tensor]->compressed, directory[tensor] != 0);
      EXPECT_EQ(work.operands[tensor]->directory_base, directory[tensor]);
    }
    EXPECT_EQ(work.result->data_base, result);
    EXPECT_EQ(work.result->layout.groups(), output_layout(operation, shape, with.lanes).groups());
  }
}

}  // namespace
}  // namespace tensordash::testing
