#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "hw/dram/address_map.h"
#include "hw/dram/controller/channel_controller.h"
#include "models/memory/edge.h"

namespace tensordash {

/// The LPDDR4 channels behind a DMA, without a simulation kernel: the controllers of hw/dram, woken
/// at the clocks at which hw/dram/controller/channel.h wakes them. Clock 0 of the memory is the
/// moment, half a clock of the core before edge 0, at which it left its reset.
class DramTimeline {
 public:
  /// `clock_ps`: length of a clock of the core.
  DramTimeline(const DramConfiguration& configuration, std::uint64_t clock_ps);

  /// Hands over a request at a rising edge of the core: `bytes` from `address` on, whole bursts.
  /// The queue of its channel has room.
  void request(Edge edge, std::uint64_t address, unsigned bytes, bool write, std::uint32_t tag);

  /// The next request answered by `edge`; false: none yet. Serves the channels up to there.
  bool answered(Edge edge, std::uint32_t& tag);

  std::uint64_t bursts() const { return bursts_; }
  std::uint64_t row_hits() const { return row_hits_; }

 private:
  struct Channel {
    Channel(const DramConfiguration& configuration, unsigned number)
        : controller(configuration, number) {}
    ChannelController controller;
    ChannelController::Decision decision;
    bool decided = false;
  };

  struct Answer {
    Edge edge;
    std::uint64_t number;
    std::uint32_t tag;
    bool operator>(const Answer& other) const {
      return edge != other.edge ? edge > other.edge : number > other.number;
    }
  };

  struct Request {
    std::uint32_t tag = 0;
    unsigned unserved = 0;
    DramClock data_end = 0;
  };

  std::uint64_t time(Edge edge) const { return edge * clock_ps_ + clock_ps_ / 2; }
  void serve(DramClock until);
  void step(Channel& channel);
  void give(Channel& channel);

  const unsigned burst_bytes_;
  const unsigned front_clocks_, back_clocks_;
  const std::uint64_t clock_ps_, tck_ps_;
  const AddressMap map_;
  std::vector<Channel> channels_;
  DramClock next_ = 0;  ///< the first decision of any channel
  std::vector<Request> requests_;
  std::vector<std::uint32_t> free_;
  std::priority_queue<Answer, std::vector<Answer>, std::greater<>> answers_;
  std::uint64_t answered_ = 0, bursts_ = 0, row_hits_ = 0;
};

}  // namespace tensordash
