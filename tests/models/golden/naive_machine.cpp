#include "tests/models/golden/naive_machine.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace tensordash::golden_testing {
namespace {

/// One scheduler and what is left in its streams.
struct Scheduler {
  std::vector<bool> wanted;
  std::vector<StreamPlace> slots;
  std::size_t top = 0;

  std::size_t window(std::size_t depth, std::size_t lanes) const {
    return std::min(depth, wanted.size() / lanes - top);
  }

  StreamPlace take(std::size_t lane, std::size_t depth, std::size_t lanes) {
    static constexpr int options[8][2] = {{0, 0}, {1, 0},  {2, 0}, {1, -1},
                                          {1, 1}, {2, -2}, {2, 2}, {1, -3}};
    for (const auto& option : options) {
      const auto step = static_cast<std::size_t>(option[0]);
      if (step >= window(depth, lanes)) continue;
      const std::size_t from = (lane + 4 * lanes + static_cast<std::size_t>(option[1])) % lanes;
      const std::size_t place = (top + step) * lanes + from;
      if (!wanted[place]) continue;
      wanted[place] = false;
      return static_cast<StreamPlace>(place);
    }
    return idle_slot;
  }

  void step(std::size_t depth, std::size_t lanes) {
    const std::size_t first = slots.size();
    slots.resize(first + lanes, idle_slot);
    for (std::size_t lane : order(lanes)) slots[first + lane] = take(lane, depth, lanes);
  }

  /// The paper's levels for its 16 lanes, else plain ascending: any order makes a valid schedule.
  static std::vector<std::size_t> order(std::size_t lanes) {
    if (lanes == 16) return {0, 5, 10, 1, 6, 11, 2, 7, 12, 3, 8, 13, 4, 9, 14, 15};
    std::vector<std::size_t> ascending;
    for (std::size_t lane = 0; lane < lanes; ++lane) ascending.push_back(lane);
    return ascending;
  }

  std::size_t drained(std::size_t depth, std::size_t lanes) const {
    std::size_t rows = 0;
    const auto row_begin = [&](std::size_t row) {
      return wanted.begin() + static_cast<std::ptrdiff_t>((top + row) * lanes);
    };
    while (rows < window(depth, lanes) &&
           std::none_of(row_begin(rows), row_begin(rows + 1), [](bool is) { return is; })) {
      ++rows;
    }
    return rows;
  }
};

void run_schedulers(std::vector<Scheduler*> active, const Machine& machine, std::size_t lanes) {
  while (!active.empty()) {
    std::size_t advance = machine.depth;
    for (Scheduler* scheduler : active) {
      scheduler->step(machine.depth, lanes);
      advance = std::min(advance, scheduler->drained(machine.depth, lanes));
    }
    for (Scheduler* scheduler : active) scheduler->top += advance;
    active.erase(std::remove_if(active.begin(), active.end(),
                                [&](const Scheduler* scheduler) {
                                  return scheduler->window(machine.depth, lanes) == 0;
                                }),
                 active.end());
  }
}

std::vector<StreamPlace> every_place(std::size_t count) {
  std::vector<StreamPlace> slots;
  for (std::size_t place = 0; place < count; ++place) {
    slots.push_back(static_cast<StreamPlace>(place));
  }
  return slots;
}

std::vector<std::vector<StreamPlace>> sparse_slots(const NaivePass& pass, bool two_sided,
                                                   std::size_t lanes, const Machine& machine) {
  std::vector<Scheduler> schedulers;
  for (const auto& b : pass.b) {
    for (std::size_t column = 0; column < (two_sided ? pass.a.size() : 1); ++column) {
      Scheduler scheduler;
      for (std::size_t k = 0; k < b.size(); ++k) {
        scheduler.wanted.push_back(b[k] != 0.0f && (!two_sided || pass.a[column][k] != 0.0f));
      }
      schedulers.push_back(scheduler);
    }
  }
  std::vector<Scheduler*> all;
  for (Scheduler& scheduler : schedulers) {
    all.push_back(&scheduler);
    if (machine.elastic) run_schedulers({&scheduler}, machine, lanes);
  }
  if (!machine.elastic) run_schedulers(all, machine, lanes);
  std::vector<std::vector<StreamPlace>> slots;
  for (const Scheduler& scheduler : schedulers) slots.push_back(scheduler.slots);
  return slots;
}

float tree(const std::vector<float>& values, std::size_t first, std::size_t count) {
  if (count == 1) return first < values.size() ? values[first] : 0.0f;
  return tree(values, first, count / 2) + tree(values, first + count / 2, count / 2);
}

}  // namespace

float run_pe(const std::vector<StreamPlace>& slots, std::size_t lanes, const std::vector<float>& b,
             const std::vector<float>& a) {
  std::size_t width = 1;
  while (width < lanes) width *= 2;
  float sum = 0.0f;
  for (std::size_t step = 0; step < slots.size(); step += lanes) {
    std::vector<float> products;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const StreamPlace place = slots[step + lane];
      const auto at = static_cast<std::size_t>(place);
      products.push_back(place == idle_slot ? 0.0f : b[at] * a[at]);
    }
    sum += tree(products, 0, width);
  }
  if (std::isnan(sum)) {
    const std::uint32_t bits = 0x7fc00000;
    std::memcpy(&sum, &bits, sizeof sum);
  }
  return sum;
}

PassRecord run_pass(const NaivePass& pass, const golden::Problem& problem,
                    const golden::Geometry& geometry, const Machine& machine) {
  PassRecord record;
  record.pass = pass.id;
  record.tile = pass.tile;
  const bool two_sided = problem.sidedness == golden::Sidedness::two_sided;
  record.schedulers_a_row = two_sided ? geometry.columns : 1;
  if (problem.sidedness == golden::Sidedness::none) {
    record.slots.assign(geometry.rows, every_place(pass.stream_rows * geometry.lanes));
  } else {
    record.slots = sparse_slots(pass, two_sided, geometry.lanes, machine);
  }
  for (std::size_t row = 0; row < geometry.rows; ++row) {
    for (std::size_t column = 0; column < geometry.columns; ++column) {
      const auto& slots = record.slots[two_sided ? row * geometry.columns + column : row];
      record.outputs.push_back(run_pe(slots, geometry.lanes, pass.b[row], pass.a[column]));
    }
  }
  return record;
}

std::size_t steps_of(const PassRecord& record, std::size_t lanes) {
  std::size_t steps = 0;
  for (const auto& slots : record.slots) steps = std::max(steps, slots.size() / lanes);
  return steps;
}

}  // namespace tensordash::golden_testing
