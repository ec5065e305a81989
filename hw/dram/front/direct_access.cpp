#include "hw/dram/front/direct_access.h"

#include <algorithm>
#include <cstring>

namespace tensordash {

unsigned access_directly(BackingStore& memory, tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  unsigned char* const data = payload.get_data_ptr();
  if (data == nullptr || address >= memory.size()) return 0;
  const auto bytes = static_cast<unsigned>(
      std::min<std::uint64_t>(payload.get_data_length(), memory.size() - address));
  if (payload.is_write()) {
    std::memmove(memory.data() + address, data, bytes);
  } else if (payload.is_read()) {
    std::memmove(data, memory.data() + address, bytes);
  } else {
    return 0;
  }
  return bytes;
}

bool point_at(BackingStore& memory, const DmiRegions& regions,
              const tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  const DmiRegions::Answer answer = regions.around(payload.get_address());
  dmi.init();
  dmi.set_start_address(answer.range.first);
  dmi.set_end_address(answer.range.last);
  if (!answer.granted) return false;
  dmi.set_dmi_ptr(memory.data() + answer.range.first);
  dmi.allow_read_write();
  return true;
}

}  // namespace tensordash
