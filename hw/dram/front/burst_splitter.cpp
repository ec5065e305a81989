#include "hw/dram/front/burst_splitter.h"

#include <algorithm>

namespace tensordash {

BurstSplitter::BurstSplitter(const AddressMap& map, unsigned burst_bytes,
                             const tlm::tlm_generic_payload& payload)
    : map_(&map),
      enables_(payload.get_byte_enable_ptr()),
      start_(payload.get_address()),
      enable_length_(payload.get_byte_enable_length()),
      window_(payload.get_streaming_width()),
      length_(payload.get_data_length()),
      burst_bytes_(burst_bytes) {
  burst_.write = payload.is_write();
  next();
}

void BurstSplitter::next() {
  while (at_ < length_) {
    const std::uint64_t address = start_ + offset_;
    const unsigned lead = static_cast<unsigned>(address) & (burst_bytes_ - 1);
    const unsigned bytes = std::min({burst_bytes_ - lead, window_ - offset_, length_ - at_});
    const unsigned first = at_;
    at_ += bytes;
    offset_ += bytes;
    if (offset_ == window_) offset_ = 0;
    bool whole = bytes == burst_bytes_;
    if (enables_ != nullptr) {
      const unsigned enabled = enabled_among(first, bytes);
      if (enabled == 0) continue;
      whole = whole && enabled == bytes;
    }
    const DramPlace place = map_->place(address - lead);
    channel_ = place.channel;
    burst_.row = place.row;
    burst_.column = place.column;
    burst_.rank = static_cast<std::uint8_t>(place.rank);
    burst_.bank = static_cast<std::uint8_t>(place.bank);
    burst_.masked = burst_.write && !whole;
    done_ = false;
    return;
  }
  done_ = true;
}

unsigned BurstSplitter::enabled_among(unsigned first, unsigned bytes) const {
  unsigned enabled = 0;
  unsigned enable = first % enable_length_;
  for (unsigned byte = 0; byte < bytes; ++byte) {
    if (enables_[enable] == TLM_BYTE_ENABLED) ++enabled;
    if (++enable == enable_length_) enable = 0;
  }
  return enabled;
}

}  // namespace tensordash
