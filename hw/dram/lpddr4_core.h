#pragma once

#include "hw/dram/channels.h"
#include "hw/dram/controller/latency_estimator.h"
#include "hw/dram/front/transaction_observer.h"

namespace tensordash {

/// What an LPDDR4 memory is made of behind its front: channels, estimates for loosely timed
/// accesses, counts.
class Lpddr4Core : private TransactionObserver {
 public:
  /// Throws DramError when the address map is wrong.
  explicit Lpddr4Core(const DramConfiguration& configuration);
  ~Lpddr4Core() override = default;
  Lpddr4Core(const Lpddr4Core&) = delete;
  Lpddr4Core& operator=(const Lpddr4Core&) = delete;

  const DramConfiguration& configuration() const { return configuration_; }
  DramChannels& channels() { return channels_; }
  DramChannel& channel(unsigned at) { return channels_.channel(at); }
  LatencyEstimator& estimator() { return estimator_; }
  TransactionObserver& observer() { return *this; }

  /// Resets channels and estimates; `idle`: no transaction is in flight. Reports an error under
  /// /tensordash/dram, and returns false, when it is not or now is no edge of tCK.
  bool reset(bool idle);

  /// Counts up to the present simulation time.
  const DramStatistics& statistics();

 private:
  void transaction_done(bool write, std::uint64_t useful_bytes, DramClock arrival,
                        DramClock data_end) override;

  DramConfiguration configuration_;
  DramClockBase clock_base_;
  DramStatistics statistics_;
  LatencyEstimator estimator_;
  DramChannels channels_;
};

}  // namespace tensordash
