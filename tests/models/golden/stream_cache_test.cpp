#include "models/golden/stream_cache.h"

#include <gtest/gtest.h>

namespace tensordash::golden_testing {
namespace {

/// Asks for `count` values under a key; tells whether they had to be read.
bool had_to_read(golden::StreamCache& cache, golden::StreamCache::Key key, std::size_t count) {
  bool read = false;
  const std::vector<float> values(
      count, static_cast<float>(100 * key.first) + static_cast<float>(key.second));
  const std::vector<float>& streams = cache.get(key, [&] {
    read = true;
    return values;
  });
  EXPECT_EQ(streams, values);
  return read;
}

TEST(StreamCache, reads_once) {
  golden::StreamCache cache(100);
  EXPECT_TRUE(had_to_read(cache, {0, 1}, 10));
  EXPECT_TRUE(had_to_read(cache, {1, 0}, 10));
  EXPECT_FALSE(had_to_read(cache, {0, 1}, 10));
  EXPECT_FALSE(had_to_read(cache, {1, 0}, 10));
}

TEST(StreamCache, drops_the_oldest_and_no_more_than_needed) {
  golden::StreamCache cache(30);
  for (std::int64_t group = 0; group < 4; ++group) {
    EXPECT_TRUE(had_to_read(cache, {0, group}, 10));
  }
  EXPECT_FALSE(had_to_read(cache, {0, 1}, 10));
  EXPECT_FALSE(had_to_read(cache, {0, 3}, 10));
  EXPECT_TRUE(had_to_read(cache, {0, 0}, 10));
}

TEST(StreamCache, holds_one_group_that_is_larger_than_allowed) {
  golden::StreamCache cache(30);
  EXPECT_TRUE(had_to_read(cache, {0, 0}, 10));
  EXPECT_TRUE(had_to_read(cache, {0, 1}, 50));
  EXPECT_FALSE(had_to_read(cache, {0, 1}, 50));
  EXPECT_TRUE(had_to_read(cache, {0, 0}, 10));
  EXPECT_TRUE(had_to_read(cache, {0, 1}, 50));
}

}  // namespace
}  // namespace tensordash::golden_testing
