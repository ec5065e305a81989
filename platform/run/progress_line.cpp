#include "platform/run/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace tensordash {

ProgressLine::ProgressLine() : on_terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::show(std::uint64_t done, std::uint64_t whole, const std::string& what,
                        double fraction, std::uint64_t clocks) {
  if (!on_terminal_) return;
  constexpr int width = 24;
  const double part = (static_cast<double>(done) + std::clamp(fraction, 0.0, 1.0)) /
                      static_cast<double>(std::max<std::uint64_t>(whole, 1));
  const int filled = static_cast<int>(part * width);
  fmt::print(stderr, "\r[{}{}] {:3.0f} %  {}, {} clocks\x1b[K", std::string(filled, '#'),
             std::string(width - filled, '.'), 100 * part, what, clocks);
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace tensordash
