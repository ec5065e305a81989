#pragma once

#include <cstdint>
#include <tlm>

#include "hw/dram/front/backing_store.h"
#include "hw/dram/front/dmi_regions.h"

namespace tensordash {

/// transport_dbg() of a memory: moves as many bytes as it has from the payload's address on,
/// without byte enables and streaming width, and returns how many.
unsigned access_directly(BackingStore& memory, tlm::tlm_generic_payload& payload);

/// get_direct_mem_ptr() of a memory: the whole range around the payload's address that is granted,
/// or is not. Latencies are left to the caller.
bool point_at(BackingStore& memory, const DmiRegions& regions,
              const tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);

}  // namespace tensordash
