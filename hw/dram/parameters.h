#pragma once

#include <cstdint>
#include <string>

#include "hw/dram/spec.h"

namespace tensordash {

/// When a row is closed. open: when another row of its bank is wanted. closed: with the last access
/// that the queue holds for it (auto-precharge). adaptive: like open, and with the last access when
/// another row of the bank waits already, and after page_timeout idle clocks.
enum class PagePolicy { open, closed, adaptive };

/// In which order bursts are served. fcfs: by age. frfcfs: row hits first, then by age.
enum class DramScheduling { fcfs, frfcfs };

enum class RefreshMode { none, all_bank, per_bank };

/// When the channels of a device refresh: together, or spread over the refresh interval.
enum class RefreshPhase { aligned, staggered };

/// In which order responses leave: as data comes, or as requests came.
enum class ResponseOrder { out_of_order, in_order };

/// Everything about an LPDDR4 memory and its controller that a user may choose.
struct DramParameters {
  std::string spec = "lpddr4-3200-16gb";  ///< built-in description, or a file
  unsigned channels = 4;                  ///< 1 to 16, a power of two
  unsigned ranks = 2;                     ///< 1 to 4, a power of two
  unsigned width = 16;                    ///< data bits of a channel: 16, 32 or 64 (x16 devices)
  std::string mapping = "rank|row|bank|column|channel|column:5";  ///< see address_map.h
  std::string hash;                                               ///< see address_map.h
  PagePolicy page_policy = PagePolicy::open;
  unsigned page_timeout = 256;  ///< clocks, adaptive
  DramScheduling scheduler = DramScheduling::frfcfs;
  unsigned row_hit_cap = 64;  ///< hits in a row while another row of the bank waits; 0: no cap
  unsigned age_limit = 4096;  ///< clocks after which a burst goes before row hits; 0: never
  unsigned queue = 128;       ///< bursts that a channel's queue holds
  unsigned write_high = 64;   ///< queued write bursts that start a drain
  unsigned write_low = 8;     ///< queued write bursts that end it when reads wait
  RefreshMode refresh = RefreshMode::all_bank;
  unsigned refresh_postpone = 0;  ///< refreshes that may be put off while there is work: 0 to 8
  RefreshPhase refresh_phase = RefreshPhase::aligned;
  unsigned power_down = 0;    ///< idle clocks before a rank powers down; 0: never
  unsigned self_refresh = 0;  ///< idle clocks before a rank refreshes itself; 0: never
  unsigned front_clocks = 0;  ///< from a request to the first command that can serve it
  unsigned back_clocks = 0;   ///< from the last data to the response
  ResponseOrder response_order = ResponseOrder::out_of_order;
  /// Whether transactions move data. Without, reads leave the buffer as it is and writes are lost:
  /// for timing alone, where host memory would grow with every page touched.
  bool store_data = true;
  double flat_pj_per_bit = 0.0;  ///< energy of a bit moved, in place of currents; 0: currents
};

/// The parameters with their description read, checked together.
struct DramConfiguration {
  DramParameters parameters;
  DramSpec spec;

  DramConfiguration() = default;
  /// Throws DramError naming the parameter and what is allowed.
  explicit DramConfiguration(const DramParameters& wanted);

  unsigned devices_per_rank() const { return parameters.width / spec.device_width; }
  unsigned burst_bytes() const { return parameters.width / 8 * spec.burst_length; }
  /// Of all channels and ranks.
  std::uint64_t bytes() const;
  /// Bytes a second, all channels' data buses busy.
  double peak_bandwidth() const;
};

}  // namespace tensordash
