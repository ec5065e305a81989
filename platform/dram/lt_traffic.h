#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <functional>
#include <queue>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/dram/clock_base.h"
#include "platform/dram/request_source.h"
#include "platform/dram/traffic.h"

namespace tensordash {

/// Sends the requests of a source by b_transport, ahead of simulated time, as if `in_flight` bursts
/// a channel were outstanding: a request starts when the one that many before it has ended. Pauses
/// the simulation when all have been answered.
class LtTraffic : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<LtTraffic> socket;

  LtTraffic(sc_core::sc_module_name name, const DramConfiguration& configuration,
            RequestSource& source, unsigned bytes, unsigned in_flight);

  const TrafficCount& count() const { return count_; }
  bool finished() const { return finished_; }

 private:
  void send_all();
  sc_core::sc_time start_of(const DramRequest& request);

  DramClockBase clock_base_;
  RequestSource& source_;
  const unsigned bytes_;
  const std::size_t window_;  ///< requests outstanding
  std::priority_queue<sc_core::sc_time, std::vector<sc_core::sc_time>, std::greater<>> ends_;
  sc_core::sc_time last_start_;
  TrafficCount count_;
  bool finished_ = false;
};

}  // namespace tensordash
