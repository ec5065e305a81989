#pragma once

#include <array>
#include <cstdint>

#include "hw/dma/load_program.h"

namespace tensordash {

/// Counts the portions of each side whose groups have all passed a point (issued, come, landed),
/// group after group in the order of the loads. Portions without groups pass with the one before.
class PortionCursor {
 public:
  void begin(const LoadProgram& program) {
    program_ = &program;
    at_ = groups_ = 0;
    passed_.fill(0);
    settle();
  }

  /// The next group passes.
  void group() {
    ++groups_;
    settle();
  }

  /// Portions of a side.
  std::uint32_t passed(unsigned side) const { return passed_[side]; }

 private:
  void settle() {
    while (at_ < program_->portions()) {
      const LoadPortion portion = program_->portion(at_);
      if (groups_ < portion.groups) return;
      ++passed_[portion.side];
      ++at_;
      groups_ = 0;
    }
  }

  const LoadProgram* program_ = nullptr;
  std::uint32_t at_ = 0, groups_ = 0;
  std::array<std::uint32_t, 2> passed_{};
};

}  // namespace tensordash
