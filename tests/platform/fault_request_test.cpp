#include "platform/run/fault_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/layout/image_memory.h"
#include "platform/run/faulty_memory.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(FaultRequest, ReadsItsParts) {
  const FaultRequest flip = fault_request("flip:c1:backward_data:gradients:0x1f.6");
  EXPECT_EQ(flip.kind, FaultKind::flip);
  EXPECT_EQ(flip.layer, "c1");
  EXPECT_EQ(flip.operation, Operation::backward_data);
  EXPECT_EQ(flip.tensor, FaultTensor::gradients);
  EXPECT_FALSE(flip.directory);
  EXPECT_EQ(flip.byte, 31U);
  EXPECT_EQ(flip.bit, 6U);
  const FaultRequest error = fault_request("error:a:b:c:forward:weights:directory+12");
  EXPECT_EQ(error.kind, FaultKind::error);
  EXPECT_EQ(error.layer, "a:b:c");
  EXPECT_EQ(error.tensor, FaultTensor::weights);
  EXPECT_TRUE(error.directory);
  EXPECT_EQ(error.byte, 12U);
  const FaultRequest data = fault_request("flip:c1:backward_weights:activations:data+7");
  EXPECT_FALSE(data.directory);
  EXPECT_EQ(data.byte, 7U);
  EXPECT_EQ(data.bit, 0U);
}

class FaultRequestRefusals : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(FaultRequestRefusals, SayWhatIsAllowed) {
  const auto& [text, words] = GetParam();
  try {
    fault_request(text);
    FAIL() << "taken";
  } catch (const RequestError& problem) {
    EXPECT_THAT(problem.what(), AllOf(HasSubstr("--fault " + text), HasSubstr(words)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, FaultRequestRefusals,
    testing::Values(
        std::pair<std::string, std::string>{"", "allowed: KIND:LAYER:OPERATION:TENSOR:BYTE"},
        std::pair<std::string, std::string>{"flip:forward:weights:1", "allowed: KIND:LAYER"},
        std::pair<std::string, std::string>{":forward:weights:1", "allowed: KIND:LAYER"},
        std::pair<std::string, std::string>{"smash:c:forward:weights:1", "allowed: flip, error"},
        std::pair<std::string, std::string>{"flip:c:sideways:weights:1", "allowed: forward, back"},
        std::pair<std::string, std::string>{"flip:c:forward:biases:1",
                                            "allowed: activations, weights, outputs"},
        std::pair<std::string, std::string>{"flip:c:forward:gradients:1",
                                            "allowed: activations, weights, outputs"},
        std::pair<std::string, std::string>{"flip:c:backward_data:activations:1",
                                            "allowed: weights, gradients, outputs"},
        std::pair<std::string, std::string>{"flip:c:backward_weights:weights:1",
                                            "allowed: activations, gradients, outputs"},
        std::pair<std::string, std::string>{"flip:c:forward:weights:", "allowed: BYTE"},
        std::pair<std::string, std::string>{"flip:c:forward:weights:-1", "allowed: BYTE"},
        std::pair<std::string, std::string>{"flip:c:forward:weights:1x", "allowed: BYTE"},
        std::pair<std::string, std::string>{"flip:c:forward:weights:0x", "allowed: BYTE"},
        std::pair<std::string, std::string>{"flip:c:forward:weights:99999999999999999999",
                                            "allowed: BYTE"},
        std::pair<std::string, std::string>{"flip:c:forward:weights:1.8", "allowed: 0 to 7"},
        std::pair<std::string, std::string>{"flip:c:forward:weights:1.", "allowed: 0 to 7"},
        std::pair<std::string, std::string>{"error:c:forward:weights:1.2", "errors have no bit"},
        std::pair<std::string, std::string>{"flip:c:forward:outputs:1", "allowed: error"}));

/// Three groups of 64 bytes, at addresses that nothing else has.
TensorImage image_at(std::uint64_t data, std::uint64_t directory) {
  TensorImage image{TensorLayout::of_positions(3, 4, 1, 1, 4, 4)};
  image.data_base = data;
  image.directory_base = directory;
  return image;
}

TEST(FaultPlace, IsAtTheImagesBases) {
  const TensorImage image = image_at(0x5000, 0x9000);
  const FaultPlace flip = place_of(fault_request("flip:c:forward:weights:70.5"), image);
  EXPECT_EQ(flip.address, 0x5000U + 70);
  EXPECT_EQ(flip.mask, 0x20);
  EXPECT_FALSE(flip.write);
  const FaultPlace entry = place_of(fault_request("error:c:forward:weights:directory+5"), image);
  EXPECT_EQ(entry.address, 0x9005U);
  EXPECT_EQ(entry.kind, FaultKind::error);
  EXPECT_TRUE(place_of(fault_request("error:c:forward:outputs:3"), image).write);
  EXPECT_EQ(groups_at(image, 0x5000 + 127), "group 1");
  EXPECT_EQ(groups_at(image, 0x9005), "directory of groups 0 to 2");
}

TEST(FaultPlace, IsInTheImage) {
  const TensorImage image = image_at(0x5000, 0x9000);
  EXPECT_NO_THROW(place_of(fault_request("flip:c:forward:weights:191"), image));
  EXPECT_THROW(place_of(fault_request("flip:c:forward:weights:192"), image), RequestError);
  EXPECT_NO_THROW(place_of(fault_request("flip:c:forward:weights:directory+5"), image));
  EXPECT_THROW(place_of(fault_request("flip:c:forward:weights:directory+6"), image), RequestError);
}

class FaultyMemoryTest : public testing::Test {
 protected:
  /// The address of a refusal; 0: none.
  static std::uint64_t refusal(FaultyMemory& memory, std::uint64_t address, std::size_t bytes,
                               bool write) {
    std::vector<std::uint8_t> data(bytes);
    try {
      if (write) {
        memory.write(address, data.data(), bytes);
      } else {
        memory.read(address, data.data(), bytes);
      }
    } catch (const DramRefusal& problem) {
      return problem.address();
    }
    return 0;
  }

  ImageMemory behind_;
  TensorImage image_ = image_at(0x5000, 0x9000);
};

TEST_F(FaultyMemoryTest, FlipsWhatIsReadAndLeavesWhatIsStored) {
  const std::array<std::uint8_t, 4> stored = {1, 2, 3, 4};
  behind_.write(0x5010, stored.data(), 4);
  FaultyMemory memory(behind_, image_, 32, {{FaultKind::flip, false, 0x5012, 0x80}});
  std::array<std::uint8_t, 4> seen{};
  memory.read(0x5010, seen.data(), 4);
  EXPECT_THAT(seen, testing::ElementsAre(1, 2, 0x83, 4));
  memory.read(0x5010, seen.data(), 2);
  EXPECT_THAT(seen, testing::ElementsAre(1, 2, 0x83, 4));
  memory.read(0x5013, seen.data(), 1);
  EXPECT_EQ(seen[0], 4);
  memory.read(0x5012, seen.data(), 1);
  EXPECT_EQ(seen[0], 0x83);
  behind_.read(0x5010, seen.data(), 4);
  EXPECT_THAT(seen, testing::ElementsAre(1, 2, 3, 4));
}

TEST_F(FaultyMemoryTest, ErrorsTakeTheBurst) {
  FaultyMemory memory(behind_, image_, 32, {{FaultKind::error, false, 0x5070, 0}});
  EXPECT_EQ(refusal(memory, 0x5060, 1, false), 0x5040U);
  EXPECT_EQ(refusal(memory, 0x505f, 2, false), 0x5040U);
  EXPECT_EQ(refusal(memory, 0x507f, 1, false), 0x5040U);
  EXPECT_EQ(refusal(memory, 0x5000, 256, false), 0x5040U);
  EXPECT_EQ(refusal(memory, 0x5040, 32, false), 0U);
  EXPECT_EQ(refusal(memory, 0x5080, 32, false), 0U);
  EXPECT_EQ(refusal(memory, 0x5060, 32, true), 0U);
}

TEST_F(FaultyMemoryTest, ErrorsOfWritesLeaveReads) {
  FaultyMemory memory(behind_, image_, 32, {{FaultKind::error, true, 0x5070, 0}});
  EXPECT_EQ(refusal(memory, 0x5060, 1, true), 0x5040U);
  EXPECT_EQ(refusal(memory, 0x5060, 1, false), 0U);
}

TEST_F(FaultyMemoryTest, DirectoriesMoveInLines) {
  FaultyMemory memory(behind_, image_, 32, {{FaultKind::error, false, 0x9005, 0}});
  EXPECT_EQ(refusal(memory, 0x9000, 2, false), 0x9000U);
  FaultyMemory far(behind_, image_, 32, {{FaultKind::error, false, 0x9030, 0}});
  EXPECT_EQ(refusal(far, 0x9000, 2, false), 0x9000U);
}

TEST_F(FaultyMemoryTest, CountsBurstsAndLines) {
  FaultyMemory memory(behind_, image_, 32);
  std::array<std::uint8_t, 128> data{};
  memory.read(0x5000, data.data(), 33);
  EXPECT_EQ(memory.bytes_read(), 64U);
  memory.read(0x501f, data.data(), 2);
  EXPECT_EQ(memory.bytes_read(), 128U);
  memory.read(0x9000, data.data(), 6);
  EXPECT_EQ(memory.bytes_read(), 192U);
  EXPECT_EQ(memory.bytes_written(), 0U);
  memory.write(0x5000, data.data(), 128);
  EXPECT_EQ(memory.bytes_written(), 128U);
  EXPECT_EQ(memory.bytes_read(), 192U);
}

}  // namespace
}  // namespace tensordash
