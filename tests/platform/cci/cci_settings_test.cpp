#include "platform/config/cci_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/support/systemc_test.h"

namespace tensordash {
namespace {

using ::testing::HasSubstr;

const std::map<std::string, cci::stand_in_record>& parameters() {
  return cci::stand_in_broker::instance().parameters;
}

struct Owner : sc_core::sc_module {
  Config config;
  std::optional<CciSettings> settings;

  explicit Owner(const sc_core::sc_module_name& name) : sc_module(name) {
    settings.emplace(this->name(), config);
  }
};

class CciSettingsTest : public testing::SystemCTest {
 protected:
  void preset(const std::string& key, const cci::cci_value& value) {
    broker.set_preset_cci_value("owner." + key, value);
  }
  void TearDown() override {
    cci::stand_in_broker::instance().presets.clear();
    sc_core::sc_start(1, sc_core::SC_NS);  // all happens before
    finished();
  }

  cci::cci_broker_handle broker = cci::cci_get_global_broker(cci::cci_originator("test"));
};

TEST_F(CciSettingsTest, EveryKeyIsAParameterWithDefaultAndDescription) {
  const Owner owner("owner");
  const Config defaults;
  EXPECT_EQ(parameters().size(), config_keys().size());
  for (const KeyDescription& key : config_keys()) {
    const auto found = parameters().find("owner." + std::string(key.name));
    ASSERT_NE(found, parameters().end()) << key.name;
    if (key.kind == KeyKind::decimal) {
      EXPECT_EQ(std::stod(found->second.default_value), defaults.decimal(key.name)) << key.name;
    } else {
      EXPECT_EQ(found->second.default_value, defaults.text(key.name)) << key.name;
    }
    EXPECT_THAT(found->second.description, HasSubstr(std::string(key.help)));
    EXPECT_THAT(found->second.description, HasSubstr(std::string(key.allowed)));
    EXPECT_EQ(found->second.originator, "owner");
    EXPECT_EQ(owner.config.text(key.name), defaults.text(key.name));
    EXPECT_FALSE(owner.config.given(key.name)) << key.name;
  }
}

TEST_F(CciSettingsTest, ParametersGoWithTheObject) {
  { const Owner owner("owner"); }
  EXPECT_TRUE(parameters().empty());
}

TEST_F(CciSettingsTest, PresetsBecomeValuesThatTheUserHasSet) {
  preset("tile.rows", cci::cci_value(8U));
  preset("sync", cci::cci_value(std::string("elastic")));
  const Owner owner("owner");
  EXPECT_EQ(owner.config.number("tile.rows"), 8U);
  EXPECT_EQ(owner.config.text("sync"), "elastic");
  EXPECT_TRUE(owner.config.given("tile.rows"));
  EXPECT_FALSE(owner.config.given("tile.columns"));
  EXPECT_EQ(parameters().at("owner.tile.rows").default_value, "4");
  EXPECT_TRUE(cci::stand_in_broker::instance().presets.empty());
}

TEST_F(CciSettingsTest, DefaultsFollowPresetsOfOtherKeys) {
  preset("sync", cci::cci_value(std::string("elastic")));
  const Owner owner("owner");
  EXPECT_EQ(owner.config.text("memory"), "ideal");
  EXPECT_EQ(parameters().at("owner.memory").default_value, "ideal");
  EXPECT_FALSE(owner.config.given("memory"));
}

TEST_F(CciSettingsTest, DecimalsKeepAllTheirDigits) {
  const double value = 0.1 + 0.2;
  for (const KeyDescription& key : config_keys()) {
    if (key.kind == KeyKind::decimal) preset(std::string(key.name), cci::cci_value(value));
  }
  const Owner owner("owner");
  unsigned decimals = 0;
  for (const KeyDescription& key : config_keys()) {
    if (key.kind != KeyKind::decimal) continue;
    EXPECT_EQ(owner.config.decimal(key.name), value) << key.name;
    ++decimals;
  }
  EXPECT_GT(decimals, 0U);
}

TEST_F(CciSettingsTest, PresetsOfOtherObjectsAreNotTaken) {
  broker.set_preset_cci_value("other.tile.rows", cci::cci_value(8U));
  const Owner owner("owner");
  EXPECT_EQ(owner.config.number("tile.rows"), 4U);
}

TEST_F(CciSettingsTest, APresetOutOfRangeIsAnErrorThatNamesTheParameter) {
  preset("tile.rows", cci::cci_value(65U));
  expect_report("/tensordash/config", sc_core::SC_ERROR, "owner.tile.rows");
  EXPECT_THROW(Owner("owner"), sc_core::sc_report);
}

TEST_F(CciSettingsTest, AWordThatIsNotAllowedIsAnErrorThatNamesIt) {
  preset("dtype", cci::cci_value(std::string("fp8")));
  expect_report("/tensordash/config", sc_core::SC_ERROR,
                "owner.dtype: dtype is 'fp8'; allowed: fp32, bf16");
  EXPECT_THROW(Owner("owner"), sc_core::sc_report);
}

TEST_F(CciSettingsTest, AnotherTypeIsAnErrorOfCci) {
  preset("tile.rows", cci::cci_value(std::string("four")));
  expect_report("/Accellera/CCI/VALUE_FAILURE", sc_core::SC_ERROR);
  EXPECT_THROW(Owner("owner"), sc_core::sc_report);
}

TEST_F(CciSettingsTest, OutsideOfTheHierarchyABrokerIsGiven) {
  Config config;
  broker.set_preset_cci_value("anywhere.tiles", cci::cci_value(2U));
  const CciSettings settings("anywhere", config, broker);
  EXPECT_EQ(config.number("tiles"), 2U);
  EXPECT_EQ(parameters().at("anywhere.tiles").originator, "test");
}

}  // namespace
}  // namespace tensordash
