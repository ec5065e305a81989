#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <system_error>
#include <vector>
#include <xtensor/xadapt.hpp>
#include <xtensor/xnpy.hpp>

#include "models/trace/npy.h"
#include "tests/models/trace/file_size_limit.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Shape = std::vector<std::int64_t>;

Tensor numbered(const Shape& shape) {
  Tensor tensor;
  tensor.shape = shape;
  std::size_t count = 1;
  for (std::int64_t dimension : shape) count *= static_cast<std::size_t>(dimension);
  for (std::size_t i = 0; i < count; ++i)
    tensor.values.owned().push_back(static_cast<float>(i) + 0.25F);
  return tensor;
}

std::vector<std::uint32_t> bits_of(const TensorValues& values) {
  std::vector<std::uint32_t> bits(values.size());
  std::memcpy(bits.data(), values.data(), values.size() * sizeof(float));
  return bits;
}

class NpyWrite : public TemporaryFolderTest {
 protected:
  std::filesystem::path file() const { return folder_ / "O.npy"; }
};

class NpyRoundTrip : public NpyWrite, public ::testing::WithParamInterface<Shape> {};

TEST_P(NpyRoundTrip, GivesShapeAndValuesBack) {
  const Tensor tensor = numbered(GetParam());
  write_npy(file(), tensor);
  const Tensor back = read_npy(file());
  EXPECT_EQ(back.shape, tensor.shape);
  EXPECT_EQ(back.values, tensor.values);
  EXPECT_THAT(listing(), ElementsAre("O.npy"));
}

TEST_P(NpyRoundTrip, XtensorReadsWhatIsWritten) {
  const Tensor tensor = numbered(GetParam());
  write_npy(file(), tensor);
  const auto array = xt::load_npy<float, xt::layout_type::row_major>(file().string());
  EXPECT_EQ(Shape(array.shape().begin(), array.shape().end()), tensor.shape);
  EXPECT_EQ(std::vector<float>(array.begin(), array.end()), tensor.values);
}

TEST_P(NpyRoundTrip, WhatXtensorWritesIsRead) {
  Tensor tensor = numbered(GetParam());
  const std::vector<std::size_t> shape(tensor.shape.begin(), tensor.shape.end());
  xt::dump_npy(file().string(), xt::adapt(tensor.values.owned(), shape));
  const Tensor back = read_npy(file());
  EXPECT_EQ(back.shape, tensor.shape);
  EXPECT_EQ(back.values, tensor.values);
}

INSTANTIATE_TEST_SUITE_P(Shapes, NpyRoundTrip,
                         ::testing::Values(Shape{}, Shape{1}, Shape{7}, Shape{3, 5}, Shape{2, 3, 4},
                                           Shape{2, 3, 4, 5}, Shape{1, 1, 1, 1}, Shape{100, 1000}));

TEST_F(NpyWrite, FileIsThatOfNumPyByteForByte) {
  write_npy(file(), {{2, 1}, {1.0F, -2.0F}});
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";
  dictionary.resize(128 - 10 - 1, ' ');
  const std::string expected = std::string("\x93NUMPY\x01\x00\x76\x00", 10) + dictionary + "\n" +
                               std::string("\x00\x00\x80\x3f\x00\x00\x00\xc0", 8);
  EXPECT_EQ(read_file(file()), expected);
}

TEST_F(NpyWrite, KeepsEveryBit) {
  std::vector<float> values{0.0F,
                            -0.0F,
                            std::numeric_limits<float>::denorm_min(),
                            std::numeric_limits<float>::max(),
                            std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN()};
  write_npy(file(), {{7}, values});
  EXPECT_EQ(bits_of(read_npy(file()).values), bits_of(values));
}

TEST_F(NpyWrite, RefusesValuesThatDoNotFillTheShape) {
  EXPECT_THROW(write_npy(file(), {{2, 2}, {1, 2, 3}}), std::invalid_argument);
  EXPECT_THROW(write_npy(file(), {{2}, {1, 2, 3}}), std::invalid_argument);
  EXPECT_THROW(write_npy(file(), {{0}, {}}), std::invalid_argument);
  EXPECT_THROW(write_npy(file(), {{-1, -1}, {1}}), std::invalid_argument);
  EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(NpyWrite, ReportsAFolderThatDoesNotExist) {
  const std::filesystem::path lost = folder_ / "none" / "O.npy";
  try {
    write_npy(lost, numbered({3}));
    FAIL() << "nothing was refused";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.what(), "cannot write " + lost.string() + ": No such file or directory");
  }
}

TEST_F(NpyWrite, FullDiskKeepsTheOlderFileAndNothingElse) {
  write_npy(file(), numbered({3}));
  try {
    const FileSizeLimit limit(4096);
    write_npy(file(), numbered({10, 1000}));
    FAIL() << "nothing was refused";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.what(), "cannot write " + file().string() + ": File too large");
  }
  EXPECT_THAT(listing(), ElementsAre("O.npy"));
  EXPECT_THAT(read_npy(file()).shape, ElementsAre(3));
}

}  // namespace
}  // namespace tensordash
