#include "hw/memory/row_request.h"

#include <fmt/format.h>

#include <systemc>

namespace tensordash {

void sc_trace(sc_core::sc_trace_file* file, const RowRequest& request, const std::string& name) {
  sc_core::sc_trace(file, request.valid, name + ".valid");
  sc_core::sc_trace(file, request.bank, name + ".bank");
  sc_core::sc_trace(file, request.row, name + ".row");
}

std::ostream& operator<<(std::ostream& stream, const RowRequest& request) {
  if (!request.valid) return stream << "none";
  return stream << fmt::format("bank {} row {}", request.bank, request.row);
}

}  // namespace tensordash
