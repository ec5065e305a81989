#include "hw/dma/dma_request.h"

namespace tensordash {

const char* name_of(DmaFaultKind kind) {
  switch (kind) {
    case DmaFaultKind::none:
      return "none";
    case DmaFaultKind::dram_read:
      return "DRAM read";
    case DmaFaultKind::dram_write:
      return "DRAM write";
    case DmaFaultKind::directory:
      return "directory";
    case DmaFaultKind::data:
      return "data";
  }
  return "unknown";
}

std::ostream& operator<<(std::ostream& stream, const DmaFault& fault) {
  if (fault.kind == DmaFaultKind::none) return stream << "no fault";
  return stream << name_of(fault.kind) << " fault, side " << (fault.side == 0 ? "B" : "A")
                << ", group " << fault.group << ", address " << fault.address << ": " << fault.text;
}

void sc_trace(sc_core::sc_trace_file* file, const DmaFault& fault, const std::string& name) {
  sc_core::sc_trace(file, fault.group, name + ".group");
  sc_core::sc_trace(file, fault.address, name + ".address");
  sc_core::sc_trace(file, fault.side, name + ".side");
}

}  // namespace tensordash
