#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "platform/registers/register_map.h"

namespace tensordash {

/// Why a descriptor fails, as the error registers tell it.
class JobError : public std::runtime_error {
 public:
  JobError(ErrorCode code, unsigned detail, std::uint64_t address, const std::string& text)
      : runtime_error(text),
        code_(code),
        detail_(static_cast<std::uint8_t>(detail)),
        address_(address) {}

  ErrorCode code() const { return code_; }
  /// The descriptor's word, or the memory's answer.
  std::uint8_t detail() const { return detail_; }
  /// In memory; 0: it is about none.
  std::uint64_t address() const { return address_; }

 private:
  ErrorCode code_;
  std::uint8_t detail_;
  std::uint64_t address_;
};

/// Thrown in the middle of a job when the host aborts it or resets the accelerator.
struct JobStopped {};

}  // namespace tensordash
