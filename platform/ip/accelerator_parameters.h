#pragma once

#include <cstdint>
#include <functional>

#include "platform/config/config.h"

namespace tensordash {

/// How the accelerator accesses memory.
enum class Transport {
  loosely_timed,        ///< b_transport and DMI, ahead of simulation time by up to a quantum
  approximately_timed,  ///< nb_transport, many requests under way, in step with the clock
};

/// What operations run on.
enum class EngineLevel {
  fast,  ///< the fast engine; the same clocks and bits as the other
  pin,   ///< signals and clocks
};

/// What an accelerator is made of.
struct AcceleratorParameters {
  /// The keys of `tensordash run`. Keys of the DRAM, of `nonfinite` (NaN and infinity are computed
  /// with), `power_gating`, `mapping.reduction_rows` and `mapping.file` have no meaning here.
  Config machine;
  Transport transport = Transport::loosely_timed;
  EngineLevel level = EngineLevel::fast;  ///< pin: only approximately timed
  std::uint64_t clock_ps = 2000;          ///< what `clk` has; loosely timed, it is taken from here
  bool use_dmi = true;                    ///< loosely timed, where the memory offers it
  /// Through pointers: what the memory moves at most, 0: without limit. As of 4 channels of
  /// LPDDR4-3200, 25.6 GB/s.
  std::uint64_t dmi_bytes_per_us = 25600;
  unsigned max_ring_log2 = 8;       ///< descriptors of a ring, log2; up to 12
  unsigned max_elements_log2 = 28;  ///< of a tensor with its groups' padding, log2; up to 32
  /// Multiplier slots of an operation without skipping, log2: an operation is computed in one go,
  /// which nothing in the simulation can interrupt. 2^37 are some minutes; up to 62.
  unsigned max_work_log2 = 37;
  /// Where given, called now and then, from any thread, while an operation is computed, which may
  /// take long and takes no simulated time. What it throws makes the descriptor fail (INTERNAL).
  std::function<void()> still_computing;
};

}  // namespace tensordash
