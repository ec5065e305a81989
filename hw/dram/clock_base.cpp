#include "hw/dram/clock_base.h"

#include <fmt/format.h>

#include <cmath>

namespace tensordash {

DramClockBase::DramClockBase(const DramSpec& spec) {
  const double resolution_ps = sc_core::sc_get_time_resolution().to_seconds() * 1e12;
  const sc_core::sc_time tck(static_cast<double>(spec.tck_ps), sc_core::SC_PS);
  if (tck.value() == 0 ||
      std::abs(static_cast<double>(tck.value()) * resolution_ps - spec.tck_ps) > 1e-6) {
    SC_REPORT_ERROR(
        "/tensordash/dram",
        fmt::format("tCK is {} ps, which the time resolution of {:g} ps cannot express; "
                    "allowed: a resolution that divides tCK",
                    spec.tck_ps, resolution_ps)
            .c_str());
    return;
  }
  tck_ = tck.value();
}

}  // namespace tensordash
