#include "platform/run/progress_line.h"

#include <gtest/gtest.h>

namespace tensordash {
namespace {

using std::chrono::seconds;

TEST(ProgressText, TellsPartOperationDetailAndTimes) {
  EXPECT_EQ(progress_text({0.5, "c3 forward", "4096 clocks", seconds(100), seconds(130)}, 200),
            "[############............]  50 %  c3 forward, 2 min, about 2 min left, 4096 clocks");
}

TEST(ProgressText, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(progress_text({0.0, "c3 forward", "", seconds(0), std::nullopt}, 200),
            "[........................]   0 %  c3 forward, 0 s");
}

TEST(ProgressText, SaysHundredPercentOnlyAtTheEnd) {
  EXPECT_NE(progress_text({0.9999, "x", "", seconds(0), {}}, 200).find(" 99 %"), std::string::npos);
  EXPECT_NE(progress_text({1.0, "x", "", seconds(0), {}}, 200).find("100 %"), std::string::npos);
}

TEST(ProgressText, HasHoursOfLongRuns) {
  EXPECT_NE(progress_text({0.1, "x", "", seconds(59), seconds(3 * 3600 + 20 * 60)}, 200)
                .find("59 s, about 3 h 20 min left"),
            std::string::npos);
}

TEST(ProgressText, IsCutToTheTerminalBetweenCharacters) {
  EXPECT_EQ(progress_text({0.0, "größe", "", seconds(0), {}}, 23), "[..........]   0 %  grö");
}

}  // namespace
}  // namespace tensordash
