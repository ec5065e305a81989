#include "platform/soc/host.h"

#include <vector>

#include "platform/soc/interrupt_controller.h"

namespace tensordash {

HostCore::HostCore(const sc_core::sc_module_name& name, const HostParameters& parameters)
    : sc_module(name), parameters_(parameters) {
  if (parameters.wait == HostWait::poll && parameters.poll_period == sc_core::SC_ZERO_TIME) {
    SC_REPORT_ERROR("/tensordash/soc/host", "poll period of 0; allowed: a time");
  }
  SC_THREAD(run);
}

void HostCore::run() {
  while (!rst_n.read()) wait(rst_n.posedge_event());
  keeper_.reset();
  if (program_) program_(*this);
  keeper_.sync();
  finished_ = true;
}

bool HostCore::access(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                      unsigned bytes) {
  payload_.set_command(command);
  payload_.set_address(address);
  payload_.set_data_ptr(data);
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_byte_enable_ptr(nullptr);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  keeper_.inc(parameters_.access_time);
  sc_core::sc_time delay = keeper_.get_local_time();
  path().b_transport(payload_, delay);
  keeper_.set(delay);
  if (keeper_.need_sync()) keeper_.sync();
  if (payload_.is_response_ok()) return true;
  if (!fault_) {
    fault_ = {address, command == tlm::TLM_WRITE_COMMAND, payload_.get_response_status()};
  }
  return false;
}

// Registers and descriptors are little endian, as the hosts that this runs on are.

std::uint32_t HostCore::read(std::uint64_t address) {
  std::uint32_t value = 0;
  const bool well = access(tlm::TLM_READ_COMMAND, address, reinterpret_cast<unsigned char*>(&value),
                           sizeof(value));
  return well ? value : 0xffffffffU;
}

void HostCore::write(std::uint64_t address, std::uint32_t value) {
  access(tlm::TLM_WRITE_COMMAND, address, reinterpret_cast<unsigned char*>(&value), sizeof(value));
}

void HostCore::store(std::uint64_t address, const std::uint32_t* words, std::size_t count) {
  // A payload's data may be written to, even where a write only reads them.
  std::vector<std::uint32_t> copy(words, words + count);
  access(tlm::TLM_WRITE_COMMAND, address, reinterpret_cast<unsigned char*>(copy.data()),
         static_cast<unsigned>(count * sizeof(std::uint32_t)));
}

struct tensordash_bus HostCore::bus_to(std::uint64_t registers) {
  windows_.push_back({this, registers});
  struct tensordash_bus bus = {};
  bus.context = &windows_.back();
  bus.read = [](void* context, std::uint32_t offset) {
    const auto* const window = static_cast<const Window*>(context);
    return window->host->read(window->registers + offset);
  };
  bus.write = [](void* context, std::uint32_t offset, std::uint32_t value) {
    const auto* const window = static_cast<const Window*>(context);
    window->host->write(window->registers + offset, value);
  };
  bus.store = [](void* context, std::uint64_t address, const std::uint32_t* words,
                 std::size_t count) {
    static_cast<const Window*>(context)->host->store(address, words, count);
  };
  // Blocking accesses are over when they return.
  bus.barrier = nullptr;
  return bus;
}

void HostCore::on_interrupt(unsigned line, std::function<void()> handler) {
  handlers_.at(line) = std::move(handler);
  write(parameters_.interrupt_controller + InterruptRegisters::enable_set, 1U << line);
}

void HostCore::sleep() {
  keeper_.sync();
  if (parameters_.wait == HostWait::poll) {
    keeper_.inc(parameters_.poll_period);
    keeper_.sync();
    return;
  }
  if (!irq.read()) wait(irq.posedge_event());
  const std::uint32_t active = read(parameters_.interrupt_controller + InterruptRegisters::active);
  for (unsigned line = 0; line < handlers_.size(); ++line) {
    if ((active >> line & 1U) != 0 && handlers_[line]) handlers_[line]();
  }
}

}  // namespace tensordash
