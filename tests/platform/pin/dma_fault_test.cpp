// Bytes that cannot be and errors of the DRAM stop the loads or stores and are shown, with their
// place; what has landed before is right.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/platform/pin/dma_bench.h"

namespace tensordash {
namespace {

constexpr unsigned patience = 40;

// The fault that a spoiled image must show, as load_tensor sees it.
struct Spoiled {
  DmaFaultKind kind;
  Side side;
  std::uint32_t group;
  std::uint64_t address;
};

bool reads(const DmaCase& of, Side side, std::uint32_t group, std::uint32_t& portion) {
  for (const Portion& each : of.portions->order()) {
    if (each.side != side) continue;
    const auto& groups = of.portions->groups(each.groups);
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) continue;
    portion = each.number;
    return true;
  }
  return false;
}

class DmaFaults : public testing::SystemCTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  DmaFaults() : of_(GetParam()), trace_(__FILE__, __LINE__, of_.description()), bench_(of_) {
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    of_.store(bench_.debug);
    random_.seed(GetParam());
  }

  // Flips a bit of a group's stored bytes, or of its entry, such that no tensor has this image.
  // False: this one is still an image, or is not read; nothing was changed.
  bool spoil(Side side, bool directory, Spoiled& spoiled, std::uint8_t& byte,
             std::uint64_t& address) {
    const auto at = static_cast<std::size_t>(side);
    const TensorImage& image = of_.images[at];
    const auto group =
        static_cast<std::uint32_t>(random_() % static_cast<std::uint64_t>(image.layout.groups()));
    std::uint32_t portion = 0;
    if (!reads(of_, side, group, portion)) return false;
    address = directory ? image.entry_address(group) + random_() % 2
                        : image.slot_address(group) +
                              random_() % (std::uint64_t{of_.stored[at].units[group]} * 32);
    bench_.debug.read(address, &byte, 1);
    const auto flipped = static_cast<std::uint8_t>(byte ^ 1U << random_() % 8);
    bench_.debug.write(address, &flipped, 1);
    std::vector<float> values(of_.values[at].size());
    try {
      load_tensor(image, bench_.debug, values.data());
    } catch (const ImageError& error) {
      spoiled.kind = error.address() == image.entry_address(group) ? DmaFaultKind::directory
                                                                   : DmaFaultKind::data;
      spoiled.side = side;
      spoiled.group = group;
      spoiled.address = error.address();
      return true;
    }
    bench_.debug.write(address, &byte, 1);
    return false;
  }

  void expect_recovery(const DmaRecord& wanted) {
    bench_.reset();
    EXPECT_EQ(bench_.load_fault.read(), DmaFault{});
    EXPECT_EQ(bench_.store_fault.read(), DmaFault{});
    const DmaRecord seen = bench_.run(patience);
    EXPECT_TRUE(seen.issued == wanted.issued);
    EXPECT_EQ(seen.landed, wanted.landed);
  }

  void expect_stopped() {
    EXPECT_TRUE(bench_.busy.read());
    const std::uint64_t reads_so_far = bench_.port.reads();
    const std::uint64_t groups = bench_.loads.groups_loaded(0) + bench_.loads.groups_loaded(1);
    bench_.drain();
    EXPECT_EQ(bench_.port.reads(), reads_so_far);
    EXPECT_EQ(bench_.loads.groups_loaded(0) + bench_.loads.groups_loaded(1), groups);
  }

  const DmaCase of_;
  ::testing::ScopedTrace trace_;
  DmaBench bench_;
  std::mt19937 random_;
};

TEST_P(DmaFaults, SpoiledImagesAreShown) {
  const DmaRecord wanted = reference_run(of_, patience);
  unsigned shown = 0;
  for (unsigned attempt = 0; of_.memory.zero_compression && attempt < 60 && shown < 6; ++attempt) {
    Spoiled spoiled{};
    std::uint8_t byte = 0;
    std::uint64_t address = 0;
    if (!spoil(attempt % 2 == 0 ? Side::b : Side::a, attempt % 4 < 2, spoiled, byte, address)) {
      continue;
    }
    ++shown;
    bench_.reset();
    const DmaRecord seen = bench_.run(patience);
    const DmaFault fault = bench_.load_fault.read();
    EXPECT_EQ(fault.side, static_cast<unsigned>(spoiled.side)) << fault;
    EXPECT_EQ(fault.group, spoiled.group) << fault;
    // An entry that could be, but is not that of the group, shows in the group.
    if (spoiled.kind == DmaFaultKind::directory) {
      EXPECT_EQ(fault.kind, DmaFaultKind::directory) << fault;
    } else {
      EXPECT_EQ(fault.kind, DmaFaultKind::data) << fault;
    }
    EXPECT_EQ(fault.address, spoiled.address) << fault;
    EXPECT_FALSE(fault.text.empty());
    std::uint32_t portion = 0;
    ASSERT_TRUE(reads(of_, spoiled.side, spoiled.group, portion));
    EXPECT_LE(seen.landed[fault.side].size(), portion);
    expect_stopped();
    bench_.debug.write(address, &byte, 1);
  }
  expect_recovery(wanted);
  if (of_.memory.zero_compression) {
    EXPECT_GT(shown, 0U);
  }
  finished();
}

TEST_P(DmaFaults, ErrorsOfTheDramAreShown) {
  const DmaRecord wanted = reference_run(of_, patience);
  for (unsigned attempt = 0; attempt < 5; ++attempt) {
    std::uint64_t left = random_() % wanted.answers.size();
    std::uint64_t address = 0;
    bool write = false;
    bench_.tap.on_answer = [&](tlm::tlm_generic_payload& payload) {
      if (left-- != 0) return;
      payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
      address = payload.get_address();
      write = payload.is_write();
      std::fill_n(payload.get_data_ptr(), payload.get_data_length(), std::uint8_t{0x55});
    };
    bench_.reset();
    const DmaRecord seen = bench_.run(patience);
    const DmaFault fault = write ? bench_.store_fault.read() : bench_.load_fault.read();
    EXPECT_EQ(fault.kind, write ? DmaFaultKind::dram_write : DmaFaultKind::dram_read) << fault;
    EXPECT_EQ(fault.address, address);
    EXPECT_EQ(fault.text, "TLM_GENERIC_ERROR_RESPONSE");
    EXPECT_EQ(write ? bench_.load_fault.read() : bench_.store_fault.read(), DmaFault{});
    EXPECT_TRUE(bench_.busy.read());
    const TensorImage& image = write ? of_.output_image : of_.images[fault.side];
    const bool line = !write && address >= image.directory_base &&
                      address < image.directory_base + (image.directory_bytes() + 63) / 64 * 64;
    if (line) {
      EXPECT_EQ(address, image.directory_base + fault.group * 64);
    } else {
      EXPECT_EQ((address - image.data_base) / image.slot_bytes(), fault.group);
    }
    if (!write) {
      // A group may be read for several portions: at least the last of them is not there.
      std::size_t landed = 0;
      for (const auto& side : seen.landed) landed += side.size();
      EXPECT_LT(landed, of_.portions->order().size());
      expect_stopped();
    }
    const std::uint64_t writes = bench_.port.writes();
    bench_.drain();
    if (write) {
      EXPECT_EQ(bench_.port.writes(), writes);
    }
  }
  bench_.tap.on_answer = [](auto&) {};
  expect_recovery(wanted);
  finished();
}

INSTANTIATE_TEST_SUITE_P(Random, DmaFaults, ::testing::Range(100U, 104U));

}  // namespace
}  // namespace tensordash
