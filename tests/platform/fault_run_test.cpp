// What an operation's tensors have in DRAM, damaged, one run each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "models/layout/image_memory.h"
#include "platform/run/fast_runner.h"
#include "platform/run/run_request.h"
#include "tests/platform/small_trace.h"

namespace tensordash {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr unsigned lanes = 4;

/// How an operation ended.
struct Ending {
  std::string fault, refusal;  ///< one of them, unless it came to its end
};

/// A layer, sparse enough for compression, and one configuration.
class FaultRun {
 public:
  FaultRun(LayerShape shape, const std::vector<std::string>& settings) : shape_(shape) {
    for (const char* setting : {"memory=modelled", "pe.lanes=4", "tile.rows=2", "tiles=2"}) {
      config_.set_assignment(setting);
    }
    for (const std::string& setting : settings) config_.set_assignment(setting);
    std::mt19937 random(7);
    const auto some = [&](std::int64_t count) {
      std::vector<float> values;
      while (static_cast<std::int64_t>(values.size()) < count) {
        values.push_back(random() % 3 == 0 ? static_cast<float>(random() % 64) - 31.5F : 0.0F);
      }
      // A group without a zero is stored raw.
      for (std::size_t at = 0; at < values.size() / 3; ++at) values[at] = 1.5F;
      return values;
    };
    values_ = {some(shape.activation_count()), some(shape.weight_count()),
               some(shape.output_count())};
  }

  Ending run(const std::string& fault, Operation operation, std::vector<float>* outputs = nullptr) {
    FastRunner runner(config_, {VerifyRequest::Kind::none, 0}, {fault_request(fault)});
    runner.begin({"x", shape_, {{}, values_[0]}, {{}, values_[1]}, Tensor{{}, values_[2]}});
    Ending ending;
    try {
      runner.run(operation, outputs, {});
    } catch (const MemoryFault& problem) {
      ending.fault = problem.what();
    } catch (const RequestError& problem) {
      ending.refusal = problem.what();
    }
    return ending;
  }

  /// The image of a tensor by itself.
  TensorImage image(FaultTensor tensor) const {
    FaultRequest fault;
    fault.tensor = tensor;
    TensorImage image{layout_of(fault, shape_, lanes)};
    image.value_bytes = config_.text("dtype") == "bf16" ? 2 : 4;
    image.compressed = config_.text("zero_compression") == "on";
    image.directory_base = 1U << 20U;
    return image;
  }

  /// Bytes of each group's slot that hold something.
  std::vector<std::uint64_t> used(FaultTensor tensor) const {
    const TensorImage image = this->image(tensor);
    const std::uint64_t raw =
        (image.group_values() * image.value_bytes + 31) / 32 * std::uint64_t{32};
    std::vector<std::uint64_t> used(static_cast<std::size_t>(image.layout.groups()), raw);
    if (!image.compressed) return used;
    ImageMemory memory;
    store_tensor(image, values_[static_cast<std::size_t>(tensor)].data(), memory);
    for (std::size_t group = 0; group < used.size(); ++group) {
      std::array<std::uint8_t, 2> entry{};
      memory.read(image.directory_base + 2 * group, entry.data(), 2);
      if (entry[0] + 256 * entry[1] != 0xffff) used[group] = 32 * (entry[0] + 256U * entry[1]);
    }
    return used;
  }

 private:
  LayerShape shape_;
  Config config_;
  std::array<std::vector<float>, 3> values_;
};

struct Read {
  Operation operation;
  FaultTensor tensor;
};

const std::vector<Read> reads = {{Operation::forward, FaultTensor::activations},
                                 {Operation::forward, FaultTensor::weights},
                                 {Operation::backward_data, FaultTensor::gradients},
                                 {Operation::backward_data, FaultTensor::weights},
                                 {Operation::backward_weights, FaultTensor::activations},
                                 {Operation::backward_weights, FaultTensor::gradients}};

std::string spec(const std::string& kind, const Read& read, const std::string& place) {
  return kind + ":x:" + std::string(name_of(read.operation)) + ":" + name_of(read.tensor) + ":" +
         place;
}

std::string start(const Read& read) {
  return "layer x, " + std::string(name_of(read.operation)) + ": " + name_of(read.tensor) + ", ";
}

LayerShape dense_layer() {
  return conv2d_shape({1, 5, 3, 5}, {5, 5, 2, 2}, {1, 1}, {1, 1}, {1, 1}, 1);
}

class FaultRuns : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(FaultRuns, EveryPartOfTheDataIsNoticedOrRefused) {
  FaultRun run(dense_layer(), GetParam());
  unsigned raw_groups = 0;
  unsigned small_groups = 0;
  for (const Read& read : reads) {
    const TensorImage image = run.image(read.tensor);
    const std::vector<std::uint64_t> used = run.used(read.tensor);
    for (std::size_t group = 0; group < used.size(); ++group) {
      ++(used[group] == image.slot_bytes() ? raw_groups : small_groups);
      // The mask or another byte, and the ends of what is used.
      std::vector<std::uint64_t> bytes = {group % 2 == 0 ? group % 8 : group * 7 % 60,
                                          used[group] - 1};
      if (used[group] < image.slot_bytes()) bytes.push_back(used[group]);
      for (const std::uint64_t byte : bytes) {
        const std::uint64_t at = group * image.slot_bytes() + byte;
        const std::string place = std::to_string(at) + "." + std::to_string(at % 8);
        SCOPED_TRACE(spec("flip", read, place));
        const Ending flip = run.run(spec("flip", read, place), read.operation);
        const Ending error = run.run(spec("error", read, std::to_string(at)), read.operation);
        const std::string named = start(read) + "group " + std::to_string(group) + ", address 0x";
        if (byte < used[group]) {
          EXPECT_THAT(flip.fault, StartsWith(named));
          EXPECT_THAT(error.fault, StartsWith(named));
          EXPECT_THAT(error.fault, HasSubstr("answered a read with TLM_GENERIC_ERROR_RESPONSE"));
        } else {
          EXPECT_EQ(flip.fault, "");
          EXPECT_THAT(flip.refusal,
                      HasSubstr("allowed: data+" + std::to_string(group * image.slot_bytes())));
          EXPECT_THAT(flip.refusal,
                      HasSubstr("to data+" + std::to_string(at - byte + used[group] - 1)));
        }
      }
    }
  }
  EXPECT_GT(raw_groups, 0U);
  EXPECT_EQ(small_groups > 0, run.image(FaultTensor::weights).compressed);
}

INSTANTIATE_TEST_SUITE_P(Settings, FaultRuns,
                         testing::Values(std::vector<std::string>{},
                                         std::vector<std::string>{"zero_compression=off"}));

TEST(FaultRunDirectory, EveryEntryIsNoticed) {
  FaultRun run(dense_layer(), {});
  for (const Read& read : reads) {
    const auto groups = static_cast<unsigned>(run.image(read.tensor).layout.groups());
    for (unsigned byte = 0; byte < 2 * groups; byte += 1 + byte % 4) {
      for (unsigned bit = byte % 3; bit < 8; bit += 3) {
        const std::string place = "directory+" + std::to_string(byte) + "." + std::to_string(bit);
        EXPECT_THAT(run.run(spec("flip", read, place), read.operation).fault,
                    StartsWith(start(read) + "group " + std::to_string(byte / 2) + ", address 0x"))
            << place;
      }
      const std::string last = std::to_string(std::min(byte / 64 * 32 + 31, groups - 1));
      EXPECT_THAT(
          run.run(spec("error", read, "directory+" + std::to_string(byte)), read.operation).fault,
          StartsWith(start(read) + "directory of groups " + std::to_string(byte / 64 * 32) +
                     " to " + last + ", address 0x"));
    }
  }
}

TEST(FaultRunDirectory, IsNotThereWithoutCompression) {
  FaultRun run(dense_layer(), {"zero_compression=off"});
  EXPECT_THAT(run.run(spec("flip", reads[0], "directory+0"), Operation::forward).refusal,
              HasSubstr("without a directory; allowed: data+0 to data+"));
}

/// Values that are kept, and nothing else: what no hardware can notice.
TEST(FaultRunValue, IsNoticedByComparingAndLeavesNoOutputs) {
  for (const char* dtype : {"dtype=fp32", "dtype=bf16"}) {
    FaultRun run(dense_layer(), {dtype});
    std::vector<float> outputs;
    // The masks of 16 values take 4 bytes; then 1.5, whose lowest byte is 0.
    const Ending ending = run.run("flip:x:forward:weights:6.0", Operation::forward, &outputs);
    EXPECT_THAT(ending.fault, HasSubstr("the values read are not those that were stored"));
    EXPECT_TRUE(outputs.empty());
  }
}

TEST(FaultRunOutputs, EveryBurstIsWritten) {
  FaultRun run(dense_layer(), {});
  for (const Operation operation : all_operations) {
    FaultRequest fault;
    fault.tensor = FaultTensor::outputs;
    fault.operation = operation;
    const TensorImage image{layout_of(fault, dense_layer(), lanes)};
    for (std::uint64_t byte = 0; byte < image.data_bytes(); byte += 31) {
      const Read write{operation, FaultTensor::outputs};
      std::vector<float> outputs;
      const Ending ending =
          run.run(spec("error", write, std::to_string(byte)), operation, &outputs);
      EXPECT_THAT(ending.fault,
                  StartsWith(start(write) + "group " + std::to_string(byte / image.slot_bytes())));
      EXPECT_THAT(ending.fault, HasSubstr("answered a write"));
      EXPECT_TRUE(outputs.empty());
    }
  }
}

/// A kernel of 1 with a stride of 2 reads every other line.
TEST(FaultRunUnread, GroupsThatAnOperationDoesNotReadAreNamed) {
  const LayerShape shape = conv2d_shape({1, 4, 4, 4}, {4, 4, 1, 1}, {2, 2}, {0, 0}, {1, 1}, 1);
  FaultRun run(shape, {});
  const Read read{Operation::forward, FaultTensor::activations};
  for (const char* kind : {"flip", "error"}) {
    EXPECT_THAT(run.run(spec(kind, read, "64"), read.operation).refusal,
                HasSubstr("forward does not read group 1 of activations"));
    EXPECT_THAT(run.run(spec(kind, read, "128"), read.operation).fault, HasSubstr("group 2"));
  }
  EXPECT_THAT(run.run(spec("flip", read, "directory+2"), read.operation).refusal,
              HasSubstr("forward does not read group 1 of activations"));
  // A line of the directory comes as a whole.
  EXPECT_THAT(run.run(spec("error", read, "directory+2"), read.operation).fault,
              HasSubstr("directory of groups 0 to 3"));
}

/// A burst of a x32 channel is 64 bytes, of which a group may fill 32.
TEST(FaultRunBurst, ErrorsTakeWholeBursts) {
  FaultRun run(dense_layer(), {"dram.width=32"});
  const std::vector<std::uint64_t> used = run.used(FaultTensor::weights);
  const auto small = std::find(used.begin(), used.end(), 32U);
  ASSERT_NE(small, used.end());
  const auto at = static_cast<std::uint64_t>(small - used.begin()) * 64 + 40;
  const Read read{Operation::forward, FaultTensor::weights};
  EXPECT_THAT(run.run(spec("error", read, std::to_string(at)), read.operation).fault,
              HasSubstr("answered a read"));
  EXPECT_THAT(run.run(spec("flip", read, std::to_string(at)), read.operation).refusal,
              AllOf(HasSubstr("nothing looks at this byte"),
                    EndsWith("to data+" + std::to_string(at - 40 + 31))));
}

TEST(FaultRunElsewhere, OtherLayersAndOperationsRun) {
  FaultRun run(dense_layer(), {});
  std::vector<float> outputs;
  const Ending other = run.run("flip:y:forward:weights:0", Operation::forward, &outputs);
  EXPECT_EQ(other.fault + other.refusal, "");
  EXPECT_FALSE(outputs.empty());
  const Ending later = run.run("flip:x:backward_data:weights:0", Operation::forward, &outputs);
  EXPECT_EQ(later.fault + later.refusal, "");
}

}  // namespace
}  // namespace tensordash
