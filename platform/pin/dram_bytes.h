#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <systemc>

#include "models/layout/byte_port.h"

namespace tensordash {

/// The bytes of a memory through its debug transport: images are laid down and read back without
/// simulated time.
class DramBytes : public sc_core::sc_module, public BytePort {
 public:
  tlm_utils::simple_initiator_socket<DramBytes> socket{"socket"};

  explicit DramBytes(const sc_core::sc_module_name& name) : sc_module(name) {}

  /// Throw std::out_of_range for bytes that the memory has not.
  void read(std::uint64_t address, void* to, std::size_t bytes) override;
  void write(std::uint64_t address, const void* from, std::size_t bytes) override;

 private:
  void access(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
              std::size_t bytes);
};

}  // namespace tensordash
