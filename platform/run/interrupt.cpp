#include "platform/run/interrupt.h"

#include <atomic>
#include <csignal>

namespace tensordash {
namespace {

// Read by every thread that tells progress.
std::atomic<int> caught = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler writes it");

constexpr int watched[] = {SIGINT, SIGTERM};

extern "C" void remember(int signal) {
  caught = signal;
  for (const int other : watched) std::signal(other, SIG_DFL);
}

/// Replaces `handler` of every watched signal that has it.
void replace(void (*handler)(int), void (*replacement)(int)) {
  for (const int signal : watched) {
    struct sigaction present {};
    if (sigaction(signal, nullptr, &present) != 0 || present.sa_handler != handler) continue;
    struct sigaction wanted {};
    wanted.sa_handler = replacement;
    wanted.sa_flags = SA_RESTART;  // files are read and written as if nothing had happened
    sigaction(signal, &wanted, nullptr);
  }
}

}  // namespace

InterruptWatch::InterruptWatch() {
  replace(SIG_DFL, remember);
}

InterruptWatch::~InterruptWatch() {
  replace(remember, SIG_DFL);
  caught = 0;
}

void check_interrupted() {
  if (const int signal = caught; signal != 0) throw Interrupted(signal, "interrupted");
}

}  // namespace tensordash
