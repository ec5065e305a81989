#include "models/trace/trace_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/trace/npy.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Two linear layers, the second for inference only.
class TraceSourceTest : public TemporaryFolderTest {
 protected:
  void SetUp() override {
    TemporaryFolderTest::SetUp();
    write_file("trace.json", R"({"format": "tensordash-trace/1", "model": "two", "epoch": 3,
      "dtype": "float32", "layers": [
      {"name": "f1", "kind": "linear", "activations": "A.npy", "weights": "W.npy",
       "output_gradients": "GO.npy"},
      {"name": "f2", "kind": "linear", "activations": "B.npy", "weights": "W.npy"}]})");
    write_npy(folder_ / "A.npy", {{1, 2}, {1, 2}});
    write_npy(folder_ / "B.npy", {{2, 2}, {1, 2, 3, 4}});
    write_npy(folder_ / "W.npy", {{3, 2}, {1, 2, 3, 4, 5, 6}});
    write_npy(folder_ / "GO.npy", {{1, 3}, {1, 2, 3}});
  }

  std::string refusal(const std::set<std::string>& only = {}) const {
    try {
      const TraceSource source(folder_, only);
    } catch (const TraceError& problem) {
      return problem.what();
    }
    return "nothing was refused";
  }
};

TEST_F(TraceSourceTest, GivesOutlinesAndThenTensors) {
  const TraceSource source(folder_);
  EXPECT_EQ(source.model(), "two");
  EXPECT_EQ(source.epoch(), 3);
  EXPECT_EQ(source.name(), folder_.string());
  EXPECT_EQ(source.synthetic(), "");
  ASSERT_EQ(source.layers().size(), 2U);
  EXPECT_EQ(source.layers()[0].name, "f1");
  EXPECT_EQ(source.layers()[0].shape.M, 3);
  EXPECT_TRUE(source.layers()[0].has_gradients);
  EXPECT_EQ(source.layers()[1].shape.N, 2);
  EXPECT_FALSE(source.layers()[1].has_gradients);
  EXPECT_THAT(source.read(1).activations.values, testing::ElementsAre(1, 2, 3, 4));
}

TEST_F(TraceSourceTest, FindsShapesAndSizesThatDoNotFitBeforeAnyTensorIsRead) {
  write_npy(folder_ / "GO.npy", {{3}, {1, 2, 3}});
  EXPECT_THAT(refusal(), AllOf(HasSubstr("'f1'"), HasSubstr("GO.npy"), HasSubstr("[1,3]")));
  write_npy(folder_ / "GO.npy", {{1, 3}, {1, 2, 3}});
  std::filesystem::resize_file(folder_ / "B.npy", 140);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("'f2'"), HasSubstr("B.npy"), HasSubstr("truncated")));
}

TEST_F(TraceSourceTest, DoesNotLookAtLayersThatAreNotWanted) {
  std::filesystem::remove(folder_ / "B.npy");
  const TraceSource source(folder_, {"f1"});
  ASSERT_EQ(source.layers().size(), 1U);
  EXPECT_EQ(source.read(0).name, "f1");
  EXPECT_THAT(refusal({"f2"}), HasSubstr("B.npy"));
}

TEST_F(TraceSourceTest, RefusesALayerThatDoesNotExistNamingThoseThatDo) {
  EXPECT_THAT(refusal({"f9"}), AllOf(HasSubstr("'f9'"), HasSubstr("f1, f2")));
}

}  // namespace
}  // namespace tensordash
