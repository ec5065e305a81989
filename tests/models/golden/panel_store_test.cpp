#include "models/golden/panel_store.h"

#include <gtest/gtest.h>

#include "tests/models/golden/naive_flow.h"

namespace tensordash::golden_testing {
namespace {

using golden::PanelStore;

/// Two groups of 40 filters over 3 channels: panels of 16, 16 and 8 columns, 16 places and one.
class PanelStoreTest : public testing::Test {
 protected:
  PanelStoreTest()
      : layer_(random_layer("", conv_shape({1, 6}, {1, 1}, 80, {1, 1}, {1, 1}, {0, 0}, {1, 1}, 2),
                            1, 0.0)),
        problem_(layer_.problem(Operation::forward, SparseOperand::activations)),
        map_(problem_, {}),
        reader_(problem_, 16) {}

  void expect_right(const golden::Panel& panel, std::size_t section, std::int64_t index) const {
    ASSERT_EQ(panel.columns, index == 2 ? 8u : 16u);
    ASSERT_EQ(panel.values.size(), 17 * panel.columns);
    for (std::size_t place = 0; place < 17; ++place) {
      for (std::size_t c = 0; c < panel.columns; ++c) {
        const std::size_t filter = section * 40 + static_cast<std::size_t>(index) * 16 + c;
        const float expected = place < 3 ? layer_.weights[filter * 3 + place] : 0.0f;
        ASSERT_EQ(panel.values[place * panel.columns + c], expected);
      }
    }
  }

  Layer layer_;
  golden::Problem problem_;
  golden::PassMap map_;
  golden::StreamReader reader_;
};

TEST_F(PanelStoreTest, holds_what_fits_and_lays_the_rest_each_time) {
  PanelStore store(map_, reader_, 16, 2 * 17 * 16);
  for (int again = 0; again < 2; ++again) {
    for (std::size_t section : {0u, 1u}) {
      for (std::int64_t panel : {0, 1, 2}) expect_right(*store.get(section, panel), section, panel);
      EXPECT_EQ(store.values(), 2u * 17 * 16);
      EXPECT_EQ(store.get(section, 0), store.get(section, 0));
      EXPECT_NE(store.get(section, 2), store.get(section, 2));
    }
  }
}

TEST_F(PanelStoreTest, a_panel_in_use_outlives_its_place) {
  PanelStore store(map_, reader_, 16, 17 * 16);
  const auto panel = store.get(0, 0);
  store.get(1, 0);
  EXPECT_NE(store.get(0, 0), panel);
  expect_right(*panel, 0, 0);
}

}  // namespace
}  // namespace tensordash::golden_testing
