#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <deque>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/dram/address_map.h"
#include "hw/dram/clock_base.h"
#include "hw/dram/front/payload_pool.h"
#include "platform/dram/request_source.h"

namespace tensordash {

/// What of a run's requests is done.
struct TrafficCount {
  std::uint64_t sent = 0, done = 0, failed = 0;
};

/// Sends the requests of a source to a memory over the four phases of the base protocol, and keeps
/// `in_flight` bursts outstanding a channel. Requests to a channel that has enough to do step aside
/// for later ones to other channels. Pauses the simulation when all have been answered.
class DramTraffic : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<DramTraffic> socket;

  DramTraffic(sc_core::sc_module_name name, const DramConfiguration& configuration,
              RequestSource& source, unsigned bytes, unsigned in_flight);

  const TrafficCount& count() const { return count_; }
  bool finished() const { return ended_ && count_.sent == count_.done; }

 private:
  struct Channel {
    unsigned in_flight = 0;  ///< bursts
    std::deque<DramRequest> aside;
  };

  static constexpr std::size_t most_aside = 1024;  ///< requests of a channel

  void pump();
  bool send_aside();
  bool send_next();
  bool send(const DramRequest& request, unsigned channel);
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void answered(tlm::tlm_generic_payload& payload);

  AddressMap map_;
  DramClockBase clock_base_;
  RequestSource& source_;
  const unsigned bytes_, bursts_, in_flight_;
  std::vector<Channel> channels_;
  std::optional<DramRequest> next_;
  PayloadPool pool_;
  TrafficCount count_;
  const tlm::tlm_generic_payload* open_ = nullptr;  ///< a BEGIN_REQ without its END_REQ
  bool ended_ = false;
  std::size_t aside_ = 0;
  sc_core::sc_event pump_event_;
};

}  // namespace tensordash
