#pragma once

#include <string_view>
#include <vector>

namespace tensordash {

/// A description of hw/dram/specs as it was when the library was built.
struct BuiltinDramSpec {
  std::string_view name;  ///< the file's name without .yaml
  std::string_view text;
};

const std::vector<BuiltinDramSpec>& builtin_dram_specs();

}  // namespace tensordash
