#include "platform/run/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace tensordash {
namespace {

using std::chrono::seconds;

std::string time_text(seconds time) {
  const auto count = time.count();
  if (count < 60) return fmt::format("{} s", count);
  const auto minutes = (count + 30) / 60;
  if (minutes < 60) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

/// The first `count` characters; names may be UTF-8.
std::string cut(const std::string& text, std::size_t count) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
    if (begins && characters++ == count) return text.substr(0, at);
  }
  return text;
}

/// Characters that fit on a line. The last column stays free: some terminals wrap behind it.
std::size_t terminal_columns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return (known ? size.ws_col : 80U) - 1;
}

}  // namespace

std::string progress_text(const ProgressState& state, std::size_t columns) {
  const int width = columns < 80 ? 10 : 24;
  const double part = std::clamp(state.part, 0.0, 1.0);
  const int filled = static_cast<int>(part * width);
  // Rounded down: 100 % is the end.
  std::string text =
      fmt::format("[{}{}] {:3} %  {}", std::string(static_cast<std::size_t>(filled), '#'),
                  std::string(static_cast<std::size_t>(width - filled), '.'),
                  static_cast<int>(100 * part), state.what);
  text += fmt::format(", {}", time_text(state.elapsed));
  if (state.left) text += fmt::format(", about {} left", time_text(*state.left));
  if (!state.detail.empty()) text += ", " + state.detail;
  return cut(text, columns);
}

ProgressLine::ProgressLine(double whole)
    : on_terminal_(isatty(STDERR_FILENO) == 1), whole_(std::max(whole, 1.0)) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::skip(double work) {
  skipped_ += work;
  done_ += work;
}

void ProgressLine::begin(std::string what, double work) {
  done_ += present_;
  present_ = work;
  what_ = std::move(what);
  show(0.0, {});
}

void ProgressLine::show(double fraction, const std::string& detail) {
  if (!on_terminal_) return;
  const Clock::time_point now = Clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const double done = done_ + present_ * std::clamp(fraction, 0.0, 1.0);
  ProgressState state{done / whole_, what_, detail,
                      std::chrono::duration_cast<seconds>(now - start_), std::nullopt};
  // The first moments tell little about the rest.
  if (state.elapsed >= seconds(2) && done > skipped_) {
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    const double left = elapsed * std::max(whole_ - done, 0.0) / (done - skipped_);
    constexpr double most = 1e9;  // seconds; more would not fit a counter
    state.left = seconds(static_cast<seconds::rep>(std::min(left, most)));
  }
  fmt::print(stderr, "\r{}\x1b[K", progress_text(state, terminal_columns()));
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
