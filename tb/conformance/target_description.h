#pragma once

#include <cstdint>
#include <functional>
#include <systemc>
#include <vector>

namespace tensordash::conformance {

enum class WindowKind {
  memory,     ///< gives back what was written, byte by byte
  registers,  ///< only the words that are listed are touched
  hole        ///< every access is a TLM_ADDRESS_ERROR_RESPONSE
};

/// A word of 32 bits that may be read, and written in the bits of `writable`.
struct RegisterWord {
  std::uint64_t address = 0;
  std::uint32_t writable = 0;
};

struct Window {
  WindowKind kind = WindowKind::memory;
  std::uint64_t base = 0, bytes = 0;
  bool dmi = false;          ///< memory: pointers are granted everywhere
  bool dmi_is_whole = true;  ///< a grant covers exactly the window; else it lies within
  std::vector<RegisterWord> words = {};
};

/// What a target need not have (IEEE 1666-2011, 14.11 to 14.17: it may refuse the rest). What is
/// not offered it either refuses, with the response that is said here and without moving a byte, or
/// does right.
struct Offers {
  bool byte_enables = true;     ///< else TLM_BYTE_ENABLE_ERROR_RESPONSE
  bool streaming = true;        ///< widths below the length; else TLM_BURST_ERROR_RESPONSE
  unsigned largest_access = 0;  ///< bytes, 0: any; longer ones: TLM_BURST_ERROR_RESPONSE
  /// Lengths (and streaming widths) are powers of two, addresses multiples of the length; else
  /// TLM_BURST_ERROR_RESPONSE.
  bool aligned_only = false;
};

/// What a TargetSuite has to know of a target. Only what is said here is touched.
struct TargetDescription {
  std::vector<Window> windows;
  Offers offers;                   ///< of memories, LT and AT
  bool debug = true;               ///< transport_dbg reaches the memory
  bool at = true;                  ///< nb_transport_fw is there
  bool address_comes_back = true;  ///< as of MonitorOptions
  unsigned accesses = 400;         ///< random ones, LT and AT each
  std::uint32_t seed = 1;
  /// Longest time that an AT transaction may take.
  sc_core::sc_time patience = sc_core::sc_time(100, sc_core::SC_US);
  /// Resets the target, which takes all pointers back; none: rules of resets do not apply.
  std::function<void()> reset;
  bool reset_in_traffic = true;  ///< AT transactions may be in flight, and end all the same
};

}  // namespace tensordash::conformance
