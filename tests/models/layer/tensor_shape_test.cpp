#include "models/layer/tensor_shape.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

TEST(TensorShape, CountsElements) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({7}), 7);
  EXPECT_EQ(element_count({2, 3, 5, 7}), 210);
}

TEST(TensorShape, LargestCountIsAllowedAndOneMoreIsNot) {
  EXPECT_EQ(element_count({max_tensor_elements}), max_tensor_elements);
  EXPECT_EQ(element_count({1 << 20, 1 << 20}), max_tensor_elements);
  EXPECT_EQ(element_count({max_tensor_elements + 1}), std::nullopt);
  EXPECT_EQ(element_count({1 << 20, (1 << 20) + 1}), std::nullopt);
}

TEST(TensorShape, ProductThatWrapsRoundIn64BitsIsNotCounted) {
  const std::int64_t two_to_32 = std::int64_t{1} << 32;
  EXPECT_EQ(element_count({two_to_32, two_to_32}), std::nullopt);
  EXPECT_EQ(element_count({two_to_32, two_to_32, 3}), std::nullopt);
}

TEST(TensorShape, EmptyAndNegativeDimensionsAreNotCounted) {
  EXPECT_EQ(element_count({0}), std::nullopt);
  EXPECT_EQ(element_count({3, 0, 2}), std::nullopt);
  EXPECT_EQ(element_count({-3}), std::nullopt);
  EXPECT_EQ(element_count({-3, -2}), std::nullopt);
}

TEST(TensorShape, TextIsAListInBrackets) {
  EXPECT_EQ(shape_text({}), "[]");
  EXPECT_EQ(shape_text({4}), "[4]");
  EXPECT_EQ(shape_text({8, 3, 3, 3}), "[8,3,3,3]");
}

}  // namespace
}  // namespace tensordash
