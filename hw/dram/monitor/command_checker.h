#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "hw/dram/command.h"
#include "hw/dram/monitor/bus_violation.h"
#include "hw/dram/monitor/command_history.h"
#include "hw/dram/monitor/data_bus_watch.h"
#include "hw/dram/monitor/refresh_watch.h"
#include "hw/dram/monitor/rule_table.h"
#include "hw/dram/parameters.h"

namespace tensordash {

/// Checks every command of one channel against JESD209-4: distances (rule_table.h), states of banks
/// and ranks, ranges, the data bus, refreshes. It knows nothing of who gives the commands.
///
/// A command that breaks a rule still counts: the bank, rank or bus is then taken to be as the
/// command leaves it. Commands out of order or out of range are left out.
class CommandChecker {
 public:
  /// Violations kept for violations().
  static constexpr std::size_t most_kept = 1000;

  /// Throws DramError unless there are 1 to 16 ranks, 1 to 32 banks and columns in a burst.
  /// `postpone` is the number of refreshes that may be put off; RefreshMode::none asks for no
  /// refreshes at all.
  CommandChecker(const DramSpec& spec, unsigned ranks, RefreshMode refresh, unsigned postpone);
  /// For one channel of `configuration`.
  explicit CommandChecker(const DramConfiguration& configuration);

  /// Takes the next command of the channel. Returns what it breaks, until the next call.
  const std::vector<BusViolation>& check(const DramCommandRecord& command);

  /// The channel was reset at `clock`: its ranks are idle, with all rows closed, and what came
  /// before does not count, except refreshes that were missing by then. Returns what is broken,
  /// until the next call.
  const std::vector<BusViolation>& reset(DramClock clock);

  /// No command comes before `clock`: looks for refreshes missing at the end. Returns what is
  /// broken, until the next call.
  const std::vector<BusViolation>& finish(DramClock clock);

  std::uint64_t violation_count() const { return violation_count_; }
  /// The first of them, most_kept at most.
  const std::vector<BusViolation>& violations() const { return violations_; }

  std::uint64_t command_count() const { return command_count_; }

  /// The distance rules, those of the data bus last.
  const std::vector<BusRuleRecord>& rules() const { return rules_; }
  /// By name. Throws DramError when there is none.
  const BusRuleRecord& rule(std::string_view name) const;

 private:
  /// A rule as a command that it ends at needs it.
  struct Check {
    std::size_t rule;
    RuleScope scope;
    std::vector<DramCommand> from;
  };

  struct Rank {
    std::uint32_t open = 0;       ///< banks, a bit each
    std::uint32_t refreshed = 0;  ///< banks that had a REFPB since the last round was complete
    bool powered_down = false, refreshes_itself = false;
    bool must_refresh = false;  ///< before it may refresh itself again
  };

  bool in_range(const DramCommandRecord& command);
  void check_distances(const DramCommandRecord& command);
  void check_state(const DramCommandRecord& command);
  void check_data_bus(const DramCommandRecord& command);
  void check_refreshes(DramClock clock);
  void compare(BusRuleRecord& record, const DramCommandRecord& command,
               const DataBusWatch::Neighbour& neighbour);
  void change_state(const DramCommandRecord& command);
  void broken(std::string_view rule, const DramCommandRecord& command);
  void broken(std::string_view rule, const DramCommandRecord& command, DramCommand because,
              RuleScope scope);
  void broken(const BusViolation& violation);

  DramSpec spec_;
  std::uint32_t all_banks_;
  std::vector<BusRuleRecord> rules_;
  std::size_t data_bus_rule_;  ///< of a rank; the next is between ranks
  std::array<std::vector<Check>, dram_command_count> checks_;  ///< by the later command
  CommandHistory history_;
  DataBusWatch data_bus_;
  RefreshWatch refreshes_;
  std::vector<Rank> ranks_;
  DramClock now_ = 0;
  std::uint64_t command_count_ = 0, violation_count_ = 0;
  std::vector<BusViolation> violations_;
  std::vector<BusViolation> fresh_;  ///< of the last call
};

}  // namespace tensordash
