#include "hw/dram/controller/timing_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tensordash {
namespace {

using Command = DramCommand;

constexpr auto bank = TimingScope::bank;
constexpr auto rank = TimingScope::rank;
constexpr auto other_ranks = TimingScope::other_ranks;

struct Row {
  Command from;
  std::vector<Command> to;
  TimingScope scope;
  unsigned distance;
};

// By hand, from the timings of 16 Gb: between first edges, where ACT and column commands end three
// clocks after their first edge, other commands one, CKE none.
const std::vector<Row>& rows_by_hand() {
  using C = Command;
  static const std::vector<Row> rows = {
      // tRC 97 and tRRD 16; REF and REFPB end two clocks earlier than ACT.
      {C::act, {C::act}, bank, 97},
      {C::act, {C::refpb}, bank, 99},
      {C::act, {C::ref, C::sre}, rank, 99},
      {C::act, {C::act}, rank, 16},
      {C::act, {C::refpb}, rank, 18},
      {C::act, {C::rd, C::wr, C::mwr, C::rda, C::wra}, bank, 29},
      {C::act, {C::pre}, bank, 70},  // tRAS 68 + 2
      {C::act, {C::prea}, rank, 70},
      {C::pre, {C::act}, bank, 27},  // tRPpb 29 - 2
      {C::pre, {C::refpb}, bank, 29},
      {C::pre, {C::ref, C::sre}, rank, 29},
      {C::prea, {C::act}, rank, 32},  // tRPab 34 - 2
      {C::prea, {C::refpb, C::ref, C::sre}, rank, 34},
      {C::pre, {C::pre, C::prea}, rank, 4},
      {C::prea, {C::pre, C::prea}, rank, 4},
      {C::rd, {C::rd, C::rda}, rank, 8},
      {C::rda, {C::rd, C::rda}, rank, 8},
      {C::rd, {C::rd, C::rda}, other_ranks, 10},  // and 2 to change ranks
      {C::rda, {C::rd, C::rda}, other_ranks, 10},
      {C::wr, {C::wr, C::mwr, C::wra}, rank, 8},
      {C::mwr, {C::wr, C::mwr, C::wra}, rank, 8},
      {C::wra, {C::wr, C::mwr, C::wra}, rank, 8},
      {C::wr, {C::wr, C::mwr, C::wra}, other_ranks, 10},
      {C::mwr, {C::wr, C::mwr, C::wra}, other_ranks, 10},
      {C::wra, {C::wr, C::mwr, C::wra}, other_ranks, 10},
      {C::wr, {C::mwr}, bank, 32},
      {C::mwr, {C::mwr}, bank, 32},
      {C::wra, {C::mwr}, bank, 32},
      // RL 28 + tDQSCK 3 + 8 - WL 14 + 2.
      {C::rd, {C::wr, C::mwr, C::wra}, rank, 27},
      {C::rda, {C::wr, C::mwr, C::wra}, rank, 27},
      {C::rd, {C::wr, C::mwr, C::wra}, other_ranks, 27},
      {C::rda, {C::wr, C::mwr, C::wra}, other_ranks, 27},
      // WL 14 + 1 + 8 + tWTR 16; to another rank 14 + 1 + 8 + 2 - 28 is in the past.
      {C::wr, {C::rd, C::rda}, rank, 39},
      {C::mwr, {C::rd, C::rda}, rank, 39},
      {C::wra, {C::rd, C::rda}, rank, 39},
      {C::rd, {C::pre}, bank, 14},  // tRTP 12 + 2
      {C::rd, {C::prea}, rank, 14},
      {C::rda, {C::prea}, rank, 14},
      {C::wr, {C::pre}, bank, 54},  // 14 + 1 + 8 + tWR 29 + 2
      {C::mwr, {C::pre}, bank, 54},
      {C::wr, {C::prea}, rank, 54},
      {C::mwr, {C::prea}, rank, 54},
      {C::wra, {C::prea}, rank, 55},  // nWR 30
      {C::rda, {C::act}, bank, 41},   // 12 + 29
      {C::rda, {C::refpb}, bank, 43},
      {C::rda, {C::ref, C::sre}, rank, 43},
      {C::wra, {C::act}, bank, 82},  // 14 + 1 + 8 + 30 + 29
      {C::wra, {C::refpb}, bank, 84},
      {C::wra, {C::ref, C::sre}, rank, 84},
      {C::ref, {C::act}, rank, 606},  // tRFCab 608 - 2
      {C::ref, {C::ref, C::refpb, C::sre, C::pre, C::prea}, rank, 608},
      {C::refpb, {C::act}, bank, 302},
      {C::refpb, {C::act}, rank, 14},
      {C::refpb, {C::refpb, C::ref, C::sre, C::prea}, rank, 304},
      {C::act, {C::pde}, rank, 6},  // tCMDCKE 3 + 3
      {C::pre, {C::pde}, rank, 4},
      {C::prea, {C::pde}, rank, 4},
      {C::ref, {C::pde}, rank, 4},
      {C::refpb, {C::pde}, rank, 4},
      {C::rd, {C::pde}, rank, 43},  // 28 + 3 + 8 + 1 + 3
      {C::rda, {C::pde}, rank, 43},
      {C::wr, {C::pde}, rank, 55},  // 14 + 1 + 8 + 29 + 3
      {C::mwr, {C::pde}, rank, 55},
      {C::wra, {C::pde}, rank, 57},  // 14 + 1 + 8 + 30 + 1 + 3
      {C::pde, {C::pdx}, rank, 12},
      {C::pdx, {C::pde}, rank, 12},
      {C::sre, {C::srx}, rank, 24},
  };
  return rows;
}

using Key = std::tuple<Command, Command, TimingScope>;

std::map<Key, unsigned> rules_by_hand() {
  std::map<Key, unsigned> rules;
  for (const Row& row : rows_by_hand()) {
    for (const Command to : row.to) rules[{row.from, to, row.scope}] = row.distance;
  }
  for (const Command to :
       {Command::act, Command::pre, Command::prea, Command::rd, Command::wr, Command::mwr,
        Command::rda, Command::wra, Command::ref, Command::refpb, Command::sre}) {
    rules[{Command::pdx, to, rank}] = 12;
    rules[{Command::srx, to, rank}] = 620;
  }
  rules[{Command::srx, Command::pde, rank}] = 620;
  return rules;
}

std::string name_of_rule(const Key& key) {
  const char* const scopes[] = {"bank", "rank", "other ranks"};
  return std::string(name_of(std::get<0>(key))) + " to " + std::string(name_of(std::get<1>(key))) +
         ", " + scopes[static_cast<int>(std::get<2>(key))];
}

TEST(TimingRules, AreThoseOfTheStandardAndNoOthers) {
  std::map<Key, unsigned> found;
  for (const TimingRule& rule : timing_rules(load_dram_spec("lpddr4-3200-16gb"))) {
    unsigned& distance = found[{rule.from, rule.to, rule.scope}];
    distance = std::max(distance, rule.distance);
  }
  const std::map<Key, unsigned> expected = rules_by_hand();
  for (const auto& [key, distance] : expected) {
    const auto rule = found.find(key);
    if (rule == found.end()) {
      ADD_FAILURE() << "there is no rule from " << name_of_rule(key);
    } else {
      EXPECT_EQ(rule->second, distance) << name_of_rule(key);
    }
  }
  for (const auto& rule : found) {
    EXPECT_EQ(expected.count(rule.first), 1U) << "a rule from " << name_of_rule(rule.first);
  }
}

TEST(TimingRules, OfAnotherDevice) {
  DramSpec spec = load_dram_spec("lpddr4-3200-8gb");
  const auto distance = [&spec](Command from, Command to, TimingScope scope) {
    unsigned longest = 0;
    for (const TimingRule& rule : timing_rules(spec)) {
      if (rule.from == from && rule.to == to && rule.scope == scope) {
        longest = std::max(longest, rule.distance);
      }
    }
    return longest;
  };
  EXPECT_EQ(distance(Command::ref, Command::act, rank), 446U);
  EXPECT_EQ(distance(Command::srx, Command::rd, rank), 460U);
  // A read keeps its row for eight clocks at least, however short tRTP is.
  spec.timings.trtp = 5;
  EXPECT_EQ(distance(Command::rd, Command::pre, bank), 10U);
  // A write so fast that a read of another rank has to wait for it.
  spec.timings.rl = 14;
  EXPECT_EQ(distance(Command::wr, Command::rd, other_ranks), 11U);
  // So short that any clock will do.
  spec.timings.trppb = 2;
  EXPECT_EQ(distance(Command::pre, Command::act, bank), 0U);
}

}  // namespace
}  // namespace tensordash
