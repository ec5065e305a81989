#include "models/synthetic/generate_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using ::testing::IsEmpty;

class GenerateTrace : public TemporaryFolderTest {
 protected:
  static SyntheticParameters parameters() {
    SyntheticParameters made;
    made.batch = 2;
    made.seed = 9;
    return made;
  }

  const NetworkSource source_{*find_network("snli"), parameters()};
};

TEST_F(GenerateTrace, WritesWhatTheSourceReads) {
  const std::filesystem::path out = folder_ / "trace";
  std::vector<std::size_t> told;
  generate_trace(source_, {2, 5}, out, [&](std::size_t place) { told.push_back(place); });
  EXPECT_THAT(told, testing::ElementsAre(0, 1));
  const Trace trace(out);
  EXPECT_EQ(trace.model(), "SNLI (synthetic values)");
  ASSERT_EQ(trace.entries().size(), 2U);
  for (std::size_t at = 0; at < 2; ++at) {
    const TraceLayer written = trace.read(trace.entries()[at]);
    const TraceLayer made = source_.read(at == 0 ? 2 : 5);
    EXPECT_EQ(written.name, made.name);
    EXPECT_EQ(written.activations.values, made.activations.values);
    EXPECT_EQ(written.weights.values, made.weights.values);
    EXPECT_EQ(written.output_gradients->values, made.output_gradients->values);
  }
}

TEST_F(GenerateTrace, SaysThatItIsSynthetic) {
  generate_trace(source_, {5}, folder_ / "trace", [](std::size_t) {});
  const nlohmann::json listing = nlohmann::json::parse(read_file(folder_ / "trace/trace.json"));
  const nlohmann::json& synthetic = listing.at("synthetic");
  EXPECT_EQ(synthetic.at("network"), "snli");
  EXPECT_EQ(synthetic.at("batch"), 2);
  EXPECT_EQ(synthetic.at("seed"), 9);
  EXPECT_EQ(synthetic.at("cluster"), default_cluster);
  EXPECT_EQ(synthetic.at("sparsity").at("classes").at("gradients"), 0.0);
  EXPECT_EQ(synthetic.at("sparsity").size(), 1U);
}

TEST_F(GenerateTrace, LeavesNothingOfWhatDidNotEnd) {
  const auto fails_at_second = [](std::size_t place) {
    if (place == 1) throw std::runtime_error("stop");
  };
  EXPECT_THROW(generate_trace(source_, {4, 5}, folder_ / "a/b", fails_at_second),
               std::runtime_error);
  EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(GenerateTrace, HasNoListingBeforeItsEnd) {
  generate_trace(source_, {4, 5}, folder_ / "trace", [&](std::size_t place) {
    EXPECT_FALSE(std::filesystem::exists(folder_ / "trace/trace.json"));
    EXPECT_EQ(std::filesystem::exists(folder_ / "trace/fc3/GO.npy"), place == 1);
  });
  EXPECT_TRUE(std::filesystem::exists(folder_ / "trace/trace.json"));
}

}  // namespace
}  // namespace tensordash
