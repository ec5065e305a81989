#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <functional>
#include <systemc>
#include <tlm>
#include <vector>

#include "platform/ip/at_master.h"

namespace tensordash {

/// Between a DmaPort, whose memory has to take every request at once, and any memory: requests wait
/// here for their turn.
class DmaBridge : public sc_core::sc_module {
 public:
  /// Told of every request.
  using Watch = std::function<void(const tlm::tlm_generic_payload& request)>;

  sc_core::sc_in<bool> clk{"clk"};
  tlm_utils::simple_target_socket<DmaBridge> socket{"socket"};

  /// `master` outlives the bridge.
  DmaBridge(const sc_core::sc_module_name& name, AtMaster& master);

  /// The port's requests go through the master from now on, which must have none of others.
  void open(Watch watch);
  void close();
  /// Answers everything that is under way with an error; the master has forgotten it.
  void abandon();
  std::size_t under_way() const { return requests_.size() - free_.size(); }
  /// How the memory answered the first request that it refused.
  tlm::tlm_response_status first_refusal() const { return refusal_; }

 private:
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void forward_answers();
  void answer_came();
  void answer(std::size_t place);

  AtMaster& master_;
  Watch watch_;
  std::vector<tlm::tlm_generic_payload*> requests_;  ///< [tag]; null: free
  std::vector<std::size_t> free_;
  tlm::tlm_response_status refusal_ = tlm::TLM_OK_RESPONSE;
  sc_core::sc_event later_{"later"};
};

}  // namespace tensordash
