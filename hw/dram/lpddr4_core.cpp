#include "hw/dram/lpddr4_core.h"

#include <algorithm>

#include "hw/dram/address_map.h"

namespace tensordash {
namespace {

/// Refuses a wrong address map before there are channels: the kernel would keep the processes of a
/// memory that was never finished, and run them.
const DramConfiguration& checked(const DramConfiguration& configuration) {
  const AddressMap map(configuration);
  return configuration;
}

}  // namespace

Lpddr4Core::Lpddr4Core(const DramConfiguration& configuration)
    : configuration_(checked(configuration)),
      clock_base_(configuration.spec),
      statistics_(configuration_),
      estimator_(configuration_),
      channels_("channels", configuration_, statistics_) {}

void Lpddr4Core::transaction_done(bool write, std::uint64_t useful_bytes, DramClock arrival,
                                  DramClock data_end) {
  statistics_.on_request(arrival);
  if (write) {
    statistics_.on_write(arrival, data_end, useful_bytes);
  } else {
    statistics_.on_read(arrival, data_end, useful_bytes);
  }
}

bool Lpddr4Core::reset(bool idle) {
  const char* refusal = nullptr;
  const DramClock now = clock_base_.now();
  if (!idle) {
    refusal = "a reset while requests or responses are in flight";
  } else if (clock_base_.time(now) != sc_core::sc_time_stamp()) {
    refusal = "a reset between two clock edges of the memory";
  }
  if (refusal != nullptr) {
    SC_REPORT_ERROR("/tensordash/dram", refusal);
    return false;
  }
  channels_.reset();
  estimator_.restart(now);
  return true;
}

const DramStatistics& Lpddr4Core::statistics() {
  const DramClock now = clock_base_.now();
  statistics_.end_clock = std::max(statistics_.last_data, now);
  statistics_.owed_refresh_clocks = 0;
  for (unsigned at = 0; at < channels_.size(); ++at) {
    statistics_.owed_refresh_clocks =
        std::max(statistics_.owed_refresh_clocks,
                 channels_.channel(at).owed_refresh_clocks(
                     // Estimates run ahead of time, and have charged their refreshes.
                     std::min(statistics_.last_data, now)));
  }
  return statistics_;
}

}  // namespace tensordash
