#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <deque>
#include <systemc>
#include <tlm>
#include <unordered_map>

#include "hw/dma/dma_request.h"
#include "hw/dram/front/payload_pool.h"

namespace tensordash {

/// How many requests a DMA port issues.
struct DmaParameters {
  unsigned outstanding = 64;        ///< requests in the DRAM at a time
  unsigned requests_per_clock = 2;  ///< issued, at most
};

/// The way from the chip to the DRAM: a TLM-2.0 initiator (AT, base protocol) between a memory and
/// two users, the writer and the reader. An operation begins with an edge at which `start` is high:
/// edge 0. At every edge of it the port hands out the answers that have come since the edge before,
/// lets the users do their work, and issues requests, the writer's first.
///
/// `busy` is high from edge 0 to the edge at which both users have nothing left and every request
/// was answered; `moving` falls when this is so of the requests alone, while rows may still be on
/// their way to nobody. `outstanding` counts requests under way after the edge. An operation that
/// stopped at a fault stays busy until a reset, but for requests under way.
///
/// The target has to take every request at once (TLM_UPDATED with END_REQ); one that does not is an
/// error /tensordash/dma/port, like answers to nobody. A response other than TLM_OK_RESPONSE goes
/// to whose request it was.
class DmaPort : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};
  sc_core::sc_out<bool> busy{"busy"};
  sc_core::sc_out<bool> moving{"moving"};
  sc_core::sc_out<unsigned> outstanding{"outstanding"};

  sc_core::sc_port<DmaClient> writer{"writer"};
  sc_core::sc_port<DmaClient> reader{"reader"};
  tlm_utils::simple_initiator_socket<DmaPort> socket{"socket"};

  /// Throws std::invalid_argument for parameters of 0.
  DmaPort(sc_core::sc_module_name name, const DmaParameters& parameters);

  /// Requests issued and bytes moved since the beginning of the simulation.
  std::uint64_t reads() const { return reads_; }
  std::uint64_t writes() const { return writes_; }
  std::uint64_t bytes_read() const { return bytes_read_; }
  std::uint64_t bytes_written() const { return bytes_written_; }

 private:
  struct Flight {
    std::uint64_t tag = 0;
    bool write = false;
    bool forgotten = false;  ///< of before a reset
  };

  void act();
  void hand_out();
  void issue();
  void send(const DmaRequest& request, bool write);
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& delay);

  const DmaParameters parameters_;
  PayloadPool pool_;
  std::unordered_map<tlm::tlm_generic_payload*, Flight> flights_;
  std::deque<tlm::tlm_generic_payload*> answers_;  ///< that came since the last edge
  unsigned under_way_ = 0;
  bool running_ = false;
  std::uint64_t reads_ = 0, writes_ = 0, bytes_read_ = 0, bytes_written_ = 0;
};

}  // namespace tensordash
