#pragma once

#include <cstdint>

#include "models/memory/edge.h"

namespace tensordash {

/// The memory, as it is asked.
class RequestPort {
 public:
  RequestPort() = default;
  virtual ~RequestPort() = default;
  RequestPort(const RequestPort&) = delete;
  RequestPort& operator=(const RequestPort&) = delete;

  /// Bytes that do not cross a multiple of dma_request_bytes, from or to the memory, at a rising
  /// edge of the core. The answer goes to RequestStream::answered() with `tag`.
  virtual void request(Edge edge, std::uint64_t address, unsigned bytes, bool write,
                       std::uint32_t tag) = 0;
};

/// Who asks a memory, one edge after the other; edges at which nothing can happen are left out.
class RequestStream {
 public:
  RequestStream() = default;
  virtual ~RequestStream() = default;
  RequestStream(const RequestStream&) = delete;
  RequestStream& operator=(const RequestStream&) = delete;

  /// The edge that comes next.
  virtual Edge edge() const = 0;
  /// The request with this tag was answered, by the next edge.
  virtual void answered(std::uint32_t tag) = 0;
  /// All that happens at the next edge; requests go to `port`.
  virtual void step(RequestPort& port) = 0;
  /// Nothing is left to do, and every request was answered.
  virtual bool finished() const = 0;
};

}  // namespace tensordash
