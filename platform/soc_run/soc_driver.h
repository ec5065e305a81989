#pragma once

#include <stdexcept>

#include "platform/soc/host.h"
#include "platform/soc_run/soc_report.h"

namespace tensordash {

/// The accelerator refused or failed; what() is one line.
class SocError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A descriptor's words, as the driver encodes them.
using SocDescriptor = std::array<std::uint32_t, TENSORDASH_DESCRIPTOR_WORDS>;

/// One accelerator from the host's program, through the C driver. Everything throws SocError when
/// the driver says anything but OK, or the system refused an access.
class SocDriver {
 public:
  /// Starts a ring of 2^ring_log2 descriptors at `ring` and lets it interrupt on `line`. The host
  /// and the driver outlive the simulation.
  SocDriver(HostCore& host, std::uint64_t registers, unsigned line, std::uint64_t ring,
            unsigned ring_log2);
  ~SocDriver() = default;
  SocDriver(const SocDriver&) = delete;
  SocDriver& operator=(const SocDriver&) = delete;

  const tensordash_device& device() const { return device_; }
  /// Throws unless `result` is OK; `what` says what was tried.
  void require(tensordash_result result, const char* what);
  /// Puts a descriptor into the ring, waiting for a place; its ticket.
  std::uint32_t submit(const SocDescriptor& words);
  bool ended(std::uint32_t ticket) const { return tensordash_ended(&device_, ticket); }
  void wait(std::uint32_t ticket);
  /// Waits, and gives what was counted since the last call, which must be this one descriptor:
  /// throws when others ended meanwhile.
  SocFigures wait_and_count(std::uint32_t ticket);
  /// What was counted since the last call.
  SocFigures count(std::uint64_t* descriptors = nullptr);

 private:
  HostCore& host_;
  tensordash_device device_{};
};

}  // namespace tensordash
