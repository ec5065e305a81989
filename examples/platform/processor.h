// Somebody's processor: it runs a program natively, which reaches registers and memory through it.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <systemc>
#include <tlm>
#include <utility>

class Processor : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Processor> registers{"registers"}, memory{"memory"};
  sc_core::sc_in<bool> irq{"irq"};

  SC_HAS_PROCESS(Processor);
  Processor(const sc_core::sc_module_name& name, std::function<void(Processor&)> program)
      : sc_module(name), program_(std::move(program)) {
    SC_THREAD(run);
  }

  std::uint32_t read(std::uint32_t offset) {
    std::uint32_t value = 0;
    access(tlm::TLM_READ_COMMAND, offset, value);
    return value;
  }
  void write(std::uint32_t offset, std::uint32_t value) {
    access(tlm::TLM_WRITE_COMMAND, offset, value);
  }
  void load(std::uint64_t address, void* to, std::size_t bytes) {
    move(tlm::TLM_READ_COMMAND, address, to, bytes);
  }
  void store(std::uint64_t address, void* from, std::size_t bytes) {
    move(tlm::TLM_WRITE_COMMAND, address, from, bytes);
  }
  void wait_for_interrupt() {
    if (!irq.read()) wait(irq.posedge_event());
  }

 private:
  void run() { program_(*this); }

  void access(tlm::tlm_command command, std::uint32_t offset, std::uint32_t& value) {
    tlm::tlm_generic_payload payload;
    fill(payload, command, offset, &value, sizeof value);
    sc_core::sc_time delay;
    registers->b_transport(payload, delay);
    wait(delay);
  }
  void move(tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes) {
    tlm::tlm_generic_payload payload;
    fill(payload, command, address, data, bytes);
    memory->transport_dbg(payload);
  }
  static void fill(tlm::tlm_generic_payload& payload, tlm::tlm_command command,
                   std::uint64_t address, void* data, std::size_t bytes) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(static_cast<unsigned>(bytes));
    payload.set_streaming_width(static_cast<unsigned>(bytes));
  }

  std::function<void(Processor&)> program_;
};
