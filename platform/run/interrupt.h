#pragma once

#include <stdexcept>
#include <string>

namespace tensordash {

/// The user, or the system, wants the run to end. Thrown between operations or clocks, so that
/// everything on the way cleans up.
class Interrupted : public std::runtime_error {
 public:
  Interrupted(int signal, const std::string& what) : std::runtime_error(what), signal_(signal) {}
  int signal() const { return signal_; }

 private:
  int signal_;
};

/// While it lives, SIGINT (Ctrl-C) and SIGTERM are remembered for check_interrupted() instead of
/// killing the process; the second one kills. Signals that the process was started to ignore stay
/// ignored.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
};

/// Throws Interrupted when a signal came.
void check_interrupted();

}  // namespace tensordash
