#include "platform/soc_run/soc_driver.h"

#include <fmt/format.h>

namespace tensordash {

SocDriver::SocDriver(HostCore& host, std::uint64_t registers, unsigned line, std::uint64_t ring,
                     unsigned ring_log2)
    : host_(host) {
  const struct tensordash_bus bus = host.bus_to(registers);
  require(tensordash_init(&device_, &bus), "init");
  require(tensordash_ring_start(&device_, ring, ring_log2, true), "ring_start");
  require(tensordash_interrupts_enable(&device_, TENSORDASH_IRQ_ENABLE_DONE_MASK |
                                                     TENSORDASH_IRQ_ENABLE_ERROR_MASK |
                                                     TENSORDASH_IRQ_ENABLE_ABORTED_MASK),
          "interrupts_enable");
  host.on_interrupt(line, [this] { tensordash_interrupts_take(&device_); });
}

void SocDriver::require(tensordash_result result, const char* what) {
  if (const auto& fault = host_.fault()) {
    throw SocError(fmt::format("{}: the bus refused a {} at {:#x}", what,
                               fault->write ? "write" : "read", fault->address));
  }
  if (result == TENSORDASH_OK) return;
  tensordash_error error = {};
  if (result == TENSORDASH_FAILED || result == TENSORDASH_STOPPED) {
    tensordash_error_read(&device_, &error);
  }
  if (!error.valid) {
    throw SocError(fmt::format("{}: the driver gives result {}", what, static_cast<int>(result)));
  }
  throw SocError(
      fmt::format("{}: the accelerator ended descriptor {} with error {}, detail {}, address {:#x}",
                  what, error.descriptor, error.code, error.detail, error.address));
}

std::uint32_t SocDriver::submit(const SocDescriptor& words) {
  std::uint32_t ticket = 0;
  tensordash_result result = tensordash_submit(&device_, words.data(), &ticket);
  while (result == TENSORDASH_BUSY) {
    host_.sleep();
    result = tensordash_submit(&device_, words.data(), &ticket);
  }
  require(result, "submit");
  return ticket;
}

void SocDriver::wait(std::uint32_t ticket) {
  require(tensordash_wait(&device_, ticket, UINT32_MAX, &HostCore::sleep_hook, &host_), "wait");
}

SocFigures SocDriver::wait_and_count(std::uint32_t ticket) {
  wait(ticket);
  std::uint64_t descriptors = 0;
  const SocFigures figures = count(&descriptors);
  if (descriptors != 1) {
    throw SocError(fmt::format(
        "{} descriptors ended between two looks of the host, which cannot tell their counts apart",
        descriptors));
  }
  return figures;
}

SocFigures SocDriver::count(std::uint64_t* descriptors) {
  tensordash_counters counters = {};
  require(tensordash_counters_read(&device_, true, &counters), "counters_read");
  const auto& value = counters.value;
  SocFigures figures;
  figures.clocks = value[TENSORDASH_COUNTER_CYCLES];
  figures.cycles = value[TENSORDASH_COUNTER_OPERATION_CYCLES];
  figures.steps = value[TENSORDASH_COUNTER_STEPS];
  figures.issued = value[TENSORDASH_COUNTER_MACS_ISSUED];
  figures.read_bytes = value[TENSORDASH_COUNTER_READ_BYTES];
  figures.written_bytes = value[TENSORDASH_COUNTER_WRITTEN_BYTES];
  figures.read_requests = value[TENSORDASH_COUNTER_READ_REQUESTS];
  figures.write_requests = value[TENSORDASH_COUNTER_WRITE_REQUESTS];
  figures.values = value[TENSORDASH_COUNTER_RESULT_VALUES];
  figures.zeros = value[TENSORDASH_COUNTER_RESULT_ZEROS];
  if (descriptors != nullptr) *descriptors = value[TENSORDASH_COUNTER_DESCRIPTORS];
  return figures;
}

}  // namespace tensordash
