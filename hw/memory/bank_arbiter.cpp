#include "hw/memory/bank_arbiter.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tensordash {

BundleSchedule schedule_bundle(const std::vector<RowRequest>& bundle, unsigned banks,
                               unsigned rows_per_clock) {
  BundleSchedule schedule;
  std::vector<std::vector<unsigned>> queues(banks);  // the different rows of each bank, in order
  for (const RowRequest& request : bundle) {
    unsigned clock = 0;
    if (request.valid) {
      if (request.bank >= banks) {
        throw std::out_of_range(fmt::format("bank {} of {}", request.bank, banks));
      }
      auto& queue = queues[request.bank];
      const auto turn = std::find(queue.begin(), queue.end(), request.row) - queue.begin();
      if (turn == static_cast<std::ptrdiff_t>(queue.size())) {
        queue.push_back(request.row);
        ++schedule.accesses;
      }
      clock = static_cast<unsigned>(turn) / rows_per_clock;
    }
    schedule.clock.push_back(clock);
    schedule.clocks = std::max(schedule.clocks, clock + 1);
  }
  return schedule;
}

BankArbiter::BankArbiter(unsigned banks, unsigned rows_per_clock)
    : banks_(banks), rows_per_clock_(rows_per_clock) {
  if (banks == 0 || rows_per_clock == 0) {
    throw std::invalid_argument("an arbiter needs a bank, and a bank a row a clock");
  }
}

BundleSchedule BankArbiter::take(const std::vector<RowRequest>& bundle) {
  BundleSchedule schedule = schedule_bundle(bundle, banks_, rows_per_clock_);
  ++bundles_;
  accesses_ += schedule.accesses;
  conflict_clocks_ += schedule.clocks - 1;
  return schedule;
}

}  // namespace tensordash
