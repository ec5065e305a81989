#include "models/trace/trace_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/models/trace/file_size_limit.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Tensor counted(const std::vector<std::int64_t>& shape) {
  Tensor tensor;
  tensor.shape = shape;
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  for (std::size_t at = 0; at < count; ++at)
    tensor.values.owned().push_back(static_cast<float>(at));
  return tensor;
}

TraceLayer convolution() {
  TraceLayer layer;
  layer.name = "c";
  layer.shape = conv2d_shape({2, 4, 9, 7}, {6, 2, 3, 2}, {2, 1}, {1, 0}, {1, 2}, 2);
  layer.activations = counted({2, 4, 9, 7});
  layer.weights = counted({6, 2, 3, 2});
  layer.output_gradients = counted({2, 6, layer.shape.P, layer.shape.Q});
  return layer;
}

TraceLayer inference() {
  TraceLayer layer;
  layer.name = "f";
  layer.shape = linear_shape({2, 5}, {3, 5});
  layer.activations = counted({2, 5});
  layer.weights = counted({3, 5});
  return layer;
}

class TraceWriting : public TemporaryFolderTest {};

TEST_F(TraceWriting, WritesWhatATraceReads) {
  {
    TraceWriter writer(folder_ / "new/trace");
    writer.add(convolution());
    writer.add(inference());
    writer.finish("small", 3, {{"recorder", "test"}});
  }
  const Trace trace(folder_ / "new/trace");
  EXPECT_EQ(trace.model(), "small");
  EXPECT_EQ(trace.epoch(), 3);
  ASSERT_EQ(trace.entries().size(), 2U);
  const TraceLayer first = trace.read(trace.entries()[0]);
  const LayerShape expected = convolution().shape;
  EXPECT_EQ(first.shape.stride, expected.stride);
  EXPECT_EQ(first.shape.padding, expected.padding);
  EXPECT_EQ(first.shape.dilation, expected.dilation);
  EXPECT_EQ(first.shape.groups, expected.groups);
  EXPECT_EQ(first.activations.values, convolution().activations.values);
  EXPECT_EQ(first.weights.values, convolution().weights.values);
  EXPECT_EQ(first.output_gradients->values, convolution().output_gradients->values);
  const TraceLayer second = trace.read(trace.entries()[1]);
  EXPECT_TRUE(second.shape.linear);
  EXPECT_FALSE(second.output_gradients);
  EXPECT_THAT(read_file(folder_ / "new/trace/trace.json"), HasSubstr("\"recorder\": \"test\""));
}

TEST_F(TraceWriting, LeavesNothingUnlessItIsFinished) {
  std::filesystem::create_directory(folder_ / "there");
  for (const char* place : {"a/b", "there"}) {
    TraceWriter writer(folder_ / place);
    writer.add(convolution());
    EXPECT_FALSE(std::filesystem::exists(folder_ / place / "trace.json"));
  }
  EXPECT_THAT(listing(), ElementsAre("there"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "there"));
}

TEST_F(TraceWriting, LeavesNothingOfAFullDisk) {
  {
    TraceWriter writer(folder_ / "trace");
    const FileSizeLimit limit(1500);  // a small tensor, not one of 2016 bytes
    writer.add(inference());
    EXPECT_THROW(writer.add(convolution()), std::system_error);
  }
  EXPECT_THAT(listing(), IsEmpty());
  {
    TraceWriter writer(folder_ / "trace");
    writer.add(inference());
    const FileSizeLimit limit(100);
    EXPECT_THROW(writer.finish("small", 0), std::system_error);
  }
  EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(TraceWriting, RefusesAFolderWithSomethingInIt) {
  write_file("trace/notes", "mine");
  write_file("file", "mine");
  for (const char* place : {"trace", "file", "file/trace"}) {
    try {
      const TraceWriter writer(folder_ / place);
      FAIL() << place;
    } catch (const TraceError& problem) {
      EXPECT_THAT(problem.what(), HasSubstr(place));
    }
  }
  EXPECT_EQ(read_file(folder_ / "trace/notes"), "mine");
}

TEST_F(TraceWriting, KeepsWhatOthersPutThere) {
  {
    TraceWriter writer(folder_ / "trace");
    writer.add(inference());
    write_file("trace/f/notes", "mine");
  }
  EXPECT_EQ(read_file(folder_ / "trace/f/notes"), "mine");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "trace/f/A.npy"));
}

}  // namespace
}  // namespace tensordash
