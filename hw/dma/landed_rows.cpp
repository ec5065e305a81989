#include "hw/dma/landed_rows.h"

#include <utility>

namespace tensordash {

LandedRows::LandedRows(std::vector<LandedRow> rows) {
  if (!rows.empty()) rows_ = std::make_shared<const std::vector<LandedRow>>(std::move(rows));
}

const std::vector<LandedRow>& LandedRows::none() {
  static const std::vector<LandedRow> empty;
  return empty;
}

std::ostream& operator<<(std::ostream& stream, const LandedRows& rows) {
  return stream << rows.rows().size() << " rows";
}

void sc_trace(sc_core::sc_trace_file* /*file*/, const LandedRows& /*rows*/,
              const std::string& /*name*/) {}

std::ostream& operator<<(std::ostream& stream, const LoadProgress& progress) {
  return stream << progress.landed << " landed, data of " << progress.data << ", "
                << progress.issued << " issued" << (progress.credit ? ", waits for room" : "");
}

void sc_trace(sc_core::sc_trace_file* file, const LoadProgress& progress, const std::string& name) {
  sc_core::sc_trace(file, progress.landed, name + ".landed");
  sc_core::sc_trace(file, progress.data, name + ".data");
  sc_core::sc_trace(file, progress.issued, name + ".issued");
  sc_core::sc_trace(file, progress.credit, name + ".credit");
}

}  // namespace tensordash
