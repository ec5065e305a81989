#include "hw/memory/stream_gatherer.h"

#include <gtest/gtest.h>

#include "tests/hw/memory/listed_programs.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

constexpr std::uint16_t nothing = LaneSource::nothing;
constexpr std::uint16_t kept = LaneSource::kept;

const LaneRow first = row_of({1, 2, 3});
const LaneRow second = row_of({4, 5, 6});

// Two streams, two stream rows; the second row of stream 1 takes nothing.
FetchBundle two_by_two() {
  FetchBundle bundle;
  bundle.requests = {{true, 0, 0}, {true, 1, 0}};
  bundle.rows = bundle.streams = 2;
  bundle.lanes = {{0, 2}, {1, 0}, {nothing, 0}, {1, 1}, {1, 1}, {0, 0},
                  {0, 0}, {0, 1}, {0, 2},       {},     {},     {}};
  bundle.keep = {1, nothing};
  return bundle;
}

TEST(StreamGathererTest, TakesEveryLaneFromItsRow) {
  const StreamGatherer gatherer(3, 3);
  const FetchBundle bundle = two_by_two();
  const std::vector<const LaneRow*> read{&first, &second};
  EXPECT_EQ(gatherer.gather(bundle, 0, 0, read), row_of({3, 4, 0}));
  EXPECT_EQ(gatherer.gather(bundle, 0, 1, read), row_of({5, 5, 1}));
  EXPECT_EQ(gatherer.gather(bundle, 1, 0, read), first);
  EXPECT_EQ(gatherer.gather(bundle, 1, 1, read), LaneRow(3));
  EXPECT_EQ(gatherer.gather(bundle, 2, 0, read), LaneRow(3));  // a stream that does not exist
}

TEST(StreamGathererTest, KeepsARowForEveryStream) {
  StreamGatherer gatherer(2, 3);
  FetchBundle bundle = two_by_two();
  gatherer.keep(bundle, {&first, &second});
  bundle.requests.clear();
  bundle.rows = 1;
  bundle.lanes = {{kept, 2}, {kept, 0}, {}, {kept, 0}, {kept, 1}, {kept, 2}};
  bundle.keep = {kept, nothing};
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(gatherer.gather(bundle, 0, 0, {}), row_of({6, 4, 0}));
    EXPECT_EQ(gatherer.gather(bundle, 1, 0, {}), LaneRow(3));
    gatherer.keep(bundle, {});
  }
}

TEST(StreamGathererTest, FindsWhatIsWrongWithABundle) {
  const auto fault = [](const FetchBundle& bundle) { return fault_of(bundle, 2, 2, 2, 3); };
  EXPECT_EQ(fault(two_by_two()), nullptr);
  EXPECT_STREQ(fault_of(two_by_two(), 2, 1, 2, 3), "a bundle of no rows, or too many");
  EXPECT_STREQ(fault_of(two_by_two(), 1, 2, 2, 3), "a bundle of no streams, or too many");
  EXPECT_STREQ(fault_of(two_by_two(), 2, 2, 1, 3),
               "a bundle of more requests than the SRAM has ports");
  FetchBundle bundle = two_by_two();
  bundle.lanes.pop_back();
  EXPECT_STREQ(fault(bundle), "a bundle that does not say where all lanes come from");
  bundle = two_by_two();
  bundle.keep.pop_back();
  EXPECT_STREQ(fault(bundle), "a bundle that does not say where all lanes come from");
  bundle = two_by_two();
  bundle.lanes[3].row = 2;
  EXPECT_STREQ(fault(bundle), "a lane of a row not read");
  bundle = two_by_two();
  bundle.lanes[3].lane = 3;
  EXPECT_STREQ(fault(bundle), "a lane beyond a row");
  bundle = two_by_two();
  bundle.keep[0] = 2;
  EXPECT_STREQ(fault(bundle), "a row kept that is not read");
  bundle = two_by_two();
  bundle.rows = 0;
  EXPECT_STREQ(fault(bundle), "a bundle of no rows, or too many");
  bundle = two_by_two();
  bundle.streams = 0;
  EXPECT_STREQ(fault(bundle), "a bundle of no streams, or too many");
}

}  // namespace
}  // namespace tensordash
