#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/tlm_quantumkeeper.h>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <systemc>
#include <tlm>

#include "platform/driver/tensordash.h"

namespace tensordash {

/// How a host learns that an accelerator has something to tell.
enum class HostWait {
  interrupt,  ///< it sleeps until the interrupt controller calls
  poll,       ///< it looks again and again
};

struct HostParameters {
  HostWait wait = HostWait::interrupt;
  sc_core::sc_time poll_period{100, sc_core::SC_NS};
  /// Added to local time for every access, for what the processor itself takes.
  sc_core::sc_time access_time;
  std::uint64_t interrupt_controller = 0;  ///< address of its registers
};

/// An access that the system refused.
struct HostFault {
  std::uint64_t address = 0;
  bool write = false;
  tlm::tlm_response_status response = tlm::TLM_OK_RESPONSE;
};

/// A processor that runs a C++ program natively, without the socket, which Host has. Its accesses
/// are loosely timed, ahead of simulation time by up to the global quantum.
class HostCore : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(HostCore);
  using Program = std::function<void(HostCore& host)>;

  sc_core::sc_in<bool> rst_n{"rst_n"};  ///< the program begins when it rises
  sc_core::sc_in<bool> irq{"irq"};      ///< of the interrupt controller

  /// What is to run; before the simulation begins. It must not throw.
  void set_program(Program program) { program_ = std::move(program); }
  bool finished() const { return finished_; }
  /// The first refused access; the program may forget it.
  const std::optional<HostFault>& fault() const { return fault_; }
  void clear_fault() { fault_.reset(); }

  // To be called by the program only. No access throws, as C code may stand between it and the
  // program: a refused one is kept in fault(), a refused read gives ones.

  std::uint32_t read(std::uint64_t address);
  void write(std::uint64_t address, std::uint32_t value);
  void store(std::uint64_t address, const std::uint32_t* words, std::size_t count);

  /// The driver's way to the device whose registers begin at `registers`, as long as the host
  /// lives.
  struct tensordash_bus bus_to(std::uint64_t registers);

  /// Enables a line of the controller; `handler` is called by sleep(), and has to make the line
  /// fall.
  void on_interrupt(unsigned line, std::function<void()> handler);

  /// Until something may have happened: an interrupt, whose handlers have then run, or a poll
  /// period.
  void sleep();
  /// The same for tensordash_wait(); `context` is the host.
  static void sleep_hook(void* context) { static_cast<HostCore*>(context)->sleep(); }
  /// Lets simulation time catch up with the program.
  void synchronise() { keeper_.sync(); }

 protected:
  HostCore(const sc_core::sc_module_name& name, const HostParameters& parameters);

  virtual tlm::tlm_fw_transport_if<>& path() = 0;

 private:
  struct Window {
    HostCore* host;
    std::uint64_t registers;
  };

  void run();
  bool access(tlm::tlm_command command, std::uint64_t address, unsigned char* data, unsigned bytes);

  const HostParameters parameters_;
  Program program_;
  tlm_utils::tlm_quantumkeeper keeper_;
  tlm::tlm_generic_payload payload_;
  std::deque<Window> windows_;  ///< contexts of driver buses
  std::array<std::function<void()>, 32> handlers_;
  std::optional<HostFault> fault_;
  bool finished_ = false;
};

/// A host with its socket, of BUSWIDTH bits; nothing depends on the width.
template <unsigned BUSWIDTH = 32>
class Host : public HostCore {
 public:
  tlm_utils::simple_initiator_socket<Host, BUSWIDTH> socket{"socket"};

  explicit Host(const sc_core::sc_module_name& name, const HostParameters& parameters = {})
      : HostCore(name, parameters) {}

 protected:
  tlm::tlm_fw_transport_if<>& path() override { return *socket.operator->(); }
};

}  // namespace tensordash
