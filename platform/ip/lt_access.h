#pragma once

#include <optional>
#include <queue>
#include <vector>

#include "platform/ip/accelerator_parameters.h"
#include "platform/ip/memory_access.h"

namespace tensordash {

/// Loosely timed: one request after the other through b_transport, each at the local time at which
/// the machine issues it, its answer when the annotated delay is over; or through pointers, where
/// the memory gives them, which cost the latency that it states for a byte and what the bandwidth
/// of the parameters takes. The worker runs ahead of simulation time by the global quantum at most.
class LtAccess : public MemoryAccess, private RequestPort {
 public:
  LtAccess(ForwardPath forward, const AcceleratorParameters& parameters);

  void run(RequestStream& stream, ByteExchange& bytes) override;
  void pass(unsigned clocks) override;
  std::uint64_t clocks() const override { return clocks_; }
  void synchronise() override;
  void begin() override;
  void stop() override;
  void drain() override { stopped_ = false; }
  void settle() override {}
  bool peek(std::uint64_t address, std::uint8_t* to, std::uint64_t bytes) override;

  /// Pointers to these addresses are not valid any more.
  void invalidate(std::uint64_t first, std::uint64_t last);

 private:
  using Value = sc_core::sc_time::value_type;

  struct Answer {
    Edge edge;
    std::uint32_t tag;
    bool operator>(const Answer& other) const { return edge > other.edge; }
  };

  struct Refusal {
    tlm::tlm_dmi region;
    bool write;
  };

  void request(Edge edge, std::uint64_t address, unsigned bytes, bool write,
               std::uint32_t tag) override;
  /// Sends the payload at local time `at`; returns when it is answered, in local time.
  Value transport(Value at, std::uint64_t address, unsigned bytes, bool write);
  /// The region that has these bytes, asked for if need be; null: none.
  const tlm::tlm_dmi* region(std::uint64_t address, std::uint64_t bytes, bool write);
  void ask_for_region(std::uint64_t address, bool write);
  /// Lets simulation time catch up when the worker is a quantum ahead.
  void move_to(Value local);
  void wait_until(Value local);
  void require_going_on() const;

  const ForwardPath forward_;
  const bool use_dmi_;
  const Value period_;
  const double byte_time_;  ///< through pointers
  Value local_ = 0;         ///< the worker's time, not before simulation time
  Value begin_ = 0;         ///< of edge 0
  Value bus_free_ = 0;      ///< when the next request through a pointer may begin
  std::uint64_t clocks_ = 0;
  bool stopped_ = false;
  sc_core::sc_event stop_event_;
  std::vector<tlm::tlm_dmi> regions_;
  std::vector<Refusal> refusals_;
  tlm::tlm_generic_payload payload_;
  std::vector<std::uint8_t> data_;
  ByteExchange* bytes_ = nullptr;
  std::priority_queue<Answer, std::vector<Answer>, std::greater<>> answers_;
};

}  // namespace tensordash
