#pragma once

#include <optional>

#include "platform/ip/at_master.h"
#include "platform/ip/job_error.h"
#include "platform/ip/memory_access.h"

namespace tensordash {

/// Approximately timed: requests are sent at clock edges, many under way, and answers are seen at
/// the edge after they came.
class AtAccess : public MemoryAccess, private RequestPort {
 public:
  /// `clk` and `master` outlive the access.
  AtAccess(ForwardPath forward, const sc_core::sc_in<bool>& clk, AtMaster& master);

  void run(RequestStream& stream, ByteExchange& bytes) override;
  void pass(unsigned clocks) override;
  std::uint64_t clocks() const override { return clocks_; }
  void synchronise() override {}
  void begin() override {}
  void stop() override;
  void drain() override;
  void settle() override;
  bool peek(std::uint64_t address, std::uint8_t* to, std::uint64_t bytes) override;

  /// Waits for the next rising edge. Throws JobStopped.
  void tick();
  /// Counts a request that somebody else has sent through the master.
  void count(bool write, unsigned bytes);

 private:
  void request(Edge edge, std::uint64_t address, unsigned bytes, bool write,
               std::uint32_t tag) override;
  void take_answers(RequestStream& stream);

  const ForwardPath forward_;
  const sc_core::sc_in<bool>& clk_;
  AtMaster& master_;
  ByteExchange* bytes_ = nullptr;
  std::uint64_t clocks_ = 0;
  bool stopped_ = false;
  sc_core::sc_event stop_event_;
  std::optional<JobError> refused_;  ///< the first one
};

}  // namespace tensordash
