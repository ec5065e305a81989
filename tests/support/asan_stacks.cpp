// Keeps AddressSanitizer informed about which stack SystemC runs on, and of what it never frees.
//
// libsystemc announces a switch between thread processes to the sanitizer, but gives no bounds for
// the main stack, which it did not allocate, and says nothing at all when a thread has ended and
// another stack takes over. From then on an exception cannot be unpoisoned and later accesses are
// reported as errors that do not exist. The two functions here take the place of the sanitizer's
// and the kernel's own in test programs and add what is missing. One case stays dark: a thread
// whose very first activation comes straight from the end of another thread.

#if defined(__SANITIZE_ADDRESS__) && !defined(__clang__)

#include <dlfcn.h>
#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
void __sanitizer_start_switch_fiber(void** fake_stack_save, const void* bottom, std::size_t size);
void __sanitizer_finish_switch_fiber(void* fake_stack_save, const void** bottom_old,
                                     std::size_t* size_old);
void* sc_cor_qt_aborthelp(void* stack_pointer, void* old_coroutine, void* unused);
}

namespace {

struct Stack {
  std::uintptr_t bottom = 0;
  std::size_t size = 0;

  bool holds(std::uintptr_t address) const { return address >= bottom && address - bottom < size; }
};

// The stack that the system gave the calling thread, whichever coroutine runs now.
Stack system_stack() {
  pthread_attr_t attributes;
  void* bottom = nullptr;
  std::size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &bottom, &size);
    pthread_attr_destroy(&attributes);
  }
  return {reinterpret_cast<std::uintptr_t>(bottom), size};
}

const Stack& main_stack() {
  static const Stack stack = system_stack();
  return stack;
}

// Sizes of the stacks that libsystemc has announced, by their lowest address. Kept for good: thread
// processes may still be suspended when the program ends.
std::map<std::uintptr_t, std::size_t>& announced_stacks() {
  static auto* const stacks = new std::map<std::uintptr_t, std::size_t>;
  return *stacks;
}

// The stack that `address` lies on; size 0 when nobody has announced it.
Stack stack_at(std::uintptr_t address) {
  if (main_stack().holds(address)) {
    return main_stack();
  }
  const auto above = announced_stacks().upper_bound(address);
  if (above == announced_stacks().begin()) {
    return {};
  }
  const auto [bottom, size] = *std::prev(above);
  const Stack stack{bottom, size};
  return stack.holds(address) ? stack : Stack{};
}

void announce_to_sanitizer(void** fake_stack_save, const Stack& stack) {
  using Function = void (*)(void**, const void*, std::size_t);
  static const auto function =
      reinterpret_cast<Function>(dlsym(RTLD_NEXT, "__sanitizer_start_switch_fiber"));
  function(fake_stack_save, reinterpret_cast<const void*>(stack.bottom), stack.size);
}

}  // namespace

// Called by libsystemc before it switches to the stack of another coroutine.
void __sanitizer_start_switch_fiber(void** fake_stack_save, const void* bottom, std::size_t size) {
  if (bottom == nullptr) {
    announce_to_sanitizer(fake_stack_save, main_stack());
    return;
  }
  const auto address = reinterpret_cast<std::uintptr_t>(bottom);
  announced_stacks()[address] = size;
  announce_to_sanitizer(fake_stack_save, {address, size});
}

// Called by libsystemc on the stack that takes over from a thread that has ended.
void* sc_cor_qt_aborthelp(void* /*stack_pointer*/, void* /*old_coroutine*/, void* /*unused*/) {
  const Stack stack = stack_at(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)));
  if (stack.size > 0) {
    announce_to_sanitizer(nullptr, stack);
    __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
  }
  return nullptr;
}

// libsystemc keeps the memory of timed events in a pool of its own, which it never gives back, and
// a kernel that goes leaves the threads that sockets have spawned to turn nb_transport into
// b_transport.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:sc_core::sc_event_timed::allocate\n"
         "leak:fw_process::nb_transport_fw";
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

#endif
