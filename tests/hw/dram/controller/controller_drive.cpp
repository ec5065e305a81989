#include "tests/hw/dram/controller/controller_drive.h"

#include <algorithm>
#include <stdexcept>

#include "hw/dram/monitor/command_checker.h"

namespace tensordash::testing {
namespace {

Arrival arrival(DramClock clock, unsigned bank, unsigned row, unsigned column, unsigned rank) {
  Arrival made;
  made.clock = clock;
  made.burst.bank = static_cast<std::uint8_t>(bank);
  made.burst.rank = static_cast<std::uint8_t>(rank);
  made.burst.row = row;
  made.burst.column = column;
  return made;
}

}  // namespace

Arrival read_at(DramClock clock, unsigned bank, unsigned row, unsigned column, unsigned rank) {
  return arrival(clock, bank, row, column, rank);
}

Arrival write_at(DramClock clock, unsigned bank, unsigned row, unsigned column, unsigned rank) {
  Arrival made = arrival(clock, bank, row, column, rank);
  made.burst.write = true;
  return made;
}

Arrival masked_write_at(DramClock clock, unsigned bank, unsigned row, unsigned column,
                        unsigned rank) {
  Arrival made = write_at(clock, bank, row, column, rank);
  made.burst.masked = true;
  return made;
}

std::vector<DramClock> Driven::clocks(DramCommand command) const {
  std::vector<DramClock> found;
  for (const DramCommandRecord& record : commands) {
    if (record.command == command) found.push_back(record.clock);
  }
  return found;
}

const Service& Driven::service(std::uint32_t owner) const {
  for (const Service& each : services) {
    if (each.owner == owner) return each;
  }
  throw std::out_of_range("burst " + std::to_string(owner) + " was not served");
}

Driven drive(const DramConfiguration& configuration, std::vector<Arrival> arrivals, DramClock end,
             const std::function<void(const DramCommandRecord&)>& watch) {
  ChannelController controller(configuration, 0);
  CommandChecker checker(configuration);
  const auto check = [&](const DramCommandRecord& record) {
    const std::vector<BusViolation>& violations = checker.check(record);
    if (!violations.empty()) throw std::logic_error(describe(violations.front()));
  };
  Driven driven;
  std::size_t next = 0;
  DramClock now = 0;
  while (now <= end) {
    while (next < arrivals.size() && arrivals[next].clock <= now && !controller.full()) {
      arrivals[next].burst.owner = static_cast<std::uint32_t>(next);
      controller.push(arrivals[next].burst, now);
      ++next;
    }
    const ChannelController::Decision decision = controller.decide(now);
    if (decision.command && decision.clock == now) {
      const ChannelController::Given given = controller.give(decision);
      driven.commands.push_back(given.record);
      watch ? watch(given.record) : check(given.record);
      if (given.served) {
        driven.services.push_back({given.burst.owner, given.outcome,
                                   arrivals[given.burst.owner].clock, given.data_end,
                                   given.burst.write});
      }
      continue;
    }
    DramClock soonest = decision.clock;
    if (next < arrivals.size() && !controller.full()) {
      soonest = std::min(soonest, arrivals[next].clock);
    }
    if (soonest == ChannelController::never) break;
    now = soonest;
  }
  return driven;
}

DramParameters quiet_parameters() {
  DramParameters parameters;
  parameters.channels = 1;
  parameters.ranks = 1;
  parameters.refresh = RefreshMode::none;
  return parameters;
}

}  // namespace tensordash::testing
