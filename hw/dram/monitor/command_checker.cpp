#include "hw/dram/monitor/command_checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace tensordash {
namespace {

unsigned checked_ranks(unsigned ranks) {
  if (ranks < 1 || ranks > 16) {
    throw DramError(fmt::format("a command checker of {} ranks; allowed: 1 to 16 ranks", ranks));
  }
  return ranks;
}

const DramSpec& checked(const DramSpec& spec) {
  if (spec.banks < 1 || spec.banks > 32) {
    throw DramError(
        fmt::format("a command checker of {} banks; allowed: 1 to 32 banks", spec.banks));
  }
  if (spec.burst_length == 0) {
    throw DramError("a command checker of bursts of no columns; allowed: 1 or more");
  }
  return spec;
}

}  // namespace

CommandChecker::CommandChecker(const DramSpec& spec, unsigned ranks, RefreshMode refresh,
                               unsigned postpone)
    : spec_(checked(spec)),
      all_banks_(static_cast<std::uint32_t>((std::uint64_t{1} << spec.banks) - 1)),
      history_(checked_ranks(ranks), spec.banks),
      data_bus_(spec),
      refreshes_(spec, ranks, refresh, postpone),
      ranks_(ranks) {
  for (const BusRule& rule : bus_rules(spec)) rules_.push_back({rule});
  data_bus_rule_ = rules_.size();
  for (const DramCommand to : all_dram_commands) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      const BusRule& rule = rules_[i].rule;
      if (!rule.to.contains(to)) continue;
      Check check{i, rule.scope, {}};
      for (const DramCommand from : all_dram_commands) {
        if (rule.from.contains(from)) check.from.push_back(from);
      }
      checks_[index_of(to)].push_back(check);
    }
  }
  for (const BusRule& rule : data_bus_rules(spec)) rules_.push_back({rule});
}

CommandChecker::CommandChecker(const DramConfiguration& configuration)
    : CommandChecker(configuration.spec, configuration.parameters.ranks,
                     configuration.parameters.refresh, configuration.parameters.refresh_postpone) {}

const std::vector<BusViolation>& CommandChecker::check(const DramCommandRecord& command) {
  fresh_.clear();
  ++command_count_;
  if (!in_range(command)) return fresh_;
  if (command.clock < now_) {
    broken(bus_rule::order, command);
    return fresh_;
  }
  now_ = command.clock;
  check_distances(command);
  check_state(command);
  if (is_column_command(command.command)) check_data_bus(command);
  if (!refreshes_.in_time(command.clock)) check_refreshes(command.clock);
  history_.note(command);
  change_state(command);
  return fresh_;
}

const std::vector<BusViolation>& CommandChecker::reset(DramClock clock) {
  finish(clock);
  now_ = clock;
  history_ = CommandHistory(static_cast<unsigned>(ranks_.size()), spec_.banks);
  data_bus_ = DataBusWatch(spec_);
  refreshes_.reset(clock);
  ranks_.assign(ranks_.size(), Rank{});
  return fresh_;
}

const std::vector<BusViolation>& CommandChecker::finish(DramClock clock) {
  fresh_.clear();
  check_refreshes(clock);
  return fresh_;
}

const BusRuleRecord& CommandChecker::rule(std::string_view name) const {
  const auto found =
      std::find_if(rules_.begin(), rules_.end(),
                   [name](const BusRuleRecord& record) { return record.rule.name == name; });
  if (found == rules_.end()) throw DramError(fmt::format("no rule is named {}", name));
  return *found;
}

bool CommandChecker::in_range(const DramCommandRecord& command) {
  const std::size_t before = fresh_.size();
  if (command.rank >= ranks_.size()) broken(bus_rule::rank_range, command);
  if (has_bank(command.command) && command.bank >= spec_.banks) {
    broken(bus_rule::bank_range, command);
  }
  if (command.command == DramCommand::act && command.row >= spec_.rows) {
    broken(bus_rule::row_range, command);
  }
  if (is_column_command(command.command)) {
    if (command.column >= spec_.columns) broken(bus_rule::column_range, command);
    if (command.column % spec_.burst_length != 0) broken(bus_rule::burst_boundary, command);
  }
  return fresh_.size() == before;
}

void CommandChecker::check_distances(const DramCommandRecord& command) {
  for (const Check& check : checks_[index_of(command.command)]) {
    DramClock latest = 0;
    DramCommand from = DramCommand::act;
    for (const DramCommand candidate : check.from) {
      const DramClock stamp = history_.stamp(candidate, check.scope, command);
      if (stamp > latest) {
        latest = stamp;
        from = candidate;
      }
    }
    if (latest == 0) continue;
    const auto distance = static_cast<std::int64_t>(command.clock + 1 - latest);
    BusRuleRecord& record = rules_[check.rule];
    record.see(distance);
    if (distance < record.rule.required) {
      broken({record.rule.name, command, history_.find(from, check.scope, command),
              record.rule.required, distance});
    }
  }
}

void CommandChecker::check_state(const DramCommandRecord& command) {
  const Rank& rank = ranks_[command.rank];
  const DramCommand what = command.command;
  const std::uint32_t bank = has_bank(what) ? std::uint32_t{1} << command.bank : 0;
  using S = RuleScope;

  if (rank.refreshes_itself && what != DramCommand::srx) {
    broken(bus_rule::self_refreshing, command, DramCommand::sre, S::same_rank);
  }
  if (rank.powered_down && what != DramCommand::pdx) {
    broken(bus_rule::powered_down, command, DramCommand::pde, S::same_rank);
  }
  if (what == DramCommand::pdx && !rank.powered_down) broken(bus_rule::pdx_awake, command);
  if (what == DramCommand::srx && !rank.refreshes_itself) broken(bus_rule::srx_awake, command);

  if (is_column_command(what) && (rank.open & bank) == 0) broken(bus_rule::column_closed, command);
  if (what == DramCommand::act && (rank.open & bank) != 0) {
    broken(bus_rule::act_open, command, DramCommand::act, S::same_bank);
  }
  if (what == DramCommand::ref && rank.open != 0) {
    broken(bus_rule::ref_open, command, DramCommand::act, S::same_rank);
  }
  if (what == DramCommand::sre && rank.open != 0) {
    broken(bus_rule::sre_open, command, DramCommand::act, S::same_rank);
  }
  // An internal refresh may have been missed at the exit (JESD209-4, self-refresh operation).
  if (what == DramCommand::sre && rank.must_refresh && refreshes_.enabled()) {
    broken(bus_rule::sre_again, command, DramCommand::srx, S::same_rank);
  }
  if (what == DramCommand::refpb) {
    if ((rank.open & bank) != 0) {
      broken(bus_rule::refpb_open, command, DramCommand::act, S::same_bank);
    }
    if ((rank.refreshed & bank) != 0) {
      broken(bus_rule::refpb_twice, command, DramCommand::refpb, S::same_bank);
    }
  }
}

void CommandChecker::check_data_bus(const DramCommandRecord& command) {
  const DataBusWatch::Neighbours neighbours = data_bus_.note(command);
  if (neighbours.same_rank) compare(rules_[data_bus_rule_], command, *neighbours.same_rank);
  if (neighbours.other_rank) compare(rules_[data_bus_rule_ + 1], command, *neighbours.other_rank);
}

void CommandChecker::compare(BusRuleRecord& record, const DramCommandRecord& command,
                             const DataBusWatch::Neighbour& neighbour) {
  record.see(neighbour.gap);
  if (neighbour.gap < record.rule.required) {
    broken({record.rule.name, command, neighbour.command, record.rule.required, neighbour.gap});
  }
}

// Looks at all ranks: one that waits for its refresh may have no commands at all.
void CommandChecker::check_refreshes(DramClock clock) {
  for (unsigned rank = 0; rank < ranks_.size(); ++rank) {
    const std::optional<std::int64_t> since = refreshes_.late(rank, clock);
    if (!since) continue;
    // Named is the refresh that should stand here.
    DramCommandRecord missing;
    missing.clock = clock;
    missing.command = DramCommand::ref;
    missing.rank = static_cast<std::uint8_t>(rank);
    const auto ref = history_.find(DramCommand::ref, RuleScope::same_rank, missing);
    const auto refpb = history_.find(DramCommand::refpb, RuleScope::same_rank, missing);
    const bool per_bank = refpb && (!ref || ref->clock < refpb->clock);
    broken({bus_rule::starved, missing, per_bank ? refpb : ref, refreshes_.allowed(), *since});
  }
}

void CommandChecker::change_state(const DramCommandRecord& command) {
  Rank& rank = ranks_[command.rank];
  const std::uint32_t bank = has_bank(command.command) ? std::uint32_t{1} << command.bank : 0;
  switch (command.command) {
    case DramCommand::act:
      rank.open |= bank;
      break;
    case DramCommand::pre:
    case DramCommand::rda:
    case DramCommand::wra:
      rank.open &= ~bank;
      break;
    case DramCommand::prea:
      rank.open = 0;
      break;
    case DramCommand::refpb:
      rank.refreshed |= bank;
      if (rank.refreshed == all_banks_) {
        rank.refreshed = 0;
        rank.must_refresh = false;
      }
      break;
    case DramCommand::ref:
      rank.refreshed = 0;
      rank.must_refresh = false;
      break;
    case DramCommand::pde:
      rank.powered_down = true;
      break;
    case DramCommand::pdx:
      rank.powered_down = false;
      break;
    case DramCommand::sre:
      rank.refreshes_itself = true;
      rank.refreshed = 0;
      break;
    case DramCommand::srx:
      rank.refreshes_itself = false;
      rank.must_refresh = true;
      break;
    case DramCommand::rd:
    case DramCommand::wr:
    case DramCommand::mwr:
      break;
  }
  refreshes_.note(command);
}

void CommandChecker::broken(std::string_view rule, const DramCommandRecord& command) {
  broken({rule, command, {}, {}, {}});
}

void CommandChecker::broken(std::string_view rule, const DramCommandRecord& command,
                            DramCommand because, RuleScope scope) {
  broken({rule, command, history_.find(because, scope, command), {}, {}});
}

void CommandChecker::broken(const BusViolation& violation) {
  fresh_.push_back(violation);
  ++violation_count_;
  if (violations_.size() < most_kept) violations_.push_back(violation);
}

}  // namespace tensordash
