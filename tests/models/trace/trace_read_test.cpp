#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/trace/npy.h"
#include "models/trace/trace.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Shape = std::vector<std::int64_t>;

class TraceRead : public TemporaryFolderTest {
 protected:
  void SetUp() override {
    TemporaryFolderTest::SetUp();
    layer_ = {{"name", "c1"},
              {"kind", "conv2d"},
              {"activations", "A.npy"},
              {"weights", "W.npy"},
              {"output_gradients", "GO.npy"},
              {"stride", {2, 1}},
              {"padding", {1, 0}},
              {"dilation", {1, 2}},
              {"groups", 2}};
    write_tensor("A.npy", {3, 4, 5, 6});
    write_tensor("W.npy", {6, 2, 3, 2});
    write_tensor("GO.npy", {3, 6, 3, 4});
  }

  void write_tensor(const char* name, const Shape& shape) {
    Tensor tensor;
    tensor.shape = shape;
    std::size_t count = 1;
    for (std::int64_t dimension : shape) count *= static_cast<std::size_t>(dimension);
    for (std::size_t i = 0; i < count; ++i) tensor.values.owned().push_back(static_cast<float>(i));
    write_npy(folder_ / name, tensor);
  }

  TraceLayer read() {
    const json content = {{"format", "tensordash-trace/1"},
                          {"model", "small"},
                          {"epoch", 0},
                          {"dtype", "float32"},
                          {"layers", json::array({layer_})}};
    write_file("trace.json", content.dump());
    const Trace trace(folder_);
    return trace.read(trace.entries().at(0));
  }

  std::string refusal() {
    try {
      read();
    } catch (const TraceError& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
      return error.what();
    }
    return "nothing was refused";
  }

  std::string path(const char* name) const { return (folder_ / name).string(); }

  json layer_;
};

TEST_F(TraceRead, GivesTensorsAndShapeOfAConvolution) {
  const TraceLayer layer = read();
  EXPECT_EQ(layer.name, "c1");
  EXPECT_THAT(layer.activations.shape, ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(layer.weights.shape, ElementsAre(6, 2, 3, 2));
  ASSERT_TRUE(layer.output_gradients);
  EXPECT_THAT(layer.output_gradients->shape, ElementsAre(3, 6, 3, 4));
  EXPECT_EQ(layer.activations.values.back(), 3 * 4 * 5 * 6 - 1);
  EXPECT_EQ(layer.weights.values.back(), 6 * 2 * 3 * 2 - 1);
  EXPECT_EQ(layer.output_gradients->values.back(), 3 * 6 * 3 * 4 - 1);
  EXPECT_EQ(layer.shape.N, 3);
  EXPECT_EQ(layer.shape.C, 4);
  EXPECT_EQ(layer.shape.H, 5);
  EXPECT_EQ(layer.shape.W, 6);
  EXPECT_EQ(layer.shape.M, 6);
  EXPECT_EQ(layer.shape.R, 3);
  EXPECT_EQ(layer.shape.S, 2);
  EXPECT_EQ(layer.shape.P, 3);
  EXPECT_EQ(layer.shape.Q, 4);
  EXPECT_EQ(layer.shape.groups, 2);
  EXPECT_EQ(layer.shape.stride, (Axes{2, 1}));
  EXPECT_EQ(layer.shape.padding, (Axes{1, 0}));
  EXPECT_EQ(layer.shape.dilation, (Axes{1, 2}));
}

TEST_F(TraceRead, GivesALinearLayer) {
  layer_ = {{"name", "f1"},
            {"kind", "linear"},
            {"activations", "A.npy"},
            {"weights", "W.npy"},
            {"output_gradients", "GO.npy"}};
  write_tensor("A.npy", {3, 7});
  write_tensor("W.npy", {5, 7});
  write_tensor("GO.npy", {3, 5});
  const TraceLayer layer = read();
  EXPECT_TRUE(layer.shape.linear);
  EXPECT_EQ(layer.shape.N, 3);
  EXPECT_EQ(layer.shape.C, 7);
  EXPECT_EQ(layer.shape.M, 5);

  write_tensor("GO.npy", {3, 5, 1, 1});
  EXPECT_EQ(refusal(), "layer 'f1': output gradients " + path("GO.npy") +
                           " have shape [3,5,1,1]; expected [N,M] = [3,5]");
}

TEST_F(TraceRead, LayerWithoutOutputGradientsIsForInference) {
  layer_.erase("output_gradients");
  std::filesystem::remove(folder_ / "GO.npy");
  EXPECT_FALSE(read().output_gradients);
}

TEST_F(TraceRead, RefusesWeightsThatDoNotFitNamingLayerAndFiles) {
  write_tensor("W.npy", {6, 4, 3, 2});
  EXPECT_EQ(refusal(),
            "layer 'c1': weights have shape [6,4,3,2] but activations have 4 channels in 2 groups; "
            "expected [M,2,R,S] (activations " +
                path("A.npy") + ", weights " + path("W.npy") + ")");
}

TEST_F(TraceRead, RefusesAFilterThatIsTooLarge) {
  layer_["dilation"] = {1, 6};
  EXPECT_EQ(refusal(),
            "layer 'c1': the filter is larger than the padded input on the horizontal axis: it "
            "covers 7 (S=2, dilation 6); allowed: at most 6 (W=6, padding 0) (activations " +
                path("A.npy") + ", weights " + path("W.npy") + ")");
}

TEST_F(TraceRead, RefusesOutputGradientsOfAnotherShape) {
  for (const Shape& shape : {Shape{3, 6, 4, 3}, Shape{3, 6, 12}, Shape{1, 6, 3, 4}}) {
    write_tensor("GO.npy", shape);
    EXPECT_THAT(refusal(),
                HasSubstr("layer 'c1': output gradients " + path("GO.npy") + " have shape ["));
    EXPECT_THAT(refusal(), HasSubstr("]; expected [N,M,P,Q] = [3,6,3,4]"));
  }
}

TEST_F(TraceRead, RefusesAMissingOrBrokenTensorNamingLayerAndFile) {
  for (const char* name : {"A.npy", "W.npy", "GO.npy"}) {
    const std::string whole = read_file(folder_ / name);
    write_file(name, whole.substr(0, whole.size() - 1));
    EXPECT_THAT(refusal(), HasSubstr("layer 'c1': " + path(name) + ": truncated: "));
    std::filesystem::remove(folder_ / name);
    EXPECT_EQ(refusal(), "layer 'c1': " + path(name) + ": no such file");
    write_file(name, whole);
  }
  EXPECT_EQ(refusal(), "nothing was refused");
}

}  // namespace
}  // namespace tensordash
