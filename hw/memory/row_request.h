#pragma once

#include <iosfwd>
#include <string>

namespace sc_core {
class sc_trace_file;
}  // namespace sc_core

namespace tensordash {

/// A read of one row of a banked memory.
struct RowRequest {
  bool valid = false;
  unsigned bank = 0;
  unsigned row = 0;  ///< address in the bank

  bool operator==(const RowRequest& other) const {
    return valid == other.valid && bank == other.bank && row == other.row;
  }
};

void sc_trace(sc_core::sc_trace_file* file, const RowRequest& request, const std::string& name);
std::ostream& operator<<(std::ostream& stream, const RowRequest& request);

}  // namespace tensordash
