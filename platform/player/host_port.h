#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <systemc>
#include <tlm>

namespace tensordash {

/// How the player reaches memory.
enum class MemoryReach {
  automatic,  ///< debug transport; what it does not move goes through b_transport
  debug,      ///< debug transport only: no time, no side effects
  timed,      ///< b_transport only, in accesses of up to 64 bytes
};

/// A target that did not do what it was asked for.
class RefusedAccess : public std::runtime_error {
 public:
  RefusedAccess(const std::string& what, std::string expected, std::string seen)
      : std::runtime_error(what), expected_(std::move(expected)), seen_(std::move(seen)) {}

  const std::string& expected() const { return expected_; }
  const std::string& seen() const { return seen_; }

 private:
  std::string expected_, seen_;
};

/// Blocking accesses of a host, to be called from a thread process: each waits for the time that
/// the target added to the delay. Everything throws RefusedAccess.
class HostPort {
 public:
  explicit HostPort(tlm::tlm_fw_transport_if<>& target, MemoryReach reach = MemoryReach::timed)
      : target_(target), reach_(reach) {}

  std::uint32_t read_word(std::uint64_t address);
  void write_word(std::uint64_t address, std::uint32_t value);
  void read(std::uint64_t address, void* to, std::size_t bytes);
  void write(std::uint64_t address, const void* from, std::size_t bytes);

 private:
  void move(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
            std::size_t bytes);
  void blocking(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                unsigned bytes);
  std::size_t debug(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                    std::size_t bytes);

  tlm::tlm_fw_transport_if<>& target_;
  MemoryReach reach_;
};

}  // namespace tensordash
