#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <systemc>
#include <vector>

#include "hw/dma/dma_limits.h"

namespace tensordash {

/// A request for the DRAM.
struct DmaRequest {
  std::uint64_t address = 0;
  unsigned bytes = 0;
  std::uint64_t tag = 0;           ///< handed back with the answer
  std::vector<std::uint8_t> data;  ///< of a write
};

/// What the DRAM answered.
struct DmaAnswer {
  std::uint64_t address = 0;
  std::uint64_t tag = 0;
  bool good = false;                   ///< it answered TLM_OK_RESPONSE
  std::string status;                  ///< of one that is not good, in TLM's words
  const std::uint8_t* data = nullptr;  ///< of a read, during the call
  unsigned bytes = 0;
};

/// What is wrong, when data are not what they must be.
enum class DmaFaultKind : std::uint8_t {
  none = 0,
  dram_read = 1,   ///< the DRAM refused a read
  dram_write = 2,  ///< the DRAM refused a write
  directory = 3,   ///< a directory entry that cannot be
  data = 4,        ///< bytes of a group that cannot be
};

/// "none", "DRAM read", "DRAM write", "directory", "data".
const char* name_of(DmaFaultKind kind);

/// The first thing that went wrong in an operation; loading or storing has stopped at it.
struct DmaFault {
  DmaFaultKind kind = DmaFaultKind::none;
  unsigned side = 0;          ///< 0: B, 1: A; of loads
  std::uint64_t group = 0;    ///< or the number of a directory line, for a read of one
  std::uint64_t address = 0;  ///< of the request, the entry or the group's slot
  std::string text;

  bool operator==(const DmaFault& other) const {
    return kind == other.kind && side == other.side && group == other.group &&
           address == other.address && text == other.text;
  }
};

std::ostream& operator<<(std::ostream& stream, const DmaFault& fault);
void sc_trace(sc_core::sc_trace_file* file, const DmaFault& fault, const std::string& name);

/// Who uses a DMA port: at every edge of an operation it is handed the answers, does what is to do
/// at this edge, and is asked for requests, in this order.
class DmaClient : public virtual sc_core::sc_interface {
 public:
  /// At every edge of a reset.
  virtual void reset() = 0;
  /// This is edge 0 of an operation; called before the rest.
  virtual void begin() = 0;
  virtual void answered(const DmaAnswer& answer) = 0;
  virtual void work() = 0;
  /// Takes the next request, if one can be issued at this edge.
  virtual bool next(DmaRequest& request) = 0;
  /// All requests of this edge were issued; `room`: one more could have been under way.
  virtual void issued(bool room) = 0;
  /// No request is to come, and all were answered.
  virtual bool served() const = 0;
  /// There is nothing left to do.
  virtual bool done() const = 0;
};

}  // namespace tensordash
