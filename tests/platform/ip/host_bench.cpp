#include "tests/platform/ip/host_bench.h"

#include <gtest/gtest.h>

namespace tensordash::testing {

HostBench::HostBench(const sc_core::sc_module_name& name, const AcceleratorParameters& parameters,
                     BytePort& ring)
    : sc_module(name), accelerator("accelerator", parameters), ring_(ring) {
  accelerator.clk(clk);
  accelerator.rst_n(rst_n);
  accelerator.irq(irq);
  host.bind(accelerator.registers);
}

tlm::tlm_response_status HostBench::access(tlm::tlm_command command, std::uint32_t offset,
                                           std::uint32_t& value) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(offset);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  sc_core::sc_time delay;
  host->b_transport(payload, delay);
  return payload.get_response_status();
}

std::uint32_t HostBench::read(std::uint32_t offset) {
  std::uint32_t value = 0;
  access(tlm::TLM_READ_COMMAND, offset, value);
  return value;
}

void HostBench::write(std::uint32_t offset, std::uint32_t value) {
  access(tlm::TLM_WRITE_COMMAND, offset, value);
}

std::uint64_t HostBench::counter(unsigned number) {
  return read(0x100 + 8 * number) | std::uint64_t{read(0x104 + 8 * number)} << 32U;
}

Syndrome HostBench::syndrome() {
  const std::uint32_t error = read(0x60);
  return {error >> 31U == 0 ? 0 : error & 0xff, error >> 8U & 0xff, read(0x64),
          read(0x68) | std::uint64_t{read(0x6c)} << 32U};
}

void HostBench::start(unsigned log2, std::uint32_t control, std::uint64_t base) {
  log2_ = log2;
  base_ = base;
  write(0x20, 0);
  write(0x40, static_cast<std::uint32_t>(base));
  write(0x44, static_cast<std::uint32_t>(base >> 32U));
  write(0x48, log2);
  write(0x20, control);
  tail_ = read(0x50);
}

void HostBench::submit(const HandDescriptor& descriptor) {
  const std::uint64_t place = tail_ % (1U << log2_);
  ring_.write(base_ + place * 256, descriptor.words.data(), 256);
  write(0x50, ++tail_);
}

bool HostBench::wait_idle() {
  for (unsigned step = 0; step < 100000; ++step) {
    if ((read(0x24) & 1U) != 0) {
      settle();
      return true;
    }
    sc_core::sc_start(sc_core::sc_time(200, sc_core::SC_NS));
  }
  return false;
}

void HostBench::settle() {
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_PS));
}

void HostBench::clear() {
  write(0x2c, 0xf);
  write(0x60, 0x80000000U);
}

void HostBench::run(const HandDescriptor& descriptor) {
  clear();
  submit(descriptor);
  EXPECT_TRUE(wait_idle());
}

}  // namespace tensordash::testing
