#include "hw/dram/front/backing_store.h"

#include <gmock/gmock.h>

#include "hw/dram/spec.h"

namespace tensordash {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(BackingStoreTest, UntouchedBytesAreZeroFromTheFirstToTheLast) {
  BackingStore store(std::uint64_t{64} << 30);
  EXPECT_EQ(store.size(), std::uint64_t{64} << 30);
  for (const std::uint64_t at :
       {std::uint64_t{0}, std::uint64_t{123456789}, store.size() / 2, store.size() - 1}) {
    EXPECT_EQ(store.data()[at], 0) << at;
  }
}

TEST(BackingStoreTest, KeepsWhatIsWritten) {
  BackingStore store(std::uint64_t{64} << 30);
  store.data()[0] = 1;
  store.data()[store.size() - 1] = 2;
  EXPECT_EQ(store.data()[0], 1);
  EXPECT_EQ(store.data()[1], 0);
  EXPECT_EQ(store.data()[store.size() - 2], 0);
  EXPECT_EQ(store.data()[store.size() - 1], 2);
}

TEST(BackingStoreTest, SaysWhatToDoWhenTheSystemRefuses) {
  EXPECT_THAT([] { BackingStore store(std::uint64_t{1} << 62); },
              ThrowsMessage<DramError>(HasSubstr("refuses 4611686018427387904 bytes")));
  EXPECT_THAT([] { BackingStore store(std::uint64_t{1} << 62); },
              ThrowsMessage<DramError>(HasSubstr("fewer dram.channels")));
}

TEST(BackingStoreTest, RefusesAMemoryOfNothing) {
  EXPECT_THROW(BackingStore store(0), DramError);
}

}  // namespace
}  // namespace tensordash
