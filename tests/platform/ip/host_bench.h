#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <systemc>

#include "models/layout/byte_port.h"
#include "platform/ip/accelerator.h"
#include "tests/platform/ip/descriptor_words.h"

namespace tensordash::testing {

/// What the error registers tell.
struct Syndrome {
  std::uint32_t code = 0, detail = 0, descriptor = 0;
  std::uint64_t address = 0;
};

/// An accelerator, and a host that accesses its registers between the times at which the simulation
/// runs. The memory is for others to bind.
class HostBench : public sc_core::sc_module {
 public:
  static constexpr std::uint64_t ring_base = 0x1000;

  sc_core::sc_clock clk{"clk", sc_core::sc_time(2, sc_core::SC_NS), 0.5,
                        sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> rst_n{"rst_n", true}, irq{"irq"};
  Accelerator<> accelerator;
  tlm_utils::simple_initiator_socket<HostBench> host{"host"};

  /// Descriptors are written through `ring`.
  HostBench(const sc_core::sc_module_name& name, const AcceleratorParameters& parameters,
            BytePort& ring);

  tlm::tlm_response_status access(tlm::tlm_command command, std::uint32_t offset,
                                  std::uint32_t& value);
  std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);
  std::uint64_t counter(unsigned number);
  Syndrome syndrome();

  void start(unsigned log2 = 3, std::uint32_t control = 1, std::uint64_t base = ring_base);
  void submit(const HandDescriptor& descriptor);
  bool wait_idle();
  /// Lets what happens at this moment come to its end.
  void settle();
  /// Runs one descriptor to its end; clears events and errors before.
  void run(const HandDescriptor& descriptor);
  void clear();

 private:
  BytePort& ring_;
  std::uint32_t tail_ = 0;
  unsigned log2_ = 0;
  std::uint64_t base_ = 0;
};

}  // namespace tensordash::testing
