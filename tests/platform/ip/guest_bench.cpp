#include "tests/platform/ip/guest_bench.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>

#include "models/layout/image_memory.h"
#include "tests/platform/convolution.h"

namespace tensordash::testing {
namespace {

std::vector<float> small_numbers(std::size_t count, std::mt19937& random) {
  std::vector<float> values(count);
  for (float& value : values) {
    const auto number = static_cast<float>(random() % 4);
    value = random() % 2 == 0 ? number : -number;
  }
  return values;
}

dataflow_testing::LayerTensors numbers(const LayerShape& shape, std::mt19937& random) {
  const auto count = [](std::int64_t of) { return static_cast<std::size_t>(of); };
  dataflow_testing::LayerTensors layer;
  layer.shape = shape;
  layer.activations = small_numbers(count(shape.activation_count()), random);
  layer.weights = small_numbers(count(shape.weight_count()), random);
  layer.output_gradients = small_numbers(count(shape.output_count()), random);
  return layer;
}

TraceLayer traced(const dataflow_testing::LayerTensors& layer) {
  return {"layer",
          layer.shape,
          {{}, layer.activations},
          {{}, layer.weights},
          Tensor{{}, layer.output_gradients}};
}

}  // namespace

AcceleratorParameters small_machine(const Style& style, unsigned max_elements_log2) {
  AcceleratorParameters parameters;
  parameters.machine.set("tiles", "2");
  parameters.machine.set("tile.rows", "2");
  parameters.machine.set("tile.columns", "2");
  parameters.transport = style.transport;
  parameters.level = style.level;
  parameters.use_dmi = style.dmi;
  parameters.max_ring_log2 = 4;
  parameters.max_elements_log2 = max_elements_log2;
  return parameters;
}

void RawBytes::read(std::uint64_t address, void* to, std::size_t bytes) {
  if (address + bytes > memory_.parameters().bytes) throw std::out_of_range("no such bytes");
  std::memcpy(to, memory_.data() + address, bytes);
}

void RawBytes::write(std::uint64_t address, const void* from, std::size_t bytes) {
  if (address + bytes > memory_.parameters().bytes) throw std::out_of_range("no such bytes");
  std::memcpy(memory_.data() + address, from, bytes);
}

GuestBench::GuestBench(const sc_core::sc_module_name& name, const AcceleratorParameters& parameters,
                       const RamParameters& of_memory)
    : sc_module(name), accelerator("accelerator", parameters), memory("memory", of_memory) {
  accelerator.clk(clk);
  accelerator.rst_n(rst_n);
  accelerator.irq(irq);
  accelerator.memory.bind(memory.socket);
  other.bind(memory.socket);
  host.bind(accelerator.registers);
}

tlm::tlm_response_status GuestBench::access(tlm::tlm_command command, std::uint32_t offset,
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

std::uint32_t GuestBench::read(std::uint32_t offset) {
  std::uint32_t value = 0;
  access(tlm::TLM_READ_COMMAND, offset, value);
  return value;
}

void GuestBench::write(std::uint32_t offset, std::uint32_t value) {
  access(tlm::TLM_WRITE_COMMAND, offset, value);
}

std::uint64_t GuestBench::counter(unsigned number) {
  return read(0x100 + 8 * number) | std::uint64_t{read(0x104 + 8 * number)} << 32U;
}

Syndrome GuestBench::syndrome() {
  const std::uint32_t error = read(0x60);
  return {error >> 31U == 0 ? 0 : error & 0xff, error >> 8U & 0xff, read(0x64),
          read(0x68) | std::uint64_t{read(0x6c)} << 32U};
}

void GuestBench::start(unsigned log2, std::uint32_t control, std::uint64_t base) {
  log2_ = log2;
  base_ = base;
  write(0x20, 0);
  write(0x40, static_cast<std::uint32_t>(base));
  write(0x44, static_cast<std::uint32_t>(base >> 32U));
  write(0x48, log2);
  write(0x20, control);
  tail_ = read(0x50);
}

void GuestBench::submit(const HandDescriptor& descriptor) {
  const std::uint64_t place = tail_ % (1U << log2_);
  bytes.write(base_ + place * 256, descriptor.words.data(), 256);
  write(0x50, ++tail_);
}

bool GuestBench::wait_idle() {
  for (unsigned step = 0; step < 100000; ++step) {
    if ((read(0x24) & 1U) != 0) {
      settle();
      return true;
    }
    sc_core::sc_start(sc_core::sc_time(200, sc_core::SC_NS));
  }
  return false;
}

void GuestBench::settle() {
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_PS));
}

void GuestBench::clear() {
  write(0x2c, 0xf);
  write(0x60, 0x80000000U);
}

void GuestBench::run(const HandDescriptor& descriptor) {
  clear();
  submit(descriptor);
  EXPECT_TRUE(wait_idle());
}

GuestLayer::GuestLayer(const LayerShape& shape, std::mt19937& random, BytePort& memory,
                       bool compressed, std::uint64_t base, unsigned value_bytes, unsigned lanes)
    : GuestLayer(numbers(shape, random), memory, compressed, base, value_bytes, lanes) {}

GuestLayer::GuestLayer(const dataflow_testing::LayerTensors& layer, BytePort& memory,
                       bool compressed, std::uint64_t base, unsigned value_bytes, unsigned lanes)
    : placed_(traced(layer), lanes, value_bytes, compressed, memory, base) {
  for (const Operation operation : all_operations) {
    std::vector<float> values;
    for (const Sum& sum : convolve(operation, layer)) {
      values.push_back(static_cast<float>(sum.value));
    }
    ImageMemory image;
    store_tensor(result(operation), values.data(), image);
    expected_[static_cast<std::size_t>(operation)] = image_bytes(result(operation), image);
  }
}

HandDescriptor GuestLayer::descriptor(Operation operation, std::uint32_t flags) const {
  return placed_.descriptor(operation, SparseOperand::gradients, flags);
}

bool GuestLayer::right(Operation operation, BytePort& memory) const {
  return image_bytes(result(operation), memory) == expected(operation);
}

void GuestLayer::spoil(Operation operation, BytePort& memory) const {
  std::vector<std::uint8_t> other = expected(operation);
  for (std::uint8_t& byte : other) byte = static_cast<std::uint8_t>(~byte);
  memory.write(result(operation).data_base, other.data(), other.size());
}

LayerShape small_shape() {
  return conv2d_shape({1, 18, 5, 4}, {17, 18, 2, 2}, {2, 1}, {1, 0}, {1, 1}, 1);
}

void fill_with_garbage(MemoryCore& memory, std::uint64_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  for (std::uint64_t at = 0; at < bytes; ++at) {
    memory.data()[at] = static_cast<unsigned char>(random());
  }
}

std::uint64_t address_in(const HandDescriptor& descriptor, unsigned word) {
  return descriptor.words[word] | std::uint64_t{descriptor.words[word + 1]} << 32U;
}

}  // namespace tensordash::testing
