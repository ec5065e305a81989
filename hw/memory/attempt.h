#pragma once

#include <stdexcept>
#include <systemc>

namespace tensordash {

/// Turns what a memory's plain class throws (std::logic_error) into an error report of its module.
template <typename Action>
void attempt(const char* report_id, const Action& action) {
  try {
    action();
  } catch (const std::logic_error& error) {
    SC_REPORT_ERROR(report_id, error.what());
  }
}

}  // namespace tensordash
