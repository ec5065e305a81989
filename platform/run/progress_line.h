#pragma once

#include <cstdint>
#include <string>

namespace tensordash {

/// One line on standard error that is written over while a run goes on; silent unless that is a
/// terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// `done` of `whole` operations are finished, the present one to `fraction` (0 to 1).
  void show(std::uint64_t done, std::uint64_t whole, const std::string& what, double fraction,
            std::uint64_t clocks);
  void clear();

 private:
  bool on_terminal_;
  bool shown_ = false;
};

}  // namespace tensordash
