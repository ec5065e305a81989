#include "hw/dram/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "hw/dram/builtin_specs.h"
#include "hw/dram/parameters.h"

namespace tensordash {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

// Both built-in descriptions, by hand; what differs is 16 Gb | 8 Gb.
struct Both {
  const char* name;
  unsigned large, small;
};

constexpr Both timings[] = {
    {"RL", 28, 28},        {"WL", 14, 14},        {"tDQSCK", 3, 3},     {"tDQSS", 1, 1},
    {"tWPRE", 2, 2},       {"tRCD", 29, 29},      {"tRPpb", 29, 29},    {"tRPab", 34, 34},
    {"tRAS", 68, 68},      {"tRCpb", 97, 97},     {"tRRD", 16, 16},     {"tFAW", 64, 64},
    {"tCCD", 8, 8},        {"tCCDMW", 32, 32},    {"tWR", 29, 29},      {"nWR", 30, 30},
    {"tWTR", 16, 16},      {"tRTP", 12, 12},      {"tPPD", 4, 4},       {"tXP", 12, 12},
    {"tCKE", 12, 12},      {"tCMDCKE", 3, 3},     {"tSR", 24, 24},      {"tXSR", 620, 460},
    {"tREFI", 6246, 6246}, {"tREFIpb", 780, 780}, {"tRFCab", 608, 448}, {"tRFCpb", 304, 224},
    {"tRTRS", 2, 2},
};

TEST(DramSpec, BuiltInValues) {
  EXPECT_THAT(dram_spec_names(), ElementsAre("lpddr4-3200-16gb", "lpddr4-3200-8gb"));
  for (const bool large : {true, false}) {
    const DramSpec spec = load_dram_spec(large ? "lpddr4-3200-16gb" : "lpddr4-3200-8gb");
    EXPECT_EQ(spec.name, large ? "LPDDR4-3200 x16 16Gb" : "LPDDR4-3200 x16 8Gb");
    EXPECT_EQ(spec.tck_ps, 625U);
    EXPECT_EQ(spec.device_width, 16U);
    EXPECT_EQ(spec.banks, 8U);
    EXPECT_EQ(spec.rows, large ? 131072U : 65536U);
    EXPECT_EQ(spec.columns, 1024U);
    EXPECT_EQ(spec.burst_length, 16U);
    EXPECT_EQ(spec.burst_clocks(), 8U);
    ASSERT_EQ(dram_timing_fields().size(), std::size(timings));
    for (std::size_t at = 0; at < std::size(timings); ++at) {
      const DramTimingField& field = dram_timing_fields()[at];
      EXPECT_EQ(field.name, timings[at].name);
      EXPECT_EQ(spec.timings.*field.member, large ? timings[at].large : timings[at].small)
          << field.name;
    }
  }
}

TEST(DramSpec, BuiltInCurrents) {
  struct Supply {
    const char* name;
    double volts;
    double currents[10];  // I0, I2N, I3N, I4R, I4W, I5, I5PB, I2P, I3P, I6 in mA
  };
  constexpr Supply supplies[] = {
      {"VDD1", 1.8, {3.5, 2, 2.25, 2.25, 2.25, 10, 2.5, 1.2, 1.2, 0.3}},
      {"VDD2", 1.1, {45, 27, 30, 275, 210, 90, 30, 3, 9, 0.5}},
      {"VDDQ", 1.1, {0.75, 0.75, 0.75, 150, 55, 0.75, 0.75, 0.75, 0.75, 0.1}},
  };
  constexpr const char* names[] = {"I0", "I2N",  "I3N", "I4R", "I4W",
                                   "I5", "I5PB", "I2P", "I3P", "I6"};
  for (const std::string& name : dram_spec_names()) {
    const DramSpec spec = load_dram_spec(name);
    for (std::size_t supply = 0; supply < 3; ++supply) {
      EXPECT_EQ(spec.supplies[supply].name, supplies[supply].name);
      EXPECT_EQ(spec.supplies[supply].volts, supplies[supply].volts);
      ASSERT_EQ(dram_current_fields().size(), std::size(names));
      for (std::size_t at = 0; at < std::size(names); ++at) {
        const DramCurrentField& field = dram_current_fields()[at];
        EXPECT_EQ(field.name, names[at]);
        EXPECT_EQ(spec.supplies[supply].*field.member, supplies[supply].currents[at])
            << supplies[supply].name << " " << field.name;
      }
    }
  }
}

// The built-in description of 16 Gb with `from` turned into `to`.
std::string changed(const std::string& from, const std::string& to) {
  std::string text(builtin_dram_specs()[0].text);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

DramSpec parsed(const std::string& from, const std::string& to) {
  return parse_dram_spec(changed(from, to), "my.yaml");
}

void expect_refused(const std::string& from, const std::string& to, const std::string& why) {
  EXPECT_THAT([&] { parsed(from, to); },
              ThrowsMessage<DramError>("DRAM description my.yaml: " + why));
}

TEST(DramSpec, ReadsAChangedValue) {
  EXPECT_EQ(parsed("tRCD: {value: 29", "tRCD: {value: 31").timings.trcd, 31U);
  EXPECT_EQ(parsed("tCK: {value: 0.625", "tCK: {value: 1.25").tck_ps, 1250U);
  EXPECT_EQ(parsed("I4R: {value: 275", "I4R: {value: 1e2").supplies[1].i4r, 100.0);
  EXPECT_EQ(parsed("LPDDR4-3200 x16 16Gb", "mine").name, "mine");
}

TEST(DramSpec, RefusesEntriesThatAreNotWhole) {
  expect_refused("  tRCD: {value: 29, source: \"JESD209-4: max(18 ns, 4 nCK)\"}\n", "",
                 "timing.tRCD is missing");
  expect_refused("tRCD: {value: 29, source: \"JESD209-4: max(18 ns, 4 nCK)\"}", "tRCD: 29",
                 "timing.tRCD must be {value: ..., source: \"...\"}");
  expect_refused("tRCD: {value: 29, source", "tRCD: {source", "timing.tRCD has no value");
  expect_refused(", source: \"JESD209-4: max(18 ns, 4 nCK)\"}", "}", "timing.tRCD has no source");
  expect_refused("source: \"JESD209-4: max(18 ns, 4 nCK)\"", "source: \"\"",
                 "timing.tRCD has no source");
  expect_refused("tRCD: {value: 29", "tRCD: {value: 29, unit: ns",
                 "timing.tRCD has an unknown part 'unit'");
  expect_refused("tRCD: {value: 29", "tRCD: {vale: 29", "timing.tRCD has an unknown part 'vale'");
  expect_refused("unit: ns, ", "", "clock.tCK must have the unit ns");
  expect_refused("unit: ns", "unit: ps", "clock.tCK must have the unit ns");
  expect_refused("voltage: {value: 1.8, unit: V", "voltage: {value: 1800, unit: mV",
                 "VDD1.voltage must have the unit V");
}

TEST(DramSpec, RefusesKeysThatItDoesNotKnow) {
  expect_refused("tRCD: {", "tRDC: {", "unknown key 'timing.tRDC'");
  expect_refused("  tRCD: {", "  tRCDx: {value: 1, source: x}\n  tRCD: {",
                 "unknown key 'timing.tRCDx'");
  expect_refused("    I6: {", "    I7: {value: 1, source: x}\n    I6: {", "unknown key 'VDD1.I7'");
  expect_refused("  VDD2:\n", "  VDD3: {}\n  VDD2:\n", "unknown key 'currents.VDD3'");
  expect_refused("clock:\n", "clocks: 1\nclock:\n",
                 "unknown key 'clocks'; allowed: name, clock, organisation, timing, currents");
  expect_refused("timing:\n", "timing: 5\nname2:\n",
                 "unknown key 'name2'; allowed: name, clock, organisation, timing, currents");
}

TEST(DramSpec, RefusesValuesOfTheWrongKind) {
  expect_refused("tRCD: {value: 29", "tRCD: {value: many", "timing.tRCD must be a number");
  expect_refused("tRCD: {value: 29", "tRCD: {value: [29]", "timing.tRCD must be a number");
  expect_refused("tRCD: {value: 29", "tRCD: {value: -29", "timing.tRCD is -29; allowed: 0 or more");
  expect_refused("tRCD: {value: 29", "tRCD: {value: .nan",
                 "timing.tRCD is nan; allowed: 0 or more");
  expect_refused("tRCD: {value: 29", "tRCD: {value: .inf",
                 "timing.tRCD is inf; allowed: 0 or more");
  expect_refused("tRCD: {value: 29", "tRCD: {value: 29.5",
                 "timing.tRCD is 29.5; allowed: whole numbers");
  expect_refused("I0: {value: 3.5", "I0: {value: -3.5", "VDD1.I0 is -3.5; allowed: 0 or more");
  expect_refused("name: LPDDR4-3200 x16 16Gb\n", "", "name is missing");
}

TEST(DramSpec, RefusesTextThatIsNoDescription) {
  EXPECT_THAT([] { parse_dram_spec("", "empty.yaml"); },
              ThrowsMessage<DramError>("DRAM description empty.yaml: no keys in it"));
  EXPECT_THAT([] { parse_dram_spec("- 1\n- 2\n", "list.yaml"); },
              ThrowsMessage<DramError>("DRAM description list.yaml: no keys in it"));
  EXPECT_THAT([] { parse_dram_spec("a: [", "torn.yaml"); },
              ThrowsMessage<DramError>(StartsWith("DRAM description torn.yaml: yaml-cpp: error")));
  EXPECT_THAT([] { parse_dram_spec("name: x", "short.yaml"); },
              ThrowsMessage<DramError>("DRAM description short.yaml: section 'clock' is missing"));
  EXPECT_THAT([] { parse_dram_spec("name: x\nclock: 3", "flat.yaml"); },
              ThrowsMessage<DramError>(
                  "DRAM description flat.yaml: section 'clock' must hold values by name"));
}

void expect_contradiction(const std::string& from, const std::string& to, const std::string& why) {
  EXPECT_THAT([&] { parsed(from, to); },
              ThrowsMessage<DramError>(AllOf(HasSubstr("my.yaml"), HasSubstr(why))));
}

TEST(DramSpec, RefusesContradictions) {
  expect_contradiction("width: {value: 16", "width: {value: 12",
                       "width is 12; allowed: powers of two from 8 to 64");
  expect_contradiction("banks: {value: 8", "banks: {value: 64",
                       "banks is 64; allowed: powers of two from 1 to 16");
  expect_contradiction("rows: {value: 131072", "rows: {value: 100000",
                       "rows is 100000; allowed: powers of two");
  expect_contradiction("columns: {value: 1024", "columns: {value: 8",
                       "columns is 8; allowed: powers of two from 16");
  expect_contradiction("burst_length: {value: 16", "burst_length: {value: 0",
                       "burst_length is 0; allowed: powers of two from 2 to 32");
  expect_contradiction("tCK: {value: 0.625", "tCK: {value: 0.0004", "tCK is 0; allowed: 1 or more");
  expect_contradiction("tRCD: {value: 29", "tRCD: {value: 0", "tRCD is 0; allowed: 1 or more");
  expect_contradiction("tRCD: {value: 29", "tRCD: {value: 2000000",
                       "tRCD is 2000000; allowed: up to 1048576");
  expect_contradiction("tCCD: {value: 8", "tCCD: {value: 7", "tCCD is 7; allowed: 8 or more");
  expect_contradiction("tCCDMW: {value: 32", "tCCDMW: {value: 7",
                       "tCCDMW is 7; allowed: 8 or more");
  expect_contradiction("tRPab: {value: 34", "tRPab: {value: 28",
                       "tRPab is 28; allowed: 29 or more (tRPpb)");
  expect_contradiction("tRCpb: {value: 97", "tRCpb: {value: 96",
                       "tRCpb is 96; allowed: 97 or more (tRAS + tRPpb)");
  expect_contradiction("tRAS: {value: 68", "tRAS: {value: 69",
                       "tRCpb is 97; allowed: 98 or more (tRAS + tRPpb)");
  expect_contradiction("tXSR: {value: 620", "tXSR: {value: 608",
                       "tXSR is 608; allowed: 609 or more (more than tRFCab)");
  expect_contradiction("tRFCpb: {value: 304", "tRFCpb: {value: 609",
                       "tRFCab is 608; allowed: 609 or more (tRFCpb)");
  expect_contradiction("tREFI: {value: 6246", "tREFI: {value: 608",
                       "tREFI is 608; allowed: 740 or more");
  // What may be nothing.
  for (const char* name :
       {"tDQSCK: {value: 3", "tDQSS: {value: 1", "tWPRE: {value: 2", "tRTRS: {value: 2"}) {
    const std::string from(name);
    EXPECT_NO_THROW(parsed(from, from.substr(0, from.size() - 1) + "0")) << name;
  }
}

TEST(DramSpec, OfPerBankRefreshMattersOnlyWhereItIsUsed) {
  const std::string file = ::testing::TempDir() + "dram_spec_hot.yaml";
  std::ofstream(file) << changed("tREFIpb: {value: 780", "tREFIpb: {value: 195");
  DramParameters parameters;
  parameters.spec = file;
  EXPECT_NO_THROW(DramConfiguration{parameters});
  parameters.refresh = RefreshMode::per_bank;
  EXPECT_THAT([&] { DramConfiguration{parameters}; },
              ThrowsMessage<DramError>(
                  "dram.refresh per_bank: tREFIpb is 195; allowed: more than tRFCpb + tRPpb (333), "
                  "of all 8 banks no more than tREFI (6246)"));
}

TEST(DramSpec, ReadsFiles) {
  const std::string file = ::testing::TempDir() + "dram_spec_test.yaml";
  std::ofstream(file) << changed("tRCD: {value: 29", "tRCD: {value: 30");
  EXPECT_EQ(load_dram_spec(file).timings.trcd, 30U);
  std::ofstream(file) << changed("tRCD: {value: 29", "tRCD: {value: no");
  EXPECT_THAT(
      [&] { load_dram_spec(file); },
      ThrowsMessage<DramError>("DRAM description " + file + ": timing.tRCD must be a number"));
  std::remove(file.c_str());
  const std::string allowed =
      "': no such file or name; allowed: lpddr4-3200-16gb, lpddr4-3200-8gb, or a file";
  EXPECT_THAT([&] { load_dram_spec(file); },
              ThrowsMessage<DramError>("DRAM description '" + file + allowed));
  EXPECT_THAT([] { load_dram_spec("/tmp"); },
              ThrowsMessage<DramError>("DRAM description '/tmp" + allowed));
}

}  // namespace
}  // namespace tensordash
