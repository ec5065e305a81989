#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "models/trace/npy.h"
#include "models/trace/trace.h"
#include "tests/models/trace/npy_bytes.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

constexpr std::size_t large_count = 300000;  // 1.2 megabytes

class NpyMap : public TemporaryFolderTest {
 protected:
  static std::vector<float> numbers(std::size_t count) {
    std::vector<float> values(count);
    for (std::size_t at = 0; at < count; ++at) values[at] = static_cast<float>(at) - 0.5F;
    return values;
  }

  /// A large file whose data begins at byte `offset` modulo 4.
  std::filesystem::path file_with_data_at(std::size_t offset) {
    std::string dictionary = npy_dictionary("'<f4'", "(300000,)");
    while ((10 + dictionary.size()) % 4 != offset) dictionary.insert(dictionary.size() - 1, " ");
    const std::vector<float> values = numbers(large_count);
    std::string bytes(values.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return write_file("A.npy", npy_bytes(dictionary, bytes));
  }
};

TEST_F(NpyMap, LargeFilesAreViewsOfTheFile) {
  const Tensor tensor = read_npy(file_with_data_at(0));
  EXPECT_TRUE(tensor.values.is_view());
  EXPECT_THAT(tensor.shape, testing::ElementsAre(300000));
  EXPECT_TRUE(tensor.values == numbers(large_count));
}

TEST_F(NpyMap, ViewsOutliveTheirTensorAndTheName) {
  TensorValues values;
  {
    const std::filesystem::path file = file_with_data_at(0);
    const Tensor tensor = read_npy(file);
    values = tensor.values;
    std::filesystem::remove(file);
  }
  EXPECT_TRUE(values == numbers(large_count));
}

TEST_F(NpyMap, SmallFilesAreRead) {
  write_npy(folder_ / "A.npy", {{10}, numbers(10)});
  EXPECT_FALSE(read_npy(folder_ / "A.npy").values.is_view());
}

TEST_F(NpyMap, DataThatIsNotAlignedIsRead) {
  for (const std::size_t offset : {1U, 2U, 3U}) {
    const Tensor tensor = read_npy(file_with_data_at(offset));
    EXPECT_FALSE(tensor.values.is_view()) << offset;
    EXPECT_TRUE(tensor.values == numbers(large_count)) << offset;
  }
}

TEST_F(NpyMap, ATruncatedFileIsRefused) {
  const std::filesystem::path file = file_with_data_at(0);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  EXPECT_THROW(read_npy(file), TraceError);
  EXPECT_THROW(read_npy_shape(file), TraceError);
}

TEST_F(NpyMap, ChangingAViewLeavesTheFileAndItsCopiesAsTheyWere) {
  const std::filesystem::path file = file_with_data_at(0);
  const std::string before = read_file(file);
  Tensor tensor = read_npy(file);
  const TensorValues copy = tensor.values;
  tensor.values.owned()[7] = 99.0F;
  EXPECT_FALSE(tensor.values.is_view());
  EXPECT_EQ(tensor.values[7], 99.0F);
  EXPECT_EQ(tensor.values[8], 7.5F);
  EXPECT_EQ(copy[7], 6.5F);
  EXPECT_EQ(read_file(file), before);
}

TEST_F(NpyMap, TheShapeNeedsNoValues) {
  EXPECT_THAT(read_npy_shape(file_with_data_at(0)), testing::ElementsAre(300000));
}

}  // namespace
}  // namespace tensordash
