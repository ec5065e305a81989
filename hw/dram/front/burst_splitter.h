#pragma once

#include <cstdint>
#include <tlm>

#include "hw/dram/address_map.h"
#include "hw/dram/burst.h"

namespace tensordash {

/// The bursts that serve a legal payload (check_payload), one after the other in the order of its
/// bytes. Every repetition of the streaming window is traffic of its own. A burst of which no byte
/// is enabled does not take place; one that writes only some of its bytes is a masked write.
///
/// Map and payload, with its byte enables, stay as they are until done().
class BurstSplitter {
 public:
  /// No bursts.
  BurstSplitter() = default;
  /// `burst_bytes` is a power of two.
  BurstSplitter(const AddressMap& map, unsigned burst_bytes,
                const tlm::tlm_generic_payload& payload);

  bool done() const { return done_; }
  /// Of the present burst, unless done(). Its owner is 0.
  unsigned channel() const { return channel_; }
  const DramBurst& burst() const { return burst_; }
  void next();

 private:
  unsigned enabled_among(unsigned first, unsigned bytes) const;

  const AddressMap* map_ = nullptr;
  const unsigned char* enables_ = nullptr;
  std::uint64_t start_ = 0;     ///< address of the window
  unsigned enable_length_ = 0;  ///< of the pattern
  unsigned window_ = 0;         ///< streaming width
  unsigned length_ = 0;         ///< bytes of the payload
  unsigned at_ = 0;             ///< bytes of the payload behind us
  unsigned offset_ = 0;         ///< the same within the window
  unsigned burst_bytes_ = 0;
  unsigned channel_ = 0;
  bool done_ = true;
  DramBurst burst_;
};

}  // namespace tensordash
