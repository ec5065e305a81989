#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace tensordash {

/// What a progress line says.
struct ProgressState {
  double part = 0.0;         ///< of the whole run, 0 to 1
  std::string what, detail;  ///< such as "c3 forward" and "4,096 clocks"
  std::chrono::seconds elapsed{0};
  std::optional<std::chrono::seconds> left;
};

/// The line, cut to `columns` characters.
std::string progress_text(const ProgressState& state, std::size_t columns);

/// One line on standard error that is written over while a run goes on, ten times a second at most;
/// silent unless that is a terminal. Work is counted in multiply-accumulates.
class ProgressLine {
 public:
  /// `whole` is the work of the whole run.
  explicit ProgressLine(double whole);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Work that an earlier run did: it counts as done, and tells nothing about speed.
  void skip(double work);
  /// An operation called `what` begins; the one before it is done.
  void begin(std::string what, double work);
  /// The present operation is done to `fraction`, 0 to 1.
  void show(double fraction, const std::string& detail);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool on_terminal_;
  bool shown_ = false;
  double whole_, skipped_ = 0.0, done_ = 0.0, present_ = 0.0;
  std::string what_;
  Clock::time_point start_ = Clock::now(), last_{};
};

}  // namespace tensordash
