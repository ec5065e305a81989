#pragma once

#include <cstdint>
#include <functional>
#include <systemc>
#include <tlm>

#include "models/memory/request_stream.h"
#include "platform/ip/byte_exchange.h"

namespace tensordash {

/// What an accelerator has moved.
struct AccessCounts {
  std::uint64_t reads = 0, writes = 0;  ///< requests
  std::uint64_t bytes_read = 0, bytes_written = 0;
};

/// The accelerator's way to the memory of the platform, in whatever style it is timed. All but
/// stop() is called from the accelerator's worker, a thread that may wait.
class MemoryAccess {
 public:
  MemoryAccess() = default;
  virtual ~MemoryAccess() = default;
  MemoryAccess(const MemoryAccess&) = delete;
  MemoryAccess& operator=(const MemoryAccess&) = delete;

  /// Serves `stream` to its end, edge 0 the next clock. Throws JobError for the first request that
  /// the memory refuses, when all under way were answered; JobStopped.
  virtual void run(RequestStream& stream, ByteExchange& bytes) = 0;

  /// Lets so many clocks pass. Throws JobStopped.
  virtual void pass(unsigned clocks) = 0;

  /// Clocks of the worker since the beginning, up to its local time.
  virtual std::uint64_t clocks() const = 0;
  /// Brings simulation time to the worker's. Throws JobStopped.
  virtual void synchronise() = 0;
  /// A job begins, at the present simulation time.
  virtual void begin() = 0;

  /// The worker is to throw JobStopped at once, wherever it waits.
  virtual void stop() = 0;
  /// After JobStopped: returns when no request is under way any more. Throws JobStopped when
  /// stopped again.
  virtual void drain() = 0;
  /// After a job that failed: the same, for requests that nobody waits for any more.
  virtual void settle() = 0;
  /// Reads without time, through pointers or debug transport; false: the memory offers neither for
  /// these bytes.
  virtual bool peek(std::uint64_t address, std::uint8_t* to, std::uint64_t bytes) = 0;

  const AccessCounts& counts() const { return counts_; }

 protected:
  AccessCounts counts_;
};

/// The forward path of the accelerator's socket, once it is bound.
using ForwardPath = std::function<tlm::tlm_fw_transport_if<>&()>;

/// Reads through debug transport; false: fewer bytes than wanted.
bool debug_read(tlm::tlm_fw_transport_if<>& forward, std::uint64_t address, std::uint8_t* to,
                std::uint64_t bytes);

/// What the memory answered, as ERROR_CODE.DETAIL shows it.
unsigned status_number(tlm::tlm_response_status status);

}  // namespace tensordash
