#include "tests/hw/pe/naive_scheduler.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace tensordash::naive_scheduler {
namespace {

bool same(const Place& a, const Place& b) {
  return a.step == b.step && a.lane == b.lane;
}

bool holds(const std::vector<Place>& places, const Place& wanted) {
  for (const Place& place : places) {
    if (same(place, wanted)) return true;
  }
  return false;
}

int on_ring(int lane, int lanes) {
  while (lane < 0) lane += lanes;
  while (lane >= lanes) lane -= lanes;
  return lane;
}

std::vector<std::vector<Place>> write_out(int lanes, const std::vector<Option>& options) {
  std::vector<std::vector<Place>> places(static_cast<std::size_t>(lanes));
  for (int lane = 0; lane < lanes; ++lane) {
    for (const Option& option : options) {
      const Place place{option.step, on_ring(lane + option.offset, lanes)};
      auto& mine = places[static_cast<std::size_t>(lane)];
      if (!holds(mine, place)) mine.push_back(place);
    }
  }
  return places;
}

bool overlap(const std::vector<Place>& a, const std::vector<Place>& b) {
  for (const Place& place : a) {
    if (holds(b, place)) return true;
  }
  return false;
}

Levels fit(const std::vector<std::vector<Place>>& places, const std::vector<int>& lanes_in_order) {
  Levels levels;
  std::vector<std::vector<Place>> reach;  // of all lanes of a level together
  for (const int lane : lanes_in_order) {
    const auto& mine = places[static_cast<std::size_t>(lane)];
    std::size_t level = 0;
    while (level < levels.size() && overlap(reach[level], mine)) ++level;
    if (level == levels.size()) {
      levels.emplace_back();
      reach.emplace_back();
    }
    levels[level].push_back(lane);
    reach[level].insert(reach[level].end(), mine.begin(), mine.end());
  }
  return levels;
}

std::vector<Place> within(int depth, const std::vector<Place>& places) {
  std::vector<Place> kept;
  for (const Place& place : places) {
    if (place.step < depth) kept.push_back(place);
  }
  return kept;
}

char& at(Window& window, const Place& place) {
  return window[static_cast<std::size_t>(place.step)][static_cast<std::size_t>(place.lane)];
}

bool has(const Window& window, const Place& place) {
  return place.step < static_cast<int>(window.size()) &&
         window[static_cast<std::size_t>(place.step)][static_cast<std::size_t>(place.lane)] != 0;
}

int first_choice(const Window& window, const std::vector<Place>& places) {
  for (std::size_t option = 0; option < places.size(); ++option) {
    if (has(window, places[option])) return static_cast<int>(option);
  }
  return idle;
}

bool empty(const Row& row) {
  return std::all_of(row.begin(), row.end(), [](char flag) { return flag == 0; });
}

int leading_empty_rows(const Window& window) {
  int rows = 0;
  for (const Row& row : window) {
    if (!empty(row)) break;
    ++rows;
  }
  return rows;
}

void demand(bool holds_true, const char* otherwise) {
  if (!holds_true) throw std::logic_error(otherwise);
}

// One cycle of one stream; what was taken is cleared in the stream. Returns the AS.
int run_cycle(Stream& stream, std::size_t head, const Table& table, const Scheduler& scheduler) {
  const std::size_t rows = std::min(static_cast<std::size_t>(table.depth), stream.size() - head);
  const auto from = stream.begin() + static_cast<std::ptrdiff_t>(head);
  Window window(from, from + static_cast<std::ptrdiff_t>(rows));
  const Decision decision = scheduler(window);
  demand(decision.taken.size() == table.places.size(), "not one choice a lane");
  for (std::size_t lane = 0; lane < decision.taken.size(); ++lane) {
    const int option = decision.taken[lane];
    if (option == idle) continue;
    demand(option >= 0 && option < static_cast<int>(table.places[lane].size()),
           "a lane took an option that it does not have");
    const Place place = table.places[lane][static_cast<std::size_t>(option)];
    demand(has(window, place), "a lane took a place without a candidate");
    at(window, place) = 0;
  }
  demand(decision.left == window, "what is left is not what was not taken");
  demand(decision.advance == leading_empty_rows(window), "AS is not the number of drained rows");
  demand(decision.advance >= 1, "a cycle drained no row");
  std::copy(window.begin(), window.end(), from);
  return decision.advance;
}

void demand_empty(const std::vector<Stream>& streams) {
  for (const Stream& stream : streams) {
    for (const Row& row : stream) demand(empty(row), "a candidate was left behind");
  }
}

}  // namespace

Levels fit_levels(int lanes, const std::vector<Option>& options,
                  const std::vector<int>& lanes_in_order) {
  return fit(write_out(lanes, options), lanes_in_order);
}

Table make_table(int lanes, int depth, const std::vector<Option>& options,
                 const std::optional<Levels>& levels) {
  Table table;
  table.lanes = lanes;
  table.depth = depth;
  const auto whole = write_out(lanes, options);
  if (levels) {
    table.levels = *levels;
  } else {
    std::vector<int> ascending(whole.size());
    std::iota(ascending.begin(), ascending.end(), 0);
    table.levels = fit(whole, ascending);
  }
  for (const auto& places : whole) table.places.push_back(within(depth, places));
  return table;
}

Decision schedule(const Window& window, const Table& table) {
  Decision decision;
  decision.taken.assign(static_cast<std::size_t>(table.lanes), idle);
  decision.left = window;
  for (const auto& level : table.levels) {
    const Window seen = decision.left;
    for (const int lane : level) {
      const auto& places = table.places[static_cast<std::size_t>(lane)];
      const int option = first_choice(seen, places);
      decision.taken[static_cast<std::size_t>(lane)] = option;
      if (option == idle) continue;
      char& flag = at(decision.left, places[static_cast<std::size_t>(option)]);
      demand(flag != 0, "two lanes of one level took the same place");
      flag = 0;
    }
  }
  decision.advance = leading_empty_rows(decision.left);
  return decision;
}

int lockstep_steps(std::vector<Stream> streams, const Table& table, const Scheduler& scheduler) {
  const std::size_t length = streams.front().size();
  std::size_t head = 0;
  int steps = 0;
  while (head < length) {
    int smallest = table.depth;
    for (Stream& stream : streams) {
      smallest = std::min(smallest, run_cycle(stream, head, table, scheduler));
    }
    head += static_cast<std::size_t>(smallest);
    ++steps;
  }
  demand_empty(streams);
  return steps;
}

int elastic_steps(std::vector<Stream> streams, const Table& table, const Scheduler& scheduler) {
  std::vector<std::size_t> heads(streams.size(), 0);
  int steps = 0;
  for (bool working = true; working;) {
    working = false;
    for (std::size_t s = 0; s < streams.size(); ++s) {
      if (heads[s] == streams[s].size()) continue;
      heads[s] += static_cast<std::size_t>(run_cycle(streams[s], heads[s], table, scheduler));
      working = true;
    }
    if (working) ++steps;
  }
  demand_empty(streams);
  return steps;
}

}  // namespace tensordash::naive_scheduler
